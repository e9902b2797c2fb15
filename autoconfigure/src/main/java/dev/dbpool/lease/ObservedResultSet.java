package dev.dbpool.lease;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;

import dev.dbpool.jdbc.ResultSetDelegate;
import org.jspecify.annotations.Nullable;

/**
 * Rows of an {@link ObservedStatement}. With a fetch size, they come from the server
 * while they are read.
 */
final class ObservedResultSet implements ResultSetDelegate {

	private final ObservedStatement statement;

	private final ResultSet rows;

	private final boolean fetches;

	ObservedResultSet(ObservedStatement statement, ResultSet rows) throws SQLException {
		this.statement = statement;
		this.rows = rows;
		this.fetches = !rows.isClosed() && rows.getFetchSize() > 0;
	}

	@Override
	public ResultSet delegate() {
		return this.rows;
	}

	@Override
	public boolean next() throws SQLException {
		return this.fetches ? Boolean.TRUE.equals(this.statement.connection().needing(this.rows::next))
				: this.rows.next();
	}

	@Override
	public boolean isLast() throws SQLException {
		return this.rows.isLast();
	}

	@Override
	public ResultSetMetaData getMetaData() throws SQLException {
		return this.rows.getMetaData();
	}

	@Override
	public @Nullable Statement getStatement() throws SQLException {
		return (this.rows.getStatement() != null) ? (Statement) this.statement.proxy() : null;
	}

	@Override
	public void close() throws SQLException {
		this.rows.close();
		this.statement.completed();
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		return this.rows.unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return this.rows.isWrapperFor(type);
	}

	@Override
	public String toString() {
		return this.rows.toString();
	}

}
