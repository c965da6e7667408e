package dev.isnet.graph.op;

import dev.isnet.data.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * An operation in a twin's SameDiff graph. It is run by the compiled graph, which knows all shapes
 * beforehand, and differentiated by {@link dev.isnet.graph.Backpropagation}. Output 0 carries a
 * gradient, further ones where the operation says so; the rest are results of the same pass that
 * something else needs, or scratch memory.
 */
public abstract class TwinOp extends DynamicCustomOp {

  private final int outputs;
  private Optional<String> vertex = Optional.empty();

  /**
   * Adds the operation to the graph of its inputs.
   *
   * @param outputs number of outputs
   * @param inputs at least one variable
   */
  protected TwinOp(int outputs, SDVariable... inputs) {
    super(inputs[0].getSameDiff(), inputs);
    this.outputs = outputs;
  }

  /** Where an operation's backward pass puts the gradients of its inputs. */
  public interface GradientSink {
    /**
     * Whether anybody wants the gradient of an input.
     *
     * @param input position of the input
     * @return true when it is wanted
     */
    boolean wants(int input);

    /**
     * Adds a gradient.
     *
     * @param input position of the input
     * @param gradient its gradient, of the input's shape
     */
    void add(int input, SDVariable gradient);
  }

  /**
   * Shapes of all outputs.
   *
   * @param inputs shapes of all inputs
   * @return one shape for each output
   */
  public abstract long[][] outputShapes(long[][] inputs);

  /**
   * Prepares a run with arrays that stay the same from run to run.
   *
   * @param in the inputs' arrays
   * @param out the outputs' arrays, contents undefined; null for one of another type than the
   *     graph's that nobody reads
   * @return fills the outputs from the inputs' current contents
   */
  public abstract Runnable kernel(INDArray[] in, INDArray[] out);

  /**
   * Adds the operations of the backward pass. The default has no gradient: a constant.
   *
   * @param upstream gradient of output 0
   * @param sink takes the gradients of the inputs
   */
  public void backward(SDVariable upstream, GradientSink sink) {}

  /**
   * How many outputs, from the first on, carry a gradient.
   *
   * @return 1 unless the operation says otherwise
   */
  public int differentiableOutputs() {
    return 1;
  }

  /**
   * Adds the operations of the backward pass of an operation with several differentiable outputs.
   *
   * @param upstream gradients of all of them
   * @param sink takes the gradients of the inputs
   */
  public void backward(List<SDVariable> upstream, GradientSink sink) {
    backward(upstream.get(0), sink);
  }

  /**
   * Whether only an input's shape matters, not its contents: then its memory need not be kept.
   *
   * @param input position of the input
   * @return true when the kernel never reads it
   */
  public boolean readsShapeOnly(int input) {
    return false;
  }

  /**
   * Whether output 0 may be written to the memory of an input: every number is read, for the last
   * time, before it is overwritten.
   *
   * @param input position of the input
   * @return true when both may share their memory
   */
  public boolean worksInPlace(int input) {
    return false;
  }

  /**
   * Whether output 0 is the first input's memory in another shape: then it has no kernel.
   *
   * @return true for a view
   */
  public boolean isView() {
    return false;
  }

  /**
   * Whether the values of an input matter, or at least its shape; otherwise it only takes a
   * gradient.
   *
   * @param input position of the input
   * @return true when the operation cannot run without it
   */
  public boolean needs(int input) {
    return true;
  }

  /**
   * Says which of the network's vertices the operation is a part of, for messages.
   *
   * @param name the vertex's name
   */
  public final void belongsTo(String name) {
    vertex = Optional.of(name);
  }

  /**
   * A sentence about the operation's vertex.
   *
   * @param what what is wrong, beginning with a verb
   * @return the exception to throw
   */
  protected final InputException refused(String what) {
    return new InputException(
        "%s %s.".formatted(vertex.map("Vertex \"%s\""::formatted).orElse("An operation"), what));
  }

  /**
   * What a profile calls the operation.
   *
   * @return the kind, such as Convolution.Gradient
   */
  public final String label() {
    Class<?> outer = getClass().getEnclosingClass();
    return (outer == null ? "" : outer.getSimpleName() + ".") + getClass().getSimpleName();
  }

  /**
   * The types of the outputs.
   *
   * @param type the graph's floating point type
   * @return one type for each output
   */
  public DataType[] outputTypes(DataType type) {
    DataType[] types = new DataType[outputs];
    java.util.Arrays.fill(types, type);
    return types;
  }

  /**
   * One of the results.
   *
   * @param i position of the output
   * @return the variable
   */
  public final SDVariable out(int i) {
    return outputVariables()[i];
  }

  @Override
  public final String opName() {
    return getClass().getSimpleName();
  }

  @Override
  public final boolean equals(Object other) {
    return this == other;
  }

  @Override
  public final int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public final int getNumOutputs() {
    return outputs;
  }

  @Override
  public final List<DataType> calculateOutputDataTypes(List<DataType> inputs) {
    return List.of(outputTypes(inputs.get(0)));
  }

  @Override
  public final List<SDVariable> doDiff(List<SDVariable> upstream) {
    List<SDVariable> gradients = new ArrayList<>(Collections.nCopies(args().length, null));
    backward(
        upstream,
        new GradientSink() {
          @Override
          public boolean wants(int input) {
            return true;
          }

          @Override
          public void add(int input, SDVariable gradient) {
            gradients.set(input, gradient);
          }
        });
    return gradients;
  }
}
