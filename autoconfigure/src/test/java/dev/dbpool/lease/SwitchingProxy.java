package dev.dbpool.lease;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.dbpool.test.Address;

/**
 * Has one address for servers that follow one another, as one that is restarted.
 */
final class SwitchingProxy implements AutoCloseable {

	private final ServerSocket listener;

	private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

	private volatile Address target;

	SwitchingProxy(Address target) throws IOException {
		this.target = target;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::accept);
	}

	Address address() {
		return new Address(this.listener.getInetAddress().getHostAddress(), this.listener.getLocalPort());
	}

	/**
	 * Breaks all connections; the next ones lead to another server.
	 */
	void switchTo(Address target) throws IOException {
		this.target = target;
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.sockets.clear();
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

	private static void pass(Socket from, Socket to) throws IOException {
		try (from; to) {
			from.getInputStream().transferTo(to.getOutputStream());
		}
	}

	private static void start(Passing passing) {
		Thread thread = new Thread(() -> {
			try {
				passing.run();
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

	@FunctionalInterface
	private interface Passing {

		void run() throws IOException;

	}

}
