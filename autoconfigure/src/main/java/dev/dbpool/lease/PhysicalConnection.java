package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;

/**
 * A connection of the driver, as the pool sees it. Counts itself if it was broken when
 * the pool closed it.
 */
class PhysicalConnection extends DelegatingConnection {

	private final LongAdder invalidConnections;

	// Mutable state; the pool uses a connection from one thread at a time, but closes it
	// from another.

	private volatile boolean invalid;

	private volatile boolean closed;

	PhysicalConnection(Connection connection, LongAdder invalidConnections) {
		super(connection);
		this.invalidConnections = invalidConnections;
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
		return super.isValid(timeout);
	}

	@Override
	public void close() throws SQLException {
		if (!this.closed) {
			this.closed = true;
			// The driver closes a connection by itself when it breaks.
			if (this.invalid || super.isClosed()) {
				this.invalidConnections.increment();
			}
		}
		super.close();
	}

}
