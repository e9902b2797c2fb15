package dev.dbpool.driver;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Keeps a lost connection to the database from being taken for a lost client. Web
 * frameworks look for an {@link java.io.EOFException} or a "Broken pipe" among the causes
 * of a failure, and answer nothing to a client that is gone: with status 200, as Spring
 * Framework's {@code DisconnectedClientHelper} does unless a {@code DataAccessException}
 * is in between. So what the stream to the server failed with is not a cause here. It is
 * suppressed instead, where every stack trace still shows it.
 */
public final class Disconnects {

	private Disconnects() {
	}

	/**
	 * Returns a failure as the application may see it.
	 * @param failure what the driver or the pool threw
	 * @return the same object, unless a broken stream is among its causes; then one of
	 * the same type as far as callers look at it, with the same message, state, stack
	 * trace and next exception
	 */
	public static SQLException withoutStream(SQLException failure) {
		if (!comesFromBrokenStream(failure)) {
			return failure;
		}
		Throwable cause = failure.getCause();
		Throwable clean = (cause instanceof SQLException nested) ? withoutStream(nested) : null;
		SQLException copy = copy(failure, clean);
		copy.setStackTrace(failure.getStackTrace());
		if (failure.getNextException() != null) {
			copy.setNextException(failure.getNextException());
		}
		for (Throwable suppressed : failure.getSuppressed()) {
			copy.addSuppressed(suppressed);
		}
		if (clean == null && cause != null) {
			copy.addSuppressed(cause);
		}
		return copy;
	}

	/**
	 * A connection that could not be made is not a client that went away, nor is a time
	 * limit; applications look for these causes. A stream of the application's, which the
	 * driver reads for a parameter, may well be that of a client.
	 */
	private static boolean comesFromBrokenStream(SQLException failure) {
		SQLException told = failure;
		for (Throwable next = failure.getCause(); next != null; next = next.getCause()) {
			if (next instanceof SQLException nested) {
				told = nested;
			}
			else if (next instanceof IOException) {
				boolean other = next instanceof SocketTimeoutException || next instanceof ConnectException
						|| next instanceof NoRouteToHostException || next instanceof UnknownHostException;
				return !other && concernsTheConnection(told);
			}
		}
		return false;
	}

	private static boolean concernsTheConnection(SQLException failure) {
		return failure.getSQLState() == null || failure.getSQLState().startsWith("08");
	}

	private static SQLException copy(SQLException failure, @Nullable Throwable cause) {
		String message = failure.getMessage();
		String state = failure.getSQLState();
		int code = failure.getErrorCode();
		if (failure instanceof PSQLException original) {
			return new LostException(original, cause);
		}
		if (failure instanceof BatchUpdateException batch) {
			return new BatchUpdateException(message, state, code, batch.getLargeUpdateCounts(), cause);
		}
		return (failure instanceof SQLTransientConnectionException)
				? new SQLTransientConnectionException(message, state, code, cause)
				: new SQLException(message, state, code, cause);
	}

	/**
	 * The driver's exception without the stream's.
	 */
	private static final class LostException extends PSQLException {

		private static final long serialVersionUID = 1;

		private final PSQLException original;

		LostException(PSQLException original, @Nullable Throwable cause) {
			super(original.getMessage(), null, cause);
			this.original = original;
		}

		@Override
		public @Nullable String getSQLState() {
			return this.original.getSQLState();
		}

		@Override
		public @Nullable ServerErrorMessage getServerErrorMessage() {
			return this.original.getServerErrorMessage();
		}

		@Override
		public String toString() {
			return this.original.toString();
		}

	}

}
