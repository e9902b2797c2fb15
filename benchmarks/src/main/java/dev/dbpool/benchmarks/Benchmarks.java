package dev.dbpool.benchmarks;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the benchmarks and prints their tables.
 */
public final class Benchmarks {

	private static final List<String> PARTS = List.of("stub", "server", "chats");

	private static final Pattern VERSIONS = Pattern.compile(
			"(db-pool-spring-boot-autoconfigure|spring-boot|HikariCP|postgresql|hibernate-core|tomcat-embed-core|micrometer-core|datasource-micrometer|jmh-core)-[0-9].*\\.jar");

	private Benchmarks() {
	}

	/**
	 * Runs them.
	 * @param arguments {@code full} for more and longer rounds; {@code stub},
	 * {@code server} and {@code chats} for a part
	 * @throws Exception if one of them fails
	 */
	public static void main(String... arguments) throws Exception {
		Set<String> words = new TreeSet<>(List.of(arguments));
		Effort effort = words.remove("full") ? Effort.FULL : Effort.SHORT;
		words.remove("short");
		if (!PARTS.containsAll(words)) {
			throw new IllegalArgumentException(
					"Expected 'short' or 'full', and any of " + PARTS + ", but got " + words);
		}
		Set<String> parts = words.isEmpty() ? Set.copyOf(PARTS) : words;
		Microbenchmarks microbenchmarks = new Microbenchmarks(effort);
		System.out.println(environment() + "\n" + effort + "\n");
		if (parts.contains("stub")) {
			microbenchmarks.onStub().forEach(System.out::println);
		}
		if (parts.contains("server")) {
			microbenchmarks.onServer().forEach(System.out::println);
		}
		if (parts.contains("chats")) {
			new ChatLoads(effort).run().forEach(System.out::println);
		}
	}

	private static String environment() {
		String libraries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.map((entry) -> Path.of(entry).getFileName().toString())
			.filter(VERSIONS.asMatchPredicate())
			.map((jar) -> jar.substring(0, jar.length() - ".jar".length()))
			.collect(Collectors.joining(", "));
		return "%d CPUs, %s, Java %s, %s".formatted(Runtime.getRuntime().availableProcessors(),
				System.getProperty("os.name") + " " + System.getProperty("os.arch"),
				System.getProperty("java.vm.vendor") + " " + Runtime.version(), libraries);
	}

}
