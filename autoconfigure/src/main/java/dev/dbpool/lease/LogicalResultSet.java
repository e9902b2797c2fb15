package dev.dbpool.lease;

import java.lang.ref.Reference;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import dev.dbpool.jdbc.JdbcProxy;
import dev.dbpool.jdbc.ResultSetDelegate;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the application reads them. Keeps its connection reachable while they are read.
 */
final class LogicalResultSet implements ResultSetDelegate {

	private final ResultSet delegate;

	private final LogicalStatement statement;

	private final boolean closesStatement;

	/**
	 * Whether rows are fetched while they are read. Without a fetch size the driver has
	 * them all, and reading them does not keep the database busy.
	 */
	private final boolean fetches;

	LogicalResultSet(LogicalStatement statement, ResultSet rows, boolean fetches, boolean closesStatement) {
		this.delegate = rows;
		this.statement = statement;
		this.closesStatement = closesStatement;
		this.fetches = fetches;
	}

	@Override
	public ResultSet delegate() {
		return this.delegate;
	}

	@Override
	public boolean next() throws SQLException {
		Lease lease = this.statement.lease();
		boolean counted = this.fetches && lease.add(Lease.CALL);
		if (counted) {
			lease.busy();
		}
		try {
			return delegate().next();
		}
		catch (SQLException ex) {
			throw this.statement.failed(ex);
		}
		finally {
			if (counted) {
				lease.executed();
			}
			Reference.reachabilityFence(this);
		}
	}

	@Override
	public void insertRow() throws SQLException {
		execute("insertRow()", ResultSet::insertRow);
	}

	@Override
	public void updateRow() throws SQLException {
		execute("updateRow()", ResultSet::updateRow);
	}

	@Override
	public void deleteRow() throws SQLException {
		execute("deleteRow()", ResultSet::deleteRow);
	}

	@Override
	public void refreshRow() throws SQLException {
		execute("refreshRow()", ResultSet::refreshRow);
	}

	/**
	 * Does what the driver does by a statement of its own, which may be the first of a
	 * transaction.
	 */
	private void execute(String what, Change change) throws SQLException {
		this.statement.execute(what, null, () -> {
			change.of(delegate());
			return what;
		});
	}

	/**
	 * The driver may have to fetch more rows to know.
	 */
	@Override
	public boolean isLast() throws SQLException {
		return this.fetches ? this.statement.ask(() -> delegate().isLast()) : delegate().isLast();
	}

	/**
	 * Each change may make the driver ask the server which key the table has.
	 */
	@Override
	@SuppressWarnings("NullAway") // a type variable may be nullable
	public ResultSet forUpdate() {
		return JdbcProxy.of(ResultSet.class,
				(method, arguments) -> this.statement.ask(() -> JdbcProxy.invoke(this.delegate, method, arguments)));
	}

	@Override
	public @Nullable Object getObject(int columnIndex) throws SQLException {
		try {
			return this.statement.value(this.delegate.getObject(columnIndex));
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
	}

	@Override
	public @Nullable Object getObject(String columnLabel) throws SQLException {
		try {
			return this.statement.value(this.delegate.getObject(columnLabel));
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
	}

	@Override
	public Object getObject(int columnIndex, Map<String, Class<?>> map) throws SQLException {
		return explained((rows) -> rows.getObject(columnIndex, map));
	}

	@Override
	public Object getObject(String columnLabel, Map<String, Class<?>> map) throws SQLException {
		return explained((rows) -> rows.getObject(columnLabel, map));
	}

	@Override
	public <T> T getObject(int columnIndex, Class<T> type) throws SQLException {
		return explained((rows) -> rows.getObject(columnIndex, type));
	}

	@Override
	public <T> T getObject(String columnLabel, Class<T> type) throws SQLException {
		return explained((rows) -> rows.getObject(columnLabel, type));
	}

	@Override
	public Array getArray(int columnIndex) throws SQLException {
		return explained((rows) -> rows.getArray(columnIndex));
	}

	@Override
	public Array getArray(String columnLabel) throws SQLException {
		return explained((rows) -> rows.getArray(columnLabel));
	}

	/**
	 * Gets a value for which the driver may ask the server about its type.
	 */
	private <T> T explained(Value<T> value) throws SQLException {
		try {
			return value.of(this.delegate);
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
	}

	private SQLException failed(SQLException failure) {
		return this.statement.failed(failure);
	}

	@Override
	public ResultSetMetaData getMetaData() throws SQLException {
		return new LogicalResultSetMetaData(this.statement, delegate().getMetaData());
	}

	/**
	 * The driver executes by itself from here on.
	 */
	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		return type.isInstance(this) ? type.cast(this) : this.statement.ask(() -> ResultSetDelegate.super.unwrap(type));
	}

	@Override
	public Statement getStatement() throws SQLException {
		delegate().getStatement();
		return this.statement.self();
	}

	@Override
	public void close() throws SQLException {
		try {
			delegate().close();
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
		finally {
			if (this.closesStatement) {
				this.statement.close();
			}
			else {
				this.statement.completed();
			}
		}
	}

	/**
	 * A change that is made through rows.
	 */
	@FunctionalInterface
	private interface Change {

		void of(ResultSet rows) throws SQLException;

	}

	/**
	 * A value of the current row.
	 *
	 * @param <T> its type
	 */
	@FunctionalInterface
	private interface Value<T> {

		T of(ResultSet rows) throws SQLException;

	}

}
