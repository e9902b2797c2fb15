package dev.dbpool.lease;

import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A connection as the application holds it. What lasts longer than a transaction is
 * remembered here and applied to each transaction, because behind a transaction pooler
 * the server's session belongs to others too.
 */
final class LogicalConnection extends DelegatingConnection {

	private static final Map<Integer, String> LEVELS = Map.of(TRANSACTION_READ_UNCOMMITTED, "READ UNCOMMITTED",
			TRANSACTION_READ_COMMITTED, "READ COMMITTED", TRANSACTION_REPEATABLE_READ, "REPEATABLE READ",
			TRANSACTION_SERIALIZABLE, "SERIALIZABLE");

	private final ConnectionRules rules;

	private final Consumer<SQLWarning> notices;

	// Mutable state, used by one thread at a time as the driver's own.

	private int isolation;

	private boolean inTransaction;

	LogicalConnection(Connection delegate, ConnectionRules rules, Consumer<SQLWarning> notices) {
		super(delegate);
		this.rules = rules;
		this.notices = notices;
		this.isolation = rules.isolation();
	}

	/**
	 * Called before anything that may reach the server: the first of a transaction is
	 * preceded by what was asked for the transaction.
	 */
	void beforeUse() throws SQLException {
		if (this.inTransaction) {
			return;
		}
		Map<String, String> settings = this.rules.settings().get();
		if (getAutoCommit()) {
			if (!settings.isEmpty()) {
				throw new SQLException("The settings " + settings.keySet()
						+ " of TransactionSettings need a transaction, but this connection is in auto-commit mode",
						"25P01");
			}
			return;
		}
		this.inTransaction = true;
		String preamble = preamble(settings);
		if (!preamble.isEmpty()) {
			try (Statement statement = super.createStatement()) {
				statement.execute(preamble);
			}
		}
	}

	/**
	 * The isolation level comes first: the server takes it before any query only. All of
	 * it is one round trip.
	 */
	private String preamble(Map<String, String> settings) {
		StringBuilder sql = new StringBuilder();
		if (this.rules.throughTransactionPooler() && this.isolation != this.rules.defaultIsolation()) {
			sql.append("SET TRANSACTION ISOLATION LEVEL ").append(LEVELS.get(this.isolation));
		}
		settings.forEach((name, value) -> sql.append((sql.length() > 0) ? "; " : "")
			.append("SELECT set_config(")
			.append(literal(name))
			.append(", ")
			.append(literal(value))
			.append(", true)"));
		return sql.toString();
	}

	private static String literal(String text) {
		// In this form a backslash means the same whatever standard_conforming_strings
		// is.
		return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
	}

	/**
	 * Called after a statement, with what the server told meanwhile.
	 */
	void afterUse(@Nullable SQLWarning warnings) {
		if (warnings != null) {
			this.notices.accept(warnings);
		}
	}

	SQLException explained(SQLException failure) {
		return this.rules.explain().apply(failure);
	}

	void check(String sql) throws SQLException {
		this.rules.check().check(sql);
	}

	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		if (!this.rules.throughTransactionPooler()) {
			super.setTransactionIsolation(level);
			return;
		}
		if (isClosed()) {
			throw new SQLException("This connection has been closed", "08003");
		}
		if (!LEVELS.containsKey(level)) {
			throw new SQLException("Transaction isolation level " + level + " is not supported", "22023");
		}
		if (this.inTransaction) {
			throw new SQLException("Cannot change the transaction isolation level in the middle of a transaction",
					"25001");
		}
		this.isolation = level;
	}

	@Override
	public int getTransactionIsolation() throws SQLException {
		if (!this.rules.throughTransactionPooler() || isClosed()) {
			return super.getTransactionIsolation();
		}
		return this.isolation;
	}

	@Override
	public void setSchema(String schema) throws SQLException {
		if (this.rules.throughTransactionPooler()) {
			throw new SQLFeatureNotSupportedException(
					"setSchema would reach other clients of the transaction pooler, and may not last until the next "
							+ "statement. Set the schema for the role (ALTER ROLE ... SET search_path), qualify the "
							+ "names, or provide a bean of type " + TransactionSettings.class.getName(),
					"0A000");
		}
		super.setSchema(schema);
	}

	@Override
	public @Nullable String getSchema() throws SQLException {
		if (!this.rules.throughTransactionPooler() || isClosed()) {
			return super.getSchema();
		}
		return this.rules.schema();
	}

	@Override
	public void setAutoCommit(boolean autoCommit) throws SQLException {
		super.setAutoCommit(autoCommit);
		this.inTransaction &= !autoCommit;
	}

	@Override
	public void commit() throws SQLException {
		try {
			super.commit();
		}
		catch (SQLException ex) {
			throw explained(ex);
		}
		finally {
			this.inTransaction = false;
		}
	}

	@Override
	public void rollback() throws SQLException {
		try {
			super.rollback();
		}
		finally {
			this.inTransaction = false;
		}
	}

	@Override
	public Savepoint setSavepoint() throws SQLException {
		beforeUse();
		return super.setSavepoint();
	}

	@Override
	public Savepoint setSavepoint(String name) throws SQLException {
		beforeUse();
		return super.setSavepoint(name);
	}

	@Override
	public DatabaseMetaData getMetaData() throws SQLException {
		beforeUseOutside();
		return super.getMetaData();
	}

	@Override
	public Array createArrayOf(String typeName, Object[] elements) throws SQLException {
		beforeUseOutside();
		return super.createArrayOf(typeName, elements);
	}

	@Override
	public Blob createBlob() throws SQLException {
		beforeUseOutside();
		return super.createBlob();
	}

	@Override
	public Clob createClob() throws SQLException {
		beforeUseOutside();
		return super.createClob();
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		beforeUseOutside();
		return super.unwrap(type);
	}

	/**
	 * What is used from here on does not come back to this object, so a transaction that
	 * was asked for must begin now.
	 */
	private void beforeUseOutside() throws SQLException {
		if (!isClosed() && !getAutoCommit()) {
			beforeUse();
		}
	}

	@Override
	public Statement createStatement() throws SQLException {
		return logical(Statement.class, super.createStatement());
	}

	@Override
	public Statement createStatement(int resultSetType, int resultSetConcurrency) throws SQLException {
		return logical(Statement.class, super.createStatement(resultSetType, resultSetConcurrency));
	}

	@Override
	public Statement createStatement(int resultSetType, int resultSetConcurrency, int resultSetHoldability)
			throws SQLException {
		return logical(Statement.class,
				super.createStatement(resultSetType, resultSetConcurrency, resultSetHoldability));
	}

	@Override
	public PreparedStatement prepareStatement(String sql) throws SQLException {
		check(sql);
		return logical(PreparedStatement.class, super.prepareStatement(sql));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int autoGeneratedKeys) throws SQLException {
		check(sql);
		return logical(PreparedStatement.class, super.prepareStatement(sql, autoGeneratedKeys));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int[] columnIndexes) throws SQLException {
		check(sql);
		return logical(PreparedStatement.class, super.prepareStatement(sql, columnIndexes));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, String[] columnNames) throws SQLException {
		check(sql);
		return logical(PreparedStatement.class, super.prepareStatement(sql, columnNames));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int resultSetType, int resultSetConcurrency)
			throws SQLException {
		check(sql);
		return logical(PreparedStatement.class, super.prepareStatement(sql, resultSetType, resultSetConcurrency));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int resultSetType, int resultSetConcurrency,
			int resultSetHoldability) throws SQLException {
		check(sql);
		return logical(PreparedStatement.class,
				super.prepareStatement(sql, resultSetType, resultSetConcurrency, resultSetHoldability));
	}

	@Override
	public CallableStatement prepareCall(String sql) throws SQLException {
		check(sql);
		return logical(CallableStatement.class, super.prepareCall(sql));
	}

	@Override
	public CallableStatement prepareCall(String sql, int resultSetType, int resultSetConcurrency) throws SQLException {
		check(sql);
		return logical(CallableStatement.class, super.prepareCall(sql, resultSetType, resultSetConcurrency));
	}

	@Override
	public CallableStatement prepareCall(String sql, int resultSetType, int resultSetConcurrency,
			int resultSetHoldability) throws SQLException {
		check(sql);
		return logical(CallableStatement.class,
				super.prepareCall(sql, resultSetType, resultSetConcurrency, resultSetHoldability));
	}

	private <T extends Statement> T logical(Class<T> type, T statement) {
		return type.cast(Proxy.newProxyInstance(LogicalConnection.class.getClassLoader(), new Class<?>[] { type },
				new LogicalStatement(this, statement)));
	}

}
