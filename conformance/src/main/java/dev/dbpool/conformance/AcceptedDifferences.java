package dev.dbpool.conformance;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.util.Assert;

/**
 * Tests that need not pass although they pass in the control. In the file, each reason is
 * a line that begins with the ways that it is for, and the tests follow below it,
 * indented.
 *
 * @param tests the tests by way
 */
record AcceptedDifferences(Map<Way, Set<String>> tests) {

	static AcceptedDifferences parse(List<String> lines) {
		Map<Way, Set<String>> tests = new EnumMap<>(Way.class);
		Set<Way> ways = EnumSet.noneOf(Way.class);
		for (String line : lines) {
			if (line.isBlank() || line.startsWith("#")) {
				continue;
			}
			if (line.startsWith("\t")) {
				Assert.state(!ways.isEmpty(), () -> "No reason is given for " + line.strip());
				for (Way way : ways) {
					boolean added = tests.computeIfAbsent(way, (key) -> new TreeSet<>()).add(line.strip());
					Assert.state(added, () -> line.strip() + " is listed twice for " + way);
				}
			}
			else {
				ways = ways(line);
			}
		}
		return new AcceptedDifferences(tests);
	}

	private static Set<Way> ways(String line) {
		String[] parts = line.split(": ", 2);
		Assert.state(parts.length == 2 && !parts[1].isBlank(), () -> "Expected ways and a reason: " + line);
		Set<Way> ways = EnumSet.noneOf(Way.class);
		for (String name : parts[0].split(", ")) {
			ways.add(Way.of(name));
		}
		return ways;
	}

	/**
	 * Returns those of a way, in some of the classes.
	 */
	Set<String> of(Way way, Pattern classes) {
		return this.tests.getOrDefault(way, Set.of())
			.stream()
			.filter((test) -> classes.matcher(className(test)).matches())
			.collect(Collectors.toSet());
	}

	private static String className(String test) {
		return ResultWriter.PACKAGE + test.replaceFirst("[\\[#$].*", "");
	}

}
