package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * What the application has set on a logical connection, whether or not that has a
 * physical one. Like the driver's own settings, it is used by one thread at a time.
 */
final class RequestedState {

	private final boolean defaultAutoCommit;

	private final boolean defaultReadOnly;

	// Mutable state

	private boolean autoCommit;

	private boolean readOnly;

	private int isolation;

	private @Nullable String schema;

	private @Nullable NetworkTimeout networkTimeout;

	/**
	 * Begins with the defaults of the pool.
	 * @param rules the rules for its connections
	 */
	RequestedState(boolean autoCommit, boolean readOnly, ConnectionRules rules) {
		this.defaultAutoCommit = autoCommit;
		this.defaultReadOnly = readOnly;
		this.autoCommit = autoCommit;
		this.readOnly = readOnly;
		this.isolation = rules.isolation();
	}

	void applyTo(Connection physical, ConnectionRules rules) throws SQLException {
		if (this.autoCommit != this.defaultAutoCommit) {
			physical.setAutoCommit(this.autoCommit);
		}
		if (this.readOnly != this.defaultReadOnly) {
			physical.setReadOnly(this.readOnly);
		}
		if (!rules.isolationByTransaction() && this.isolation != rules.isolation()) {
			physical.setTransactionIsolation(this.isolation);
		}
		if (this.networkTimeout != null) {
			physical.setNetworkTimeout(this.networkTimeout.executor(), this.networkTimeout.milliseconds());
		}
	}

	boolean autoCommit() {
		return this.autoCommit;
	}

	void autoCommit(boolean autoCommit) {
		this.autoCommit = autoCommit;
	}

	boolean readOnly() {
		return this.readOnly;
	}

	void readOnly(boolean readOnly) {
		this.readOnly = readOnly;
	}

	int isolation() {
		return this.isolation;
	}

	void isolation(int isolation) {
		this.isolation = isolation;
	}

	/**
	 * Returns the schema of each transaction.
	 * @return {@code null} if none was set, or if the session has it
	 */
	@Nullable String schema() {
		return this.schema;
	}

	void schema(@Nullable String schema) {
		this.schema = schema;
	}

	@Nullable Integer networkTimeout() {
		return (this.networkTimeout != null) ? this.networkTimeout.milliseconds() : null;
	}

	void networkTimeout(Executor executor, int milliseconds) {
		this.networkTimeout = new NetworkTimeout(executor, milliseconds);
	}

	private record NetworkTimeout(Executor executor, int milliseconds) {
	}

}
