package dev.dbpool.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to a server that can fail as networks do. Works with each fixture and without
 * privileges, because it is a relay of bytes on the loopback interface; so it does not
 * model what happens below TCP. Thread-safe.
 */
public final class Relay implements AutoCloseable {

	private final Address target;

	private final ServerSocket listener;

	private final Set<Flow> flows = ConcurrentHashMap.newKeySet();

	// Mutable state

	private volatile boolean silentForNew;

	private volatile boolean refusing;

	private Relay(Address target, ServerSocket listener) {
		this.target = target;
		this.listener = listener;
	}

	/**
	 * Starts one.
	 * @param target the server at its other end
	 * @return the running relay, to be closed by the caller
	 */
	public static Relay to(Address target) {
		try {
			Relay relay = new Relay(target, new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1")));
			start(relay::accept);
			return relay;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Where clients connect.
	 * @return the address
	 */
	public Address address() {
		return new Address("127.0.0.1", this.listener.getLocalPort());
	}

	/**
	 * Returns how many connections it has.
	 * @return those that neither side has ended
	 */
	public int connections() {
		return this.flows.size();
	}

	/**
	 * From now on nothing passes, in either direction, on the connections of this moment,
	 * as if a firewall had forgotten them. Those that are made later work.
	 */
	public void freeze() {
		this.flows.forEach((flow) -> flow.silent = true);
	}

	/**
	 * Lets everything pass again that {@link #freeze()} and {@link #silenceNew(boolean)}
	 * have held back.
	 */
	public void thaw() {
		this.silentForNew = false;
		for (Flow flow : this.flows) {
			synchronized (flow) {
				flow.silent = false;
				flow.notifyAll();
			}
		}
	}

	/**
	 * Says whether new connections are accepted and nothing passes on them, as if the far
	 * side fell silent during a login.
	 * @param silent whether it is so
	 */
	public void silenceNew(boolean silent) {
		this.silentForNew = silent;
	}

	/**
	 * Says whether new connections end at once.
	 * @param refusing whether it is so
	 */
	public void refuseNew(boolean refusing) {
		this.refusing = refusing;
	}

	/**
	 * Resets the connections of this moment (RST).
	 */
	public void reset() {
		this.flows.forEach((flow) -> flow.end(true));
	}

	/**
	 * Ends the connections of this moment in good order (FIN).
	 */
	public void end() {
		this.flows.forEach((flow) -> flow.end(false));
	}

	@Override
	public void close() {
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		thaw();
		end();
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.listener.accept();
				if (this.refusing) {
					client.close();
				}
				else {
					connect(client);
				}
			}
		}
		catch (IOException ex) {
			// It was closed.
		}
	}

	private void connect(Socket client) throws IOException {
		try {
			Socket server = new Socket(this.target.host(), this.target.port());
			Flow flow = new Flow(client, server);
			flow.silent = this.silentForNew;
			this.flows.add(flow);
			start(() -> flow.pass(client, server));
			start(() -> flow.pass(server, client));
		}
		catch (IOException ex) {
			client.close();
		}
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "relay");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * One connection, from the client to the server.
	 */
	private final class Flow {

		private final List<Socket> sockets;

		// Mutable state

		private volatile boolean silent;

		Flow(Socket client, Socket server) {
			this.sockets = List.of(client, server);
		}

		void pass(Socket from, Socket to) {
			try {
				from.setTcpNoDelay(true);
				InputStream in = from.getInputStream();
				OutputStream out = to.getOutputStream();
				byte[] buffer = new byte[16 * 1024];
				for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
					awaitThaw();
					out.write(buffer, 0, read);
				}
				awaitThaw();
			}
			catch (IOException ex) {
				// One side has ended it.
			}
			end(false);
		}

		private synchronized void awaitThaw() {
			while (this.silent) {
				try {
					wait();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					return;
				}
			}
		}

		void end(boolean reset) {
			Relay.this.flows.remove(this);
			for (Socket socket : this.sockets) {
				try {
					if (reset) {
						socket.setSoLinger(true, 0);
					}
					socket.close();
				}
				catch (IOException ex) {
					// It is closed already.
				}
			}
		}

	}

}
