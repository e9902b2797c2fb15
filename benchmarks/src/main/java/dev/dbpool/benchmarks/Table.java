package dev.dbpool.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table in Markdown that can be read as it is, with sentences below it.
 */
final class Table {

	private final String title;

	private final List<List<String>> rows = new ArrayList<>();

	private final List<String> notes = new ArrayList<>();

	Table(String title, String... columns) {
		this.title = title;
		row(columns);
	}

	void row(String... cells) {
		this.rows.add(List.of(cells));
	}

	void note(String note) {
		this.notes.add(note);
	}

	@Override
	public String toString() {
		List<Integer> widths = IntStream.range(0, this.rows.get(0).size())
			.mapToObj((column) -> this.rows.stream().mapToInt((row) -> row.get(column).length()).max().orElse(0))
			.toList();
		List<String> lines = new ArrayList<>(this.rows.stream().map((row) -> line(row, widths)).toList());
		lines.add(1, widths.stream().map((width) -> "-".repeat(width + 2)).collect(Collectors.joining("|", "|", "|")));
		lines.add("");
		this.notes.forEach((note) -> lines.add("- " + note));
		return "## " + this.title + "\n\n" + String.join("\n", lines) + "\n";
	}

	private static String line(List<String> row, List<Integer> widths) {
		return IntStream.range(0, row.size())
			.mapToObj((column) -> ("%-" + Math.max(1, widths.get(column)) + "s").formatted(row.get(column)))
			.collect(Collectors.joining(" | ", "| ", " |"));
	}

}
