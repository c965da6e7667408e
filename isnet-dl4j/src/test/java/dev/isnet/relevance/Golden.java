package dev.isnet.relevance;

import dev.isnet.graph.Twin;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The reference values in the test resources and the networks that they were made with. */
public final class Golden {

  private Golden() {}

  public static JsonNode read(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public static INDArray array(JsonNode node) {
    List<Long> shape = new ArrayList<>();
    for (JsonNode n = node; n.isArray(); n = n.get(0)) {
      shape.add((long) n.size());
    }
    List<Double> values = new ArrayList<>();
    collect(node, values);
    return Nd4j.createFromArray(values.stream().mapToDouble(Double::doubleValue).toArray())
        .reshape('c', shape.stream().mapToLong(Long::longValue).toArray());
  }

  private static void collect(JsonNode node, List<Double> values) {
    if (node.isArray()) {
      node.forEach(n -> collect(n, values));
    } else {
      values.add(node.asDouble());
    }
  }

  /** Two 3×3 convolutions with max pools, two dense layers. */
  public static ComputationGraph plainNet(JsonNode golden) {
    ComputationGraphConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer("0", conv(4, 1).activation(Activation.RELU).build(), "in")
            .addLayer(
                "2",
                new SubsamplingLayer.Builder(
                        SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                    .build(),
                "0")
            .addLayer("3", conv(5, 1).activation(Activation.RELU).build(), "2")
            .addLayer(
                "5",
                new SubsamplingLayer.Builder(
                        SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                    .build(),
                "3")
            .addLayer(
                "7", new DenseLayer.Builder().nOut(6).activation(Activation.RELU).build(), "5")
            .addLayer(
                "9",
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "7")
            .setOutputs("9")
            .build();
    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    JsonNode weights = golden.get("weights");
    for (String layer : List.of("0", "3", "7", "9")) {
      set(net, layer, "W", array(weights.get(layer + ".weight")));
      set(net, layer, "b", array(weights.get(layer + ".bias")));
    }
    return net;
  }

  /** Two 3×3 convolutions with batch norm, the second with stride 2, one dense layer. */
  public static ComputationGraph bnNet(JsonNode golden) {
    ComputationGraphConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer("0", conv(4, 1).hasBias(false).activation(Activation.IDENTITY).build(), "in")
            .addLayer("1", new BatchNormalization.Builder().eps(1e-5).useLogStd(false).build(), "0")
            .addLayer("2", new ActivationLayer(Activation.RELU), "1")
            .addLayer("3", conv(5, 2).activation(Activation.IDENTITY).build(), "2")
            .addLayer("4", new BatchNormalization.Builder().eps(1e-5).useLogStd(true).build(), "3")
            .addLayer("5", new ActivationLayer(Activation.RELU), "4")
            .addLayer(
                "7",
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "5")
            .setOutputs("7")
            .build();
    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    JsonNode weights = golden.get("weights");
    set(net, "0", "W", array(weights.get("0.weight")));
    set(net, "3", "W", array(weights.get("3.weight")));
    set(net, "3", "b", array(weights.get("3.bias")));
    set(net, "7", "W", array(weights.get("7.weight")));
    set(net, "7", "b", array(weights.get("7.bias")));
    for (String layer : List.of("1", "4")) {
      set(net, layer, "gamma", array(weights.get(layer + ".weight")));
      set(net, layer, "beta", array(weights.get(layer + ".bias")));
      set(net, layer, "mean", array(weights.get(layer + ".running_mean")));
    }
    INDArray variance = array(weights.get("4.running_var"));
    set(net, "1", "var", array(weights.get("1.running_var")));
    for (int c = 0; c < variance.length(); c++) {
      net.getLayer("4")
          .getParam("log10stdev")
          .putScalar(c, Math.log10(Math.sqrt(variance.getDouble(c))));
    }
    return net;
  }

  private static ConvolutionLayer.Builder conv(int filters, int stride) {
    return new ConvolutionLayer.Builder(3, 3).nOut(filters).stride(stride, stride).padding(1, 1);
  }

  private static void set(ComputationGraph net, String layer, String key, INDArray values) {
    INDArray target = net.getLayer(layer).getParam(key);
    boolean dense = key.equals("W") && values.rank() == 2;
    target.assign(dense ? values.transpose() : values.reshape(target.shape()));
  }

  /**
   * The reference's gradient of a twin's parameter, in the twin's layout; empty where it has none.
   */
  public static Optional<INDArray> gradient(JsonNode grads, Twin.Parameter parameter) {
    String[] name = parameter.variable().name().split("/");
    String key = name[1].equals("W") || name[1].equals("gamma") ? "weight" : "bias";
    JsonNode node = grads.get(name[0] + "." + key);
    return node == null || node.isNull() ? Optional.empty() : Optional.of(array(node));
  }
}
