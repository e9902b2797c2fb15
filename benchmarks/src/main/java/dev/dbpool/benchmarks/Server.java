package dev.dbpool.benchmarks;

import java.util.ArrayList;
import java.util.List;

import dev.dbpool.test.Credentials;

/**
 * Where the benchmarks find the database.
 *
 * @param url the database itself
 * @param pooler the pooler that the runtime goes through; empty for none
 */
record Server(String url, String pooler) {

	static final Credentials USER = Credentials.APPLICATION;

	private static final String URL = "benchmarks.url";

	private static final String POOLER = "benchmarks.pooler";

	/**
	 * The same server without its pooler.
	 */
	Server direct() {
		return new Server(this.url, "");
	}

	/**
	 * For a pool without the starter. Through a pooler it has the driver's settings that
	 * the starter gives to its own: without the first one it fails, and a timeout of the
	 * socket costs something in each round trip.
	 */
	String runtimeUrl() {
		return this.pooler.isEmpty() ? this.url
				: this.pooler + "?prepareThreshold=0&socketTimeout=60&tcpKeepAlive=true";
	}

	/**
	 * The arguments of an application with the starter.
	 */
	String[] arguments(String... more) {
		List<String> arguments = new ArrayList<>(List.of("--spring.datasource.url=" + this.url,
				"--spring.datasource.username=" + USER.username(), "--spring.datasource.password=" + USER.password(),
				"--db-pool.pooler.url=" + this.pooler, "--spring.main.banner-mode=off"));
		arguments.addAll(List.of(more));
		return arguments.toArray(String[]::new);
	}

	/**
	 * The arguments of a JVM in which {@link #ofThisJvm()} is this server.
	 */
	String[] jvmArguments() {
		return new String[] { "-D" + URL + "=" + this.url, "-D" + POOLER + "=" + this.pooler };
	}

	static Server ofThisJvm() {
		return new Server(System.getProperty(URL, ""), System.getProperty(POOLER, ""));
	}

}
