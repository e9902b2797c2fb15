package dev.dbpool.benchmarks;

import java.io.IOException;

/**
 * Keeps this process and those that it starts from now on on one core. Whether client and
 * server of a round trip share a core changes its time by half, far more than what is
 * measured, and the system decides it anew again and again. Only Linux lets a process
 * choose; elsewhere the spread is wide.
 */
final class OneCore implements AutoCloseable {

	private final int cores = Runtime.getRuntime().availableProcessors();

	private final boolean works = bind("0");

	/**
	 * For the table.
	 */
	String note() {
		return this.works ? "all processes on one core" : "on any core, because taskset (Linux) does not work here";
	}

	@Override
	public void close() {
		if (this.works) {
			bind("0-" + (this.cores - 1));
		}
	}

	private static boolean bind(String cores) {
		try {
			return new ProcessBuilder("taskset", "--all-tasks", "--cpu-list", "--pid", cores,
					String.valueOf(ProcessHandle.current().pid()))
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
