package dev.dbpool.jdbc;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;

/**
 * A statement that passes on to another one what only concerns that statement. What uses
 * the connection or ends the use of it is left to the class that implements this:
 * execution, results and closing.
 */
public interface StatementDelegate extends Statement {

	/**
	 * Returns the other statement.
	 * @return always the same
	 */
	Statement delegate();

	@Override
	default <T> T unwrap(Class<T> type) throws SQLException {
		return type.isInstance(this) ? type.cast(this) : delegate().unwrap(type);
	}

	@Override
	default boolean isWrapperFor(Class<?> type) throws SQLException {
		return type.isInstance(this) || delegate().isWrapperFor(type);
	}

	@Override
	default int getMaxFieldSize() throws SQLException {
		return delegate().getMaxFieldSize();
	}

	@Override
	default void setMaxFieldSize(int max) throws SQLException {
		delegate().setMaxFieldSize(max);
	}

	@Override
	default int getMaxRows() throws SQLException {
		return delegate().getMaxRows();
	}

	@Override
	default void setMaxRows(int max) throws SQLException {
		delegate().setMaxRows(max);
	}

	@Override
	default void setEscapeProcessing(boolean enable) throws SQLException {
		delegate().setEscapeProcessing(enable);
	}

	@Override
	default int getQueryTimeout() throws SQLException {
		return delegate().getQueryTimeout();
	}

	@Override
	default void setQueryTimeout(int seconds) throws SQLException {
		delegate().setQueryTimeout(seconds);
	}

	@Override
	default void cancel() throws SQLException {
		delegate().cancel();
	}

	@Override
	default SQLWarning getWarnings() throws SQLException {
		return delegate().getWarnings();
	}

	@Override
	default void clearWarnings() throws SQLException {
		delegate().clearWarnings();
	}

	@Override
	default void setCursorName(String name) throws SQLException {
		delegate().setCursorName(name);
	}

	@Override
	default int getUpdateCount() throws SQLException {
		return delegate().getUpdateCount();
	}

	@Override
	default boolean getMoreResults() throws SQLException {
		return delegate().getMoreResults();
	}

	@Override
	default void setFetchDirection(int direction) throws SQLException {
		delegate().setFetchDirection(direction);
	}

	@Override
	default int getFetchDirection() throws SQLException {
		return delegate().getFetchDirection();
	}

	@Override
	default void setFetchSize(int rows) throws SQLException {
		delegate().setFetchSize(rows);
	}

	@Override
	default int getFetchSize() throws SQLException {
		return delegate().getFetchSize();
	}

	@Override
	default int getResultSetConcurrency() throws SQLException {
		return delegate().getResultSetConcurrency();
	}

	@Override
	default int getResultSetType() throws SQLException {
		return delegate().getResultSetType();
	}

	@Override
	default boolean getMoreResults(int current) throws SQLException {
		return delegate().getMoreResults(current);
	}

	@Override
	default int getResultSetHoldability() throws SQLException {
		return delegate().getResultSetHoldability();
	}

	@Override
	default boolean isClosed() throws SQLException {
		return delegate().isClosed();
	}

	@Override
	default void setPoolable(boolean poolable) throws SQLException {
		delegate().setPoolable(poolable);
	}

	@Override
	default boolean isPoolable() throws SQLException {
		return delegate().isPoolable();
	}

	@Override
	default boolean isCloseOnCompletion() throws SQLException {
		return delegate().isCloseOnCompletion();
	}

	@Override
	default long getLargeUpdateCount() throws SQLException {
		return delegate().getLargeUpdateCount();
	}

	@Override
	default void setLargeMaxRows(long max) throws SQLException {
		delegate().setLargeMaxRows(max);
	}

	@Override
	default long getLargeMaxRows() throws SQLException {
		return delegate().getLargeMaxRows();
	}

	@Override
	default String enquoteLiteral(String val) throws SQLException {
		return delegate().enquoteLiteral(val);
	}

	@Override
	default String enquoteIdentifier(String identifier, boolean alwaysQuote) throws SQLException {
		return delegate().enquoteIdentifier(identifier, alwaysQuote);
	}

	@Override
	default boolean isSimpleIdentifier(String identifier) throws SQLException {
		return delegate().isSimpleIdentifier(identifier);
	}

	@Override
	default String enquoteNCharLiteral(String val) throws SQLException {
		return delegate().enquoteNCharLiteral(val);
	}

}
