package dev.dbpool.lease;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;

import org.postgresql.PGResultSetMetaData;

/**
 * Metadata of a result as the application holds it. The driver asks the server for some
 * of it when it is asked for, on the connection that the result came from: that is done
 * within the lease of the result, and refused after it, when the connection may be
 * another borrower's.
 */
final class LogicalResultSetMetaData implements ResultSetMetaData, PGResultSetMetaData {

	private final LogicalStatement statement;

	private final ResultSetMetaData delegate;

	LogicalResultSetMetaData(LogicalStatement statement, ResultSetMetaData delegate) {
		this.statement = statement;
		this.delegate = delegate;
	}

	private PGResultSetMetaData driver() throws SQLException {
		return this.delegate.unwrap(PGResultSetMetaData.class);
	}

	@Override
	public int getColumnCount() throws SQLException {
		return this.delegate.getColumnCount();
	}

	@Override
	public boolean isCaseSensitive(int column) throws SQLException {
		return this.delegate.isCaseSensitive(column);
	}

	@Override
	public boolean isSearchable(int column) throws SQLException {
		return this.delegate.isSearchable(column);
	}

	@Override
	public boolean isSigned(int column) throws SQLException {
		return this.delegate.isSigned(column);
	}

	@Override
	public int getColumnDisplaySize(int column) throws SQLException {
		return this.delegate.getColumnDisplaySize(column);
	}

	@Override
	public String getColumnLabel(int column) throws SQLException {
		return this.delegate.getColumnLabel(column);
	}

	@Override
	public String getColumnName(int column) throws SQLException {
		return this.delegate.getColumnName(column);
	}

	@Override
	public int getPrecision(int column) throws SQLException {
		return this.delegate.getPrecision(column);
	}

	@Override
	public int getScale(int column) throws SQLException {
		return this.delegate.getScale(column);
	}

	@Override
	public String getCatalogName(int column) throws SQLException {
		return this.delegate.getCatalogName(column);
	}

	@Override
	public boolean isReadOnly(int column) throws SQLException {
		return this.delegate.isReadOnly(column);
	}

	@Override
	public boolean isWritable(int column) throws SQLException {
		return this.delegate.isWritable(column);
	}

	@Override
	public boolean isDefinitelyWritable(int column) throws SQLException {
		return this.delegate.isDefinitelyWritable(column);
	}

	@Override
	public int getFormat(int column) throws SQLException {
		return driver().getFormat(column);
	}

	@Override
	public boolean isAutoIncrement(int column) throws SQLException {
		return this.statement.ask(() -> this.delegate.isAutoIncrement(column));
	}

	@Override
	public int isNullable(int column) throws SQLException {
		return this.statement.ask(() -> this.delegate.isNullable(column));
	}

	@Override
	public boolean isCurrency(int column) throws SQLException {
		return this.statement.ask(() -> this.delegate.isCurrency(column));
	}

	@Override
	public String getSchemaName(int column) throws SQLException {
		return this.statement.ask(() -> this.delegate.getSchemaName(column));
	}

	@Override
	public String getTableName(int column) throws SQLException {
		return this.statement.ask(() -> this.delegate.getTableName(column));
	}

	@Override
	public int getColumnType(int column) throws SQLException {
		return this.statement.ask(() -> this.delegate.getColumnType(column));
	}

	@Override
	public String getColumnTypeName(int column) throws SQLException {
		return this.statement.ask(() -> this.delegate.getColumnTypeName(column));
	}

	@Override
	public String getColumnClassName(int column) throws SQLException {
		return this.statement.ask(() -> this.delegate.getColumnClassName(column));
	}

	@Override
	public String getBaseColumnName(int column) throws SQLException {
		return this.statement.ask(() -> driver().getBaseColumnName(column));
	}

	@Override
	public String getBaseTableName(int column) throws SQLException {
		return this.statement.ask(() -> driver().getBaseTableName(column));
	}

	@Override
	public String getBaseSchemaName(int column) throws SQLException {
		return this.statement.ask(() -> driver().getBaseSchemaName(column));
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		return type.isInstance(this) ? type.cast(this) : this.delegate.unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return type.isInstance(this) || this.delegate.isWrapperFor(type);
	}

}
