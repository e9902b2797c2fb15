package dev.dbpool.lease;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.dbpool.test.Address;

/**
 * Passes bytes on to a server until it is told to swallow them, as a firewall does that
 * has forgotten a connection.
 */
final class SilentProxy implements AutoCloseable {

	private final Address target;

	private final ServerSocket listener;

	private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

	// Connections that are open at a cut are swallowed, later ones are not.
	private volatile int cuts;

	SilentProxy(Address target) throws IOException {
		this.target = target;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::accept);
	}

	Address address() {
		return new Address(this.listener.getInetAddress().getHostAddress(), this.listener.getLocalPort());
	}

	void cut() {
		this.cuts++;
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.listener.accept();
			Socket server = new Socket(this.target.host(), this.target.port());
			this.sockets.add(client);
			this.sockets.add(server);
			start(() -> pass(client, server));
			start(() -> pass(server, client));
		}
	}

	private void pass(Socket from, Socket to) throws IOException {
		int cuts = this.cuts;
		byte[] buffer = new byte[8192];
		for (int read = from.getInputStream().read(buffer); read >= 0; read = from.getInputStream().read(buffer)) {
			if (cuts == this.cuts) {
				to.getOutputStream().write(buffer, 0, read);
			}
		}
		if (cuts == this.cuts) {
			to.close();
		}
	}

	private static void start(Work work) {
		Thread thread = new Thread(() -> {
			try {
				work.run();
			}
			catch (IOException ex) {
				// One of the ends has gone.
			}
		});
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	private interface Work {

		void run() throws IOException;

	}

}
