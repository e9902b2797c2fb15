package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import java.util.concurrent.atomic.LongAdder;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The pool as the application sees it. Counts the borrowers that gave up: Hikari counts
 * them only for a metrics library.
 */
public final class WatchedDataSource extends DelegatingDataSource {

	private final HikariDataSource pool;

	private final String name;

	private final ConnectionRules rules;

	private final LongAdder timeouts = new LongAdder();

	/**
	 * Wraps a pool.
	 * @param target what connections are borrowed from, the pool or a wrapper of it
	 * @param pool the pool itself
	 * @param name the name by which {@link PhysicalDriver} counts
	 * @param rules how connections behave
	 */
	public WatchedDataSource(DataSource target, HikariDataSource pool, String name, ConnectionRules rules) {
		super(target);
		this.pool = pool;
		this.name = name;
		this.rules = rules;
	}

	@Override
	public Connection getConnection() throws SQLException {
		try {
			Connection connection = super.getConnection();
			return this.rules.areTheDrivers() ? connection
					: new LogicalConnection(connection, this.rules, this::countNotices);
		}
		catch (SQLTransientConnectionException ex) {
			this.timeouts.increment();
			throw blamed(ex);
		}
	}

	/**
	 * Counts the notices of a pooler that a client waits for a server connection. Those
	 * on connections are counted without it.
	 * @param warnings the warnings of a statement, if there are any
	 */
	public void countNotices(@Nullable SQLWarning warnings) {
		PhysicalDriver.counts(this.name).countQueued(warnings);
	}

	/**
	 * Adds to the message that a pooler is full, if it is.
	 */
	private SQLTransientConnectionException blamed(SQLTransientConnectionException ex) {
		String blame = PhysicalDriver.counts(this.name).blame();
		if (blame.isEmpty()) {
			return ex;
		}
		SQLTransientConnectionException blamed = new SQLTransientConnectionException(ex.getMessage() + ". " + blame,
				ex.getSQLState(), ex.getErrorCode(), ex);
		blamed.setNextException(ex.getNextException());
		return blamed;
	}

	HikariDataSource pool() {
		return this.pool;
	}

	String name() {
		return this.name;
	}

	long timeouts() {
		return this.timeouts.sum();
	}

}
