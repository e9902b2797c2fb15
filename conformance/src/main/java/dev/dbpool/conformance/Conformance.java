package dev.dbpool.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs the driver's tests in all ways. Fails where a way differs from its control and
 * that is not accepted, or where it is accepted and not so any more.
 */
public final class Conformance {

	private static final String ALL = "org\\.postgresql\\..*Tests?";

	/**
	 * What shows most in little time.
	 */
	private static final String SELECTION = "org\\.postgresql\\.test\\.(jdbc2\\.(AutoSaveTransactionSettings|Blob|BlobTransaction"
			+ "|ClientEncoding|Connection|CursorFetch|DatabaseMetaData.*|PreparedStatement|ResultSet|SocketTimeout|Statement)"
			+ "|jdbc3\\.(GeneratedKeys|Jdbc3CallableStatement|Jdbc3Savepoint)|jdbc4\\..*|util\\.ByteStreamWriter)Test";

	private final Path build;

	private final String classes;

	private Conformance(Path build, String classes) {
		this.build = build;
		this.classes = classes;
	}

	/**
	 * Runs them.
	 * @param arguments the directory of the module, and {@code short} for a selection
	 * @throws Exception if they cannot be run
	 */
	public static void main(String... arguments) throws Exception {
		Path module = Path.of(arguments[0]);
		boolean selected = List.of(arguments).contains("short");
		AcceptedDifferences accepted = AcceptedDifferences.parse(Files.readAllLines(module.resolve("accepted.txt")));
		Conformance conformance = new Conformance(module.resolve("target"), selected ? SELECTION : ALL);
		List<Comparison> comparisons = conformance.compare(conformance.run(), accepted);
		comparisons.forEach(Conformance::print);
		System.exit(comparisons.stream().allMatch(Comparison::isAsExpected) ? 0 : 1);
	}

	private Map<Way, Results> run() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
		try {
			Map<Way, Future<Results>> running = new EnumMap<>(Way.class);
			for (Way way : Way.values()) {
				running.put(way, executor.submit(() -> run(way)));
			}
			Map<Way, Results> results = new EnumMap<>(Way.class);
			for (Way way : Way.values()) {
				results.put(way, running.get(way).get());
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

	private Results run(Way way) throws IOException, InterruptedException {
		Path results = this.build.resolve(way + ".tsv");
		Path log = this.build.resolve(way + ".log");
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea",
				"-Xmx1g",
				// Most of it is start-up.
				"-XX:TieredStopAtLevel=1", "-Dorg.springframework.boot.logging.LoggingSystem=none",
				"-Dfixture=" + System.getProperty("fixture", "auto"), "-cp", System.getProperty("java.class.path"),
				DriverTests.class.getName(), way.name(), this.build.toString(), results.toString(), this.classes);
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		try {
			if (!process.waitFor(1, TimeUnit.HOURS) || process.exitValue() != 0) {
				throw new IllegalStateException("The tests did not run to their end, see " + log);
			}
		}
		finally {
			process.destroy();
		}
		Files.readAllLines(log).stream().filter((line) -> line.startsWith("Fixture: ")).forEach(System.out::println);
		System.out.println(way + ": done");
		return Results.read(results);
	}

	private List<Comparison> compare(Map<Way, Results> results, AcceptedDifferences accepted) {
		Pattern ran = Pattern.compile(this.classes);
		List<Comparison> comparisons = new ArrayList<>();
		results.forEach((way, result) -> {
			Way control = way.control();
			if (control != null) {
				comparisons.add(Comparison.of(way, results.get(control), result, accepted.of(way, ran)));
			}
		});
		return comparisons;
	}

	private static void print(Comparison comparison) {
		comparison.unexpected()
			.forEach((test) -> System.out.println("[ERROR] " + comparison.way() + " differs: " + test));
		comparison.outdated()
			.forEach((test) -> System.out.println("[ERROR] " + comparison.way() + " no longer differs: " + test));
		// As Surefire counts.
		System.out.printf("[INFO] %s: of %d tests that pass in %s, %d pass, %d differ as accepted%n", comparison.way(),
				comparison.expected(), comparison.way().control(), comparison.passed(), comparison.accepted().size());
		System.out.printf("[INFO] Tests run: %d, Failures: %d, Errors: 0, Skipped: %d%n", comparison.expected(),
				comparison.unexpected().size(), comparison.accepted().size());
	}

}
