package dev.dbpool.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

import dev.dbpool.jdbc.ConnectionDelegate;

/**
 * A connection of the driver, as the pool sees it. Counts itself if it was broken when
 * the pool closed it. What the pool sends to prepare it for the next borrower waits no
 * longer for an answer than a validation does: no caller's time limit would end it.
 */
class PhysicalConnection implements ConnectionDelegate {

	/**
	 * For how long one is asked that may have been forgotten together with another.
	 */
	private static final int SUSPECT_MILLIS = 500;

	private final Connection delegate;

	private final ConnectionCounts counts;

	private final int limitMillis;

	// Mutable state; the pool uses a connection from one thread at a time, but closes it
	// from another.

	private volatile long lastAnswer = System.nanoTime();

	private volatile boolean invalid;

	private volatile boolean closed;

	/**
	 * Creates it.
	 * @param limitMillis for how long the pool waits for an answer
	 */
	PhysicalConnection(Connection connection, ConnectionCounts counts, int limitMillis) {
		this.delegate = connection;
		this.counts = counts;
		this.limitMillis = limitMillis;
	}

	@Override
	public Connection delegate() {
		return this.delegate;
	}

	@Override
	public boolean isValid(int timeout) throws SQLException {
		boolean valid = false;
		try {
			valid = check(timeout);
			return valid;
		}
		finally {
			this.invalid = !valid;
		}
	}

	/**
	 * Whether the connection can be used.
	 * @param timeout seconds that this may take
	 */
	boolean check(int timeout) throws SQLException {
		long asked = System.nanoTime();
		boolean valid = this.counts.mayBeSilent(this.lastAnswer) ? isValidInTime(timeout)
				: this.delegate.isValid(timeout);
		long now = System.nanoTime();
		if (valid) {
			this.lastAnswer = now;
		}
		else if (now - asked >= TimeUnit.MILLISECONDS.toNanos(SUSPECT_MILLIS)) {
			// What is broken says so at once.
			this.counts.silence().set(asked);
		}
		return valid;
	}

	private boolean isValidInTime(int timeout) throws SQLException {
		int networkTimeout = getNetworkTimeout();
		setNetworkTimeout(Runnable::run, SUSPECT_MILLIS);
		boolean valid = this.delegate.isValid(timeout);
		if (valid) {
			setNetworkTimeout(Runnable::run, networkTimeout);
		}
		return valid;
	}

	/**
	 * Whether a connection that was made a moment ago gets answers from the server
	 * itself.
	 */
	boolean answers() {
		return true;
	}

	@Override
	public void rollback() throws SQLException {
		limited(this.delegate::rollback);
	}

	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		limited(() -> this.delegate.setTransactionIsolation(level));
	}

	@Override
	public void setSchema(String schema) throws SQLException {
		limited(() -> this.delegate.setSchema(schema));
	}

	@Override
	public void setReadOnly(boolean readOnly) throws SQLException {
		limited(() -> this.delegate.setReadOnly(readOnly));
	}

	/**
	 * Sends something, and abandons the connection if no answer arrives in time.
	 */
	final void limited(Call call) throws SQLException {
		int networkTimeout = getNetworkTimeout();
		if (networkTimeout > 0 && networkTimeout <= this.limitMillis) {
			call.run();
			return;
		}
		setNetworkTimeout(Runnable::run, this.limitMillis);
		try {
			call.run();
		}
		finally {
			// Otherwise the driver has given it up.
			if (!isClosed()) {
				setNetworkTimeout(Runnable::run, networkTimeout);
			}
		}
	}

	@Override
	public void close() throws SQLException {
		if (!this.closed) {
			this.closed = true;
			// The driver closes a connection by itself when it breaks.
			if (this.invalid || this.delegate.isClosed()) {
				this.counts.invalid().increment();
			}
		}
		this.delegate.close();
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

	/**
	 * Something that the driver sends.
	 */
	interface Call {

		void run() throws SQLException;

	}

}
