package io.pinfold.testing.rates;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** One line of the table: the same thing done in four ways. Used by one thread. */
final class Row {
    /** Who is measured where. */
    enum Column {
        OURS_ON_OURS("Pinfold on Pinfold", true, true),
        CURATOR_ON_ZOOKEEPER("Curator on ZooKeeper", false, false),
        OURS_ON_ZOOKEEPER("Pinfold on ZooKeeper", true, false),
        CURATOR_ON_OURS("Curator on Pinfold", false, true);

        final String title;
        final boolean ourLibrary;
        final boolean ourServer;

        Column(String title, boolean ourLibrary, boolean ourServer) {
            this.title = title;
            this.ourLibrary = ourLibrary;
            this.ourServer = ourServer;
        }
    }

    static final String HEAD = head();

    private final String name;
    private final Map<Column, Cell> cells = new EnumMap<>(Column.class);

    Row(String name) {
        this.name = name;
        for (Column column : Column.values()) {
            cells.put(column, new Cell());
        }
    }

    Cell cell(Column column) {
        return cells.get(column);
    }

    private static String head() {
        StringBuilder text = new StringBuilder("| median / p99 (us of processors, client + server) |");
        StringBuilder rule = new StringBuilder("|---|");
        for (Column column : Column.values()) {
            text.append(' ').append(column.title).append(" |");
            rule.append("---|");
        }
        return text + " gain |\n" + rule + "---|\n";
    }

    /** {@return the line; the gain is how many times longer Curator takes on ZooKeeper than Pinfold on Pinfold} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("| " + name + " |");
        for (Column column : Column.values()) {
            text.append(' ').append(cell(column)).append(" |");
        }
        long ours = cell(Column.OURS_ON_OURS).median();
        long theirs = cell(Column.CURATOR_ON_ZOOKEEPER).median();
        String gain = ours == 0 || theirs == 0 ? "-" : String.format(Locale.ROOT, "%.2f", (double) theirs / ours);
        return text.append(' ').append(gain).append(" |\n").toString();
    }
}
