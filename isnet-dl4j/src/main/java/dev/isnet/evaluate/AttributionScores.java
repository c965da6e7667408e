package dev.isnet.evaluate;

/**
 * Where the heatmap of one image lies; NaN where a map says nothing. See {@link Attribution}.
 *
 * @param backgroundShare share of |relevance| in the background
 * @param massAccuracy relevance mass accuracy
 * @param rankAccuracy relevance rank accuracy
 * @param pointingGame 1 for a hit of the pointing game, 0 for a miss
 * @param localisation attribution localisation
 * @param weightedLocalisation the same by the foreground's size
 * @param topKIntersection top-k intersection, with k {@value #TOP_SHARE} of the pixels
 */
public record AttributionScores(
    double backgroundShare,
    double massAccuracy,
    double rankAccuracy,
    double pointingGame,
    double localisation,
    double weightedLocalisation,
    double topKIntersection) {

  /** The k of the top-k intersection, as a share of the pixels. */
  public static final double TOP_SHARE = 0.02;

  /**
   * The tolerance of the pointing game, as a share of the shorter side: the paper's 15 pixels on
   * the images of about 375 pixels that it was made for.
   */
  public static final double POINTING_TOLERANCE = 0.04;

  /**
   * Measures one map.
   *
   * @param relevance C·h·w values, channel after channel; not changed
   * @param foreground h·w cells, true for foreground, at least one of them; not changed
   * @param width w
   * @return the measures
   * @throws IllegalArgumentException if the sizes do not fit
   */
  public static AttributionScores of(float[] relevance, boolean[] foreground, int width) {
    int height = foreground.length / width;
    int k = (int) Math.max(1, Math.round(TOP_SHARE * foreground.length));
    double tolerance = POINTING_TOLERANCE * Math.min(height, width);
    return new AttributionScores(
        Attribution.backgroundShare(relevance, foreground),
        Attribution.massAccuracy(relevance, foreground),
        Attribution.rankAccuracy(relevance, foreground),
        Attribution.pointingGame(relevance, foreground, width, tolerance) ? 1 : 0,
        Attribution.localisation(relevance, foreground),
        Attribution.weightedLocalisation(relevance, foreground),
        Attribution.topKIntersection(relevance, foreground, k));
  }

  /** The measures, to go through them. */
  public enum Measure {
    /** {@link Attribution#backgroundShare}. */
    BACKGROUND_SHARE("backgroundShare", "share of the relevance in the background"),
    /** {@link Attribution#massAccuracy}. */
    MASS_ACCURACY("massAccuracy", "relevance mass accuracy"),
    /** {@link Attribution#rankAccuracy}. */
    RANK_ACCURACY("rankAccuracy", "relevance rank accuracy"),
    /** {@link Attribution#pointingGame}. */
    POINTING_GAME("pointingGame", "pointing game"),
    /** {@link Attribution#localisation}. */
    LOCALISATION("localisation", "attribution localisation"),
    /** {@link Attribution#weightedLocalisation}. */
    WEIGHTED_LOCALISATION("weightedLocalisation", "attribution localisation, weighted by size"),
    /** {@link Attribution#topKIntersection}. */
    TOP_K_INTERSECTION("topKIntersection", "top-k intersection");

    private final String key;
    private final String words;

    Measure(String key, String words) {
      this.key = key;
      this.words = words;
    }

    /** Its name in files that programs read. */
    public String key() {
      return key;
    }

    /** Its name for people. */
    public String words() {
      return words;
    }

    /**
     * The measure of an image.
     *
     * @param scores of the image
     * @return the measure, or NaN
     */
    public double of(AttributionScores scores) {
      return switch (this) {
        case BACKGROUND_SHARE -> scores.backgroundShare();
        case MASS_ACCURACY -> scores.massAccuracy();
        case RANK_ACCURACY -> scores.rankAccuracy();
        case POINTING_GAME -> scores.pointingGame();
        case LOCALISATION -> scores.localisation();
        case WEIGHTED_LOCALISATION -> scores.weightedLocalisation();
        case TOP_K_INTERSECTION -> scores.topKIntersection();
      };
    }
  }
}
