package dev.dbpool.test;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PgBouncer as a child process of this one, listening on the loopback interface.
 */
public final class LocalPooler implements Pooler {

	private static final Duration START_LIMIT = Duration.ofSeconds(30);

	private static final Path SETSID = Path.of("/usr/bin/setsid");

	private final Path directory;

	private final Address address;

	private final Process process;

	private LocalPooler(Path directory, Address address, Process process) {
		this.directory = directory;
		this.address = address;
		this.process = process;
	}

	/**
	 * Starts a PgBouncer and waits until it accepts connections.
	 * @param postgres the database behind it
	 * @param options its settings
	 * @return the running pooler
	 * @throws IllegalStateException if the program is missing or does not start; the
	 * message names the way to get it, or has its log
	 */
	public static LocalPooler start(Address postgres, PoolerOptions options) {
		Path program = program();
		try {
			boolean root = "root".equals(System.getProperty("user.name"));
			Path directory = Files.createTempDirectory("db-pool-pgbouncer");
			Address address = new Address("127.0.0.1", freePort());
			Path ini = directory.resolve("pgbouncer.ini");
			Path userList = directory.resolve("userlist.txt");
			Files.writeString(userList, PoolerOptions.userList());
			Files.writeString(ini, options.toIni(postgres.host(), postgres.port(), address.host(), address.port(),
					userList.toString()));
			List<String> command = new ArrayList<>();
			if (Files.isExecutable(SETSID)) {
				// A Ctrl-C in the terminal is meant for this process, which may still
				// need
				// the pooler while it ends.
				command.add(SETSID.toString());
			}
			command.add(program.toString());
			if (root) {
				// PgBouncer refuses to run as root.
				command.addAll(List.of("-u", "nobody"));
				Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
			}
			command.add(ini.toString());
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(directory.resolve("log").toFile())
				.start();
			LocalPooler pooler = new LocalPooler(directory, address, process);
			pooler.awaitStart();
			return pooler;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path program() {
		String configured = System.getProperty("pgbouncer.path", "");
		Stream<String> places = configured.isEmpty() ? Stream
			.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
					Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"))
			.map((place) -> place + "/pgbouncer") : Stream.of(configured);
		return places.map(Path::of)
			.filter(Files::isExecutable)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(
					"No pgbouncer found. Install it (apt-get install pgbouncer, or brew install pgbouncer), "
							+ "name it with -Dpgbouncer.path, or run the tests with Docker and -Dfixture=containers"));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private void awaitStart() throws IOException {
		long end = System.nanoTime() + START_LIMIT.toNanos();
		while (!accepts()) {
			if (!this.process.isAlive() || System.nanoTime() > end) {
				String log = Files.readString(this.directory.resolve("log"));
				close();
				throw new IllegalStateException("PgBouncer did not start: " + log);
			}
			Thread.onSpinWait();
		}
	}

	private boolean accepts() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(this.address.host(), this.address.port()), 1000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public Address address() {
		return this.address;
	}

	@Override
	public String version() {
		try {
			Process version = new ProcessBuilder(program().toString(), "--version").redirectErrorStream(true).start();
			return new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
				.findFirst()
				.orElse("PgBouncer of unknown version");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		if (!Files.exists(this.directory)) {
			return;
		}
		// From 1.23 on, SIGTERM waits for the clients to leave.
		this.process.destroyForcibly();
		try {
			this.process.waitFor(10, TimeUnit.SECONDS);
			try (Stream<Path> files = Files.list(this.directory)) {
				for (Path file : files.toList()) {
					Files.delete(file);
				}
			}
			Files.delete(this.directory);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
