package dev.dbpool.autoconfigure;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;

import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLState;

/**
 * Why the driver could not connect, from the cause of its exception.
 */
enum ConnectFailure {

	REFUSED("The connection was refused: nothing listens there, or a firewall rejects it.",
			"Start the server, or correct host and port in %s."),

	UNKNOWN_HOST("The host name is unknown.", "Correct the host name in %s, or find out why DNS does not resolve it."),

	UNREACHABLE("The network has no route to it.",
			"Correct the host in %s, or check the network: the route, the VPN, and IPv6 if the host has no other address."),

	TIMED_OUT("Nothing answered in time: packets are dropped on the way, or the server is frozen or overloaded.",
			"Correct host and port in %s, or open them in firewalls and security groups. A server that is only slow needs a higher loginTimeout or connectTimeout there."),

	TLS("The TLS connection could not be established.",
			"Correct sslmode and the certificates in %s, or the certificate of the server, whose name must be the host's."),

	ENDED("The connection was ended before the login was complete.",
			"Look at the log of the server. It may be starting or stopping, or what listens there is not PostgreSQL: correct host and port in %s.");

	private final String happened;

	private final String action;

	ConnectFailure(String happened, String action) {
		this.happened = happened;
		this.action = action;
	}

	/**
	 * Returns the meaning of an exception of the driver.
	 * @param error the exception
	 * @param root what the network said
	 * @return the reason; {@code null} if the exception has another meaning
	 */
	static @Nullable ConnectFailure of(SQLException error, @Nullable IOException root) {
		if (root instanceof SSLException) {
			return TLS;
		}
		// Other states mean that there was a connection.
		if (!PSQLState.CONNECTION_UNABLE_TO_CONNECT.getState().equals(error.getSQLState())) {
			return null;
		}
		if (root == null) {
			// The driver's text, in the user's language, when loginTimeout is over.
			return GT.tr("Connection attempt timed out.").equals(error.getMessage()) ? TIMED_OUT : null;
		}
		if (root instanceof UnknownHostException) {
			return UNKNOWN_HOST;
		}
		if (root instanceof SocketTimeoutException) {
			return TIMED_OUT;
		}
		String message = String.valueOf(root.getMessage());
		if (root instanceof NoRouteToHostException || message.contains("unreachable")) {
			return UNREACHABLE;
		}
		if (message.contains("timed out")) {
			return TIMED_OUT;
		}
		return (root instanceof ConnectException) ? REFUSED : ENDED;
	}

	String happened() {
		return this.happened;
	}

	String action(String property) {
		return this.action.formatted(property);
	}

}
