package dev.dbpool.lease;

import java.lang.ref.Reference;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * Rows as the application reads them. Keeps its connection reachable while they are read.
 */
final class LogicalResultSet extends DelegatingResultSet {

	private final LogicalStatement statement;

	private final boolean closesStatement;

	/**
	 * Whether rows are fetched while they are read. Without a fetch size the driver has
	 * them all, and reading them is no work of the database.
	 */
	private final boolean fetches;

	LogicalResultSet(LogicalStatement statement, ResultSet rows, boolean fetches, boolean closesStatement) {
		super(rows);
		this.statement = statement;
		this.closesStatement = closesStatement;
		this.fetches = fetches;
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

	@Override
	ResultSet forUpdate() throws SQLException {
		this.statement.ask(() -> this);
		return delegate();
	}

	@Override
	@Nullable Object value(@Nullable Object value) throws SQLException {
		return this.statement.value(value);
	}

	@Override
	SQLException failed(SQLException failure) {
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
		return type.isInstance(this) ? type.cast(this) : this.statement.ask(() -> super.unwrap(type));
	}

	@Override
	public Statement getStatement() throws SQLException {
		delegate().getStatement();
		return this.statement;
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

}
