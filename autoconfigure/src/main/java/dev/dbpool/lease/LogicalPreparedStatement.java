package dev.dbpool.lease;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * A prepared statement as the application holds it. Its SQL was checked when it was
 * prepared.
 */
class LogicalPreparedStatement extends DelegatingPreparedStatement {

	private final String sql;

	private final @Nullable String pin;

	LogicalPreparedStatement(LogicalConnection connection, Lease lease, PreparedStatement delegate, String sql,
			@Nullable String pin) {
		super(connection, lease, delegate);
		this.sql = sql;
		this.pin = pin;
	}

	@Override
	public ResultSet executeQuery() throws SQLException {
		return execute(this.sql, this.pin, () -> wrap(delegate().executeQuery()));
	}

	@Override
	public int executeUpdate() throws SQLException {
		return execute(this.sql, this.pin, () -> delegate().executeUpdate());
	}

	@Override
	public long executeLargeUpdate() throws SQLException {
		return execute(this.sql, this.pin, () -> delegate().executeLargeUpdate());
	}

	@Override
	public boolean execute() throws SQLException {
		return execute(this.sql, this.pin, () -> delegate().execute());
	}

	@Override
	public ResultSetMetaData getMetaData() throws SQLException {
		beginIfAsked();
		return super.getMetaData();
	}

	@Override
	String batch() {
		return this.sql;
	}

	@Override
	@Nullable String batchPin() {
		return this.pin;
	}

}
