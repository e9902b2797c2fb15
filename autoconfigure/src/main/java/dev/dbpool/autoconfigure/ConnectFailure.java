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
 * Why there is no connection at all, as the driver tells it by its cause.
 */
enum ConnectFailure {

	REFUSED("The connection was refused: nothing listens there, or a firewall rejects it.",
			"Start the server, or correct host and port in %s."),

	UNKNOWN_HOST("The host name is unknown.",
			"Correct the host name in %s, or look why the name service does not know it."),

	UNREACHABLE("The network does not lead there.",
			"Correct the host in %s, or look at the network: the route, the VPN, IPv6 where the host has no other address."),

	TIMED_OUT("Nothing answered in time: packets are dropped on the way, or the server is frozen or overloaded.",
			"Correct host and port in %s, or let firewalls and security groups pass them. A server that is only slow needs a higher loginTimeout or connectTimeout there."),

	TLS("The encrypted connection could not be made.",
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
	 * Returns what an exception of the driver means.
	 * @param error the exception
	 * @param root what the network said
	 * @return the meaning; {@code null} if it has another one
	 */
	static @Nullable ConnectFailure of(SQLException error, @Nullable IOException root) {
		if (root instanceof SSLException) {
			return TLS;
		}
		// Without it the connection was there once.
		if (!PSQLState.CONNECTION_UNABLE_TO_CONNECT.getState().equals(error.getSQLState())) {
			return null;
		}
		if (root == null) {
			// So the driver says when loginTimeout is over, in the user's language.
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
