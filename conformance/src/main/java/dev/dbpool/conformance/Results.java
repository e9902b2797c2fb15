package dev.dbpool.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How the driver's tests went in one way.
 *
 * @param passed those that have passed
 */
record Results(Set<String> passed) {

	private static final String PASSED = "SUCCESSFUL\t";

	/**
	 * Reads what {@link ResultWriter} wrote.
	 */
	static Results read(Path file) throws IOException {
		return new Results(Files.readAllLines(file)
			.stream()
			.filter((line) -> line.startsWith(PASSED))
			.map((line) -> line.substring(PASSED.length()))
			.collect(Collectors.toCollection(TreeSet::new)));
	}

}
