package dev.dbpool;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;

import javax.net.SocketFactory;

/**
 * Connects to its argument, whatever the driver asks for.
 */
public class RedirectingSocketFactory extends SocketFactory {

	private final InetSocketAddress address;

	public RedirectingSocketFactory(String address) {
		int colon = address.lastIndexOf(':');
		this.address = new InetSocketAddress(address.substring(0, colon),
				Integer.parseInt(address.substring(colon + 1)));
	}

	@Override
	public Socket createSocket() {
		InetSocketAddress address = this.address;
		return new Socket() {
			@Override
			public void connect(SocketAddress asked, int timeout) throws IOException {
				super.connect(address, timeout);
			}
		};
	}

	@Override
	public Socket createSocket(String host, int port) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Socket createSocket(InetAddress host, int port) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
		throw new UnsupportedOperationException();
	}

}
