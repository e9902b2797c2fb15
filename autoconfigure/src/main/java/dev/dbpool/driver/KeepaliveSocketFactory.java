package dev.dbpool.driver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;

import javax.net.SocketFactory;

/**
 * Makes sockets that find out within a minute that the other side is gone, and that keep
 * firewalls from forgetting them: the operating system's own times are two hours and
 * more. It limits no statement, because a server that is busy answers all the same.
 * Effective where keepalive is on ({@code tcpKeepAlive}) and the platform has the
 * options.
 * <p>
 * The driver makes it from its class name; with TLS it wraps the socket.
 */
public final class KeepaliveSocketFactory extends SocketFactory {

	/**
	 * By name, because they are in a module that a runtime image may leave out. The first
	 * question comes after half of the shortest time, a minute, after which firewalls are
	 * known to forget; three without an answer, 10 seconds apart, are the end.
	 */
	private static final Map<String, Integer> OPTIONS = Map.of("TCP_KEEPIDLE", 30, "TCP_KEEPINTERVAL", 10,
			"TCP_KEEPCOUNT", 3);

	private final SocketFactory delegate = SocketFactory.getDefault();

	@Override
	public Socket createSocket() throws IOException {
		return prepared(this.delegate.createSocket());
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		return prepared(this.delegate.createSocket(host, port));
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
		return prepared(this.delegate.createSocket(host, port, localHost, localPort));
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return prepared(this.delegate.createSocket(host, port));
	}

	@Override
	public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
			throws IOException {
		return prepared(this.delegate.createSocket(address, port, localAddress, localPort));
	}

	private static Socket prepared(Socket socket) throws IOException {
		for (SocketOption<?> option : socket.supportedOptions()) {
			Integer value = OPTIONS.get(option.name());
			if (value != null && option.type() == Integer.class) {
				@SuppressWarnings("unchecked")
				SocketOption<Integer> number = (SocketOption<Integer>) option;
				socket.setOption(number, value);
			}
		}
		return socket;
	}

}
