package dev.isnet.cli.report;

/**
 * A piece of a page. Texts are plain: whatever stands in them is shown, never interpreted. Each
 * kind has a template of its own in {@code src/main/jte}.
 */
public sealed interface Block
    permits KeyFigures,
        Heading,
        Note,
        DataTable,
        ConfusionTable,
        LineChart,
        IntervalChart,
        Columns,
        HeatmapGallery,
        Facts,
        Terms,
        Code {}
