package dev.dbpool.lease;

import java.sql.ParameterMetaData;
import java.sql.SQLException;

/**
 * Metadata of parameters as the application holds it. The driver looks up the names of
 * types when it is asked for them: that is done within the lease of the statement, and
 * refused after it.
 */
final class LogicalParameterMetaData implements ParameterMetaData {

	private final LogicalStatement statement;

	private final ParameterMetaData delegate;

	LogicalParameterMetaData(LogicalStatement statement, ParameterMetaData delegate) {
		this.statement = statement;
		this.delegate = delegate;
	}

	@Override
	public int getParameterCount() throws SQLException {
		return this.delegate.getParameterCount();
	}

	@Override
	public int isNullable(int param) throws SQLException {
		return this.delegate.isNullable(param);
	}

	@Override
	public boolean isSigned(int param) throws SQLException {
		return this.delegate.isSigned(param);
	}

	@Override
	public int getPrecision(int param) throws SQLException {
		return this.delegate.getPrecision(param);
	}

	@Override
	public int getScale(int param) throws SQLException {
		return this.delegate.getScale(param);
	}

	@Override
	public int getParameterMode(int param) throws SQLException {
		return this.delegate.getParameterMode(param);
	}

	@Override
	public int getParameterType(int param) throws SQLException {
		return this.statement.ask(() -> this.delegate.getParameterType(param));
	}

	@Override
	public String getParameterTypeName(int param) throws SQLException {
		return this.statement.ask(() -> this.delegate.getParameterTypeName(param));
	}

	@Override
	public String getParameterClassName(int param) throws SQLException {
		return this.statement.ask(() -> this.delegate.getParameterClassName(param));
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
