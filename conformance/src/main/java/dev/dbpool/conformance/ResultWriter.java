package dev.dbpool.conformance;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Writes down what has passed and what has not, and keeps the tests apart. Leaves out
 * classes that do not connect.
 */
final class ResultWriter implements TestExecutionListener, AutoCloseable {

	static final String PACKAGE = "org.postgresql.";

	private static final Pattern PARAMETERS = Pattern.compile("\\[.*?]");

	/**
	 * Engine and class.
	 */
	private static final int CLASS_DEPTH = 2;

	private final PrintWriter results;

	private final PooledConnections connections;

	// Mutable state

	private final List<String> lines = new ArrayList<>();

	private String method = "";

	ResultWriter(Path file, PooledConnections connections) {
		try {
			this.results = new PrintWriter(Files.newBufferedWriter(file), true);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.connections = connections;
	}

	@Override
	public void executionStarted(TestIdentifier identifier) {
		if (identifier.isTest()) {
			// With other parameters alone it needs no new connections.
			String method = PARAMETERS.matcher(name(identifier)).replaceAll("");
			if (!method.equals(this.method)) {
				this.connections.renew();
				this.method = method;
			}
		}
	}

	@Override
	public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
		if (identifier.isTest()) {
			String test = name(identifier);
			this.lines.add(result.getStatus() + "\t" + test);
			result.getThrowable().filter((thrown) -> result.getStatus() == Status.FAILED).ifPresent((thrown) -> {
				System.out.println("FAILED " + test + " " + identifier.getDisplayName());
				thrown.printStackTrace(System.out);
			});
		}
		else if (identifier.getUniqueIdObject().getSegments().size() == CLASS_DEPTH) {
			if (this.connections.close()) {
				this.lines.forEach(this.results::println);
			}
			this.lines.clear();
			this.connections.renew();
		}
	}

	/**
	 * Returns a name that is the same in each run: a class, the number of its parameters,
	 * a method, the number of its own.
	 */
	private static String name(TestIdentifier identifier) {
		StringBuilder name = new StringBuilder();
		for (UniqueId.Segment segment : identifier.getUniqueIdObject().getSegments()) {
			name.append(name(segment.getType(), segment.getValue()));
		}
		return name.toString();
	}

	private static String name(String type, String value) {
		return switch (type) {
			case "engine" -> "";
			case "class", "class-template" -> value.substring(PACKAGE.length());
			case "nested-class", "nested-class-template" -> "$" + value;
			case "method", "test-template", "test-factory" -> "#" + value;
			default -> "[" + value.substring(1) + "]";
		};
	}

	@Override
	public void close() {
		this.results.close();
	}

}
