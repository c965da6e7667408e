package dev.isnet.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A DL4J MultiLayerNetwork seen as the ComputationGraph that everything here works on. */
public final class SequentialNetwork {

  private static final String INPUT = "image";

  private SequentialNetwork() {}

  /**
   * The same network as a graph: the layers one behind the other, with shared parameters, so that
   * training one trains the other. (DL4J's own {@code toComputationGraph} copies them, and loses
   * the layers' names and the counts of epochs and iterations.) The updater's state is copied.
   *
   * <p>The graph's input is "image". Where the network takes images as rows of numbers, the graph
   * takes the images themselves, [batch, channels, height, width]. A vertex has its layer's name;
   * layers without a name of their own are layer0, layer1, …, by position.
   *
   * @param network initialised, of any floating point type
   * @return the graph
   */
  public static ComputationGraph asGraph(MultiLayerNetwork network) {
    // Adding layers to a graph names them, so it gets layers of its own.
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
    NeuralNetConfiguration.Builder common =
        new NeuralNetConfiguration.Builder()
            .dataType(configuration.getDataType())
            .trainingWorkspaceMode(configuration.getTrainingWorkspaceMode())
            .inferenceWorkspaceMode(configuration.getInferenceWorkspaceMode());
    ComputationGraphConfiguration.GraphBuilder graph =
        common
            .seed(configuration.getConf(0).getSeed())
            .graphBuilder()
            .validateOutputLayerConfig(configuration.isValidateOutputLayerConfig())
            .addInputs(INPUT);
    List<NeuralNetConfiguration> layers = configuration.getConfs();
    Set<String> names = new HashSet<>(Set.of(INPUT));
    String last = INPUT;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i).getLayer();
      InputPreProcessor before = configuration.getInputPreProcess(i);
      String name =
          layer.getLayerName() != null && names.add(layer.getLayerName())
              ? layer.getLayerName()
              : unused("layer" + i, names);
      boolean rowsToImages = i == 0 && before instanceof FeedForwardToCnnPreProcessor;
      graph.addLayer(name, layer, rowsToImages ? null : before, last);
      last = name;
    }
    ComputationGraph net = new ComputationGraph(graph.setOutputs(last).build());
    net.init(network.params(), false);
    net.getConfiguration().setIterationCount(configuration.getIterationCount());
    net.getConfiguration().setEpochCount(configuration.getEpochCount());
    copyUpdaterState(network, net);
    return net;
  }

  private static String unused(String name, Set<String> names) {
    return names.add(name) ? name : unused(name + "'", names);
  }

  /** The state's layout is that of the parameters, which is the same in both. */
  private static void copyUpdaterState(MultiLayerNetwork from, ComputationGraph to) {
    if (from.getUpdater(false) != null && from.getUpdater(false).getStateViewArray() != null) {
      to.getUpdater().getUpdaterStateViewArray().assign(from.getUpdater(false).getStateViewArray());
    }
  }
}
