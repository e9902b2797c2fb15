package dev.dbpool.stress;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;

/**
 * Runs the stress tests. Fails on an outcome that is forbidden, and if a test did not
 * run: by itself jcstress says so and succeeds, as where there are fewer processors than
 * actors.
 */
public final class Stress {

	private Stress() {
	}

	/**
	 * Runs them.
	 * @param arguments the options of jcstress
	 * @throws Exception if they cannot be run
	 */
	public static void main(String... arguments) throws Exception {
		Options options = new Options(arguments);
		if (!options.parse()) {
			System.exit(2);
		}
		JCStress jcstress = new JCStress(options);
		Set<String> tests = jcstress.getTests();
		Set<String> missing = new TreeSet<>(tests);
		// Throws if an outcome is forbidden.
		jcstress.run();
		if (Files.exists(Path.of(options.getResultFile()))) {
			DiskReadCollector results = new DiskReadCollector(options.getResultFile(), (result) -> {
				if (result.getTotalCount() > 0) {
					missing.remove(result.getName());
				}
			});
			results.dump();
			results.close();
		}
		System.out.printf("[INFO] Tests run: %d, Skipped: %d%n", tests.size(), missing.size());
		if (tests.isEmpty() || !missing.isEmpty()) {
			throw new IllegalStateException(
					tests.isEmpty() ? "There is no such test" : "These tests did not run: " + missing);
		}
	}

}
