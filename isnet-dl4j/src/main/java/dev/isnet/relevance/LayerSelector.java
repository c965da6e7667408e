package dev.isnet.relevance;

/** Which layers with weights a rule is for. */
public sealed interface LayerSelector {

  /** What kind of layer. */
  enum Kind {
    /** Convolution, depthwise convolution, deconvolution. */
    CONVOLUTION,
    /** Dense and output layers. */
    DENSE
  }

  /**
   * Where a layer stands.
   *
   * @param vertex name of its vertex
   * @param kind what it is
   * @param index its place among the layers with weights, from the pixels, from 0
   * @param count how many there are
   * @param first whether it sees the pixels themselves: nothing stands between but what moves,
   *     drops or masks them, no scaling, norm or pooling, whose outputs have other bounds than
   *     pixels
   */
  record Position(String vertex, Kind kind, int index, int count, boolean first) {}

  /**
   * Whether a layer is selected.
   *
   * @param layer where it stands
   * @return true when the rule is for it
   */
  boolean selects(Position layer);

  /** The layers that see the pixels themselves. */
  record First() implements LayerSelector {
    @Override
    public boolean selects(Position layer) {
      return layer.first();
    }
  }

  /**
   * The layer of a vertex.
   *
   * @param vertex its name
   */
  record Named(String vertex) implements LayerSelector {
    @Override
    public boolean selects(Position layer) {
      return layer.vertex().equals(vertex);
    }
  }

  /**
   * All layers of a kind.
   *
   * @param kind the kind
   */
  record Of(Kind kind) implements LayerSelector {
    @Override
    public boolean selects(Position layer) {
      return layer.kind() == kind;
    }
  }

  /**
   * Layers by their place from the pixels.
   *
   * @param from first index, from 0; negative ones count from the logits, −1 being the last
   * @param to last index, likewise
   */
  record Range(int from, int to) implements LayerSelector {
    @Override
    public boolean selects(Position layer) {
      int first = from < 0 ? layer.count() + from : from;
      int last = to < 0 ? layer.count() + to : to;
      return layer.index() >= first && layer.index() <= last;
    }
  }
}
