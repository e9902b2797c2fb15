package dev.dbpool.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A {@link FleetMember} in a JVM of its own.
 */
final class FleetProcess implements AutoCloseable {

	private static final long LIMIT_SECONDS = 120;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private final List<String> output = new ArrayList<>();

	private final Process process;

	private FleetProcess(Process process) {
		this.process = process;
		Thread reader = new Thread(this::read, "fleet-output");
		reader.setDaemon(true);
		reader.start();
	}

	static FleetProcess start(String... properties) {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), FleetMember.class.getName()));
		for (String property : properties) {
			command.add("--" + property);
		}
		try {
			return new FleetProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				synchronized (this.output) {
					this.output.add(line);
				}
				if (line.startsWith(FleetMember.READY) || line.startsWith(FleetMember.LOADED)) {
					this.answers.add(line);
				}
			}
		}
		catch (IOException ex) {
			// It has ended.
		}
		finally {
			this.answers.add("end");
		}
	}

	/**
	 * Waits until it has started, or has failed to.
	 */
	void awaitStart() {
		answer();
	}

	/**
	 * Lets it work; {@link #awaitLoad()} waits until that is done.
	 */
	void load() {
		try {
			this.process.getOutputStream().write("load\n".getBytes(StandardCharsets.UTF_8));
			this.process.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void awaitLoad() {
		answer();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * How often the server refused a connection. The pool hides that from those who find
	 * another one, but logs it.
	 */
	long refusals() {
		return output().lines()
			.filter((line) -> line.contains("too many clients already") || line.contains("remaining connection slots"))
			.count();
	}

	private String answer() {
		try {
			String answer = this.answers.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
			if (answer == null) {
				throw new IllegalStateException("No answer from " + this);
			}
			return answer;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private String output() {
		synchronized (this.output) {
			return String.join("\n", this.output);
		}
	}

	@Override
	public String toString() {
		return "process " + this.process.pid() + ":\n" + output();
	}

	/**
	 * Lets it end as a deploy does, and waits until its connections are closed.
	 */
	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
