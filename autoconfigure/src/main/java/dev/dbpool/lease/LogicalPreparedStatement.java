package dev.dbpool.lease;

import java.io.InputStream;
import java.io.Reader;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLType;
import java.time.temporal.Temporal;
import java.util.Date;
import java.util.UUID;

import dev.dbpool.jdbc.PreparedStatementDelegate;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement as the application holds it. Its SQL was checked when it was
 * prepared. Some parameters make the driver speak to the server when they are set: it
 * looks up types, and writes large objects.
 */
class LogicalPreparedStatement extends LogicalStatement implements PreparedStatementDelegate {

	LogicalPreparedStatement(TransactionHolder connection, Lease lease, PreparedStatement delegate, String sql,
			@Nullable String pin) {
		super(connection, lease, delegate, sql, pin);
	}

	@Override
	public PreparedStatement delegate() {
		return (PreparedStatement) super.delegate();
	}

	@Override
	public ResultSet executeQuery() throws SQLException {
		return execute(sql(), pin(), () -> wrap(delegate().executeQuery()));
	}

	@Override
	public int executeUpdate() throws SQLException {
		return execute(sql(), pin(), () -> delegate().executeUpdate());
	}

	@Override
	public long executeLargeUpdate() throws SQLException {
		return execute(sql(), pin(), () -> delegate().executeLargeUpdate());
	}

	@Override
	public boolean execute() throws SQLException {
		return execute(sql(), pin(), () -> delegate().execute());
	}

	@Override
	public @Nullable ResultSetMetaData getMetaData() throws SQLException {
		ResultSetMetaData metaData = ask(() -> delegate().getMetaData());
		return (metaData != null) ? new LogicalResultSetMetaData(this, metaData) : null;
	}

	@Override
	public ParameterMetaData getParameterMetaData() throws SQLException {
		return LogicalParameterMetaData.of(this, ask(() -> delegate().getParameterMetaData()));
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object x) throws SQLException {
		if (isPlain(x)) {
			delegate().setObject(parameterIndex, x);
		}
		else {
			set(() -> delegate().setObject(parameterIndex, x));
		}
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object x, int targetSqlType) throws SQLException {
		if (isPlain(x)) {
			delegate().setObject(parameterIndex, x, targetSqlType);
		}
		else {
			set(() -> delegate().setObject(parameterIndex, x, targetSqlType));
		}
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object x, int targetSqlType, int scaleOrLength)
			throws SQLException {
		set(() -> delegate().setObject(parameterIndex, x, targetSqlType, scaleOrLength));
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object x, SQLType targetSqlType) throws SQLException {
		set(() -> delegate().setObject(parameterIndex, x, targetSqlType));
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object x, SQLType targetSqlType, int scaleOrLength)
			throws SQLException {
		set(() -> delegate().setObject(parameterIndex, x, targetSqlType, scaleOrLength));
	}

	/**
	 * Whether the driver knows by itself what to send for a value.
	 */
	private static boolean isPlain(@Nullable Object x) {
		return x == null || x instanceof String || x instanceof Number || x instanceof Boolean || x instanceof Date
				|| x instanceof Temporal || x instanceof UUID || x instanceof byte[];
	}

	@Override
	public void setNull(int parameterIndex, int sqlType, String typeName) throws SQLException {
		set(() -> delegate().setNull(parameterIndex, sqlType, typeName));
	}

	@Override
	public void setArray(int parameterIndex, Array x) throws SQLException {
		set(() -> delegate().setArray(parameterIndex, x));
	}

	@Override
	public void setBlob(int parameterIndex, Blob x) throws SQLException {
		set(() -> delegate().setBlob(parameterIndex, x));
	}

	@Override
	public void setBlob(int parameterIndex, InputStream inputStream) throws SQLException {
		set(() -> delegate().setBlob(parameterIndex, inputStream));
	}

	@Override
	public void setBlob(int parameterIndex, InputStream inputStream, long length) throws SQLException {
		set(() -> delegate().setBlob(parameterIndex, inputStream, length));
	}

	@Override
	public void setClob(int parameterIndex, Clob x) throws SQLException {
		set(() -> delegate().setClob(parameterIndex, x));
	}

	@Override
	public void setClob(int parameterIndex, Reader reader) throws SQLException {
		set(() -> delegate().setClob(parameterIndex, reader));
	}

	@Override
	public void setClob(int parameterIndex, Reader reader, long length) throws SQLException {
		set(() -> delegate().setClob(parameterIndex, reader, length));
	}

	private void set(Setting setting) throws SQLException {
		ask(() -> {
			setting.set();
			return setting;
		});
	}

	/**
	 * The pin is that of the SQL.
	 */
	@Override
	void forgetBatch() {
	}

	/**
	 * Sets a parameter.
	 */
	@FunctionalInterface
	private interface Setting {

		void set() throws SQLException;

	}

}
