package dev.dbpool.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Future;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/**
 * A PgBouncer in a container.
 */
final class ContainerPooler implements Pooler {

	private static final int PORT = 6432;

	private static final String INI = "/pgbouncer.ini";

	private static final String USER_LIST = "/userlist.txt";

	private final GenericContainer<?> container;

	private final Address address;

	private ContainerPooler(GenericContainer<?> container) {
		this.container = container;
		this.address = new Address(container.getHost(), container.getMappedPort(PORT));
	}

	static ContainerPooler start(Future<String> image, Network network, Address postgres, PoolerOptions options) {
		String ini = options.toIni(postgres.host(), postgres.port(), "*", PORT, USER_LIST);
		// Files are copied as root's with mode 0644, so that PgBouncer can read them.
		GenericContainer<?> container = new GenericContainer<>(image).withNetwork(network)
			.withExposedPorts(PORT)
			.withCopyToContainer(Transferable.of(ini), INI)
			.withCopyToContainer(Transferable.of(PoolerOptions.userList()), USER_LIST)
			.waitingFor(Wait.forLogMessage(".*process up.*", 1));
		container.start();
		return new ContainerPooler(container);
	}

	@Override
	public Address address() {
		return this.address;
	}

	@Override
	public String version() {
		try {
			return this.container.execInContainer("pgbouncer", "--version")
				.getStdout()
				.lines()
				.findFirst()
				.orElse("PgBouncer of unknown version");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		// Kills it: there is no orderly stop to wait for.
		this.container.stop();
	}

}
