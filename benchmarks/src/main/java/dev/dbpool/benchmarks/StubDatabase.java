package dev.dbpool.benchmarks;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.implementation.StubMethod;
import net.bytebuddy.matcher.ElementMatchers;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * A database that answers at once, so that nothing is measured but what stands before it.
 * Each connection has one statement with one result of one row. The methods below are
 * those that a query needs; to anything else it answers {@code null}, 0 or {@code false}.
 */
final class StubDatabase extends AbstractDataSource {

	private static final Class<? extends StubConnection> CONNECTION = complete(StubConnection.class);

	private static final Class<? extends StubStatement> STATEMENT = complete(StubStatement.class);

	private static final Class<? extends StubResult> RESULT = complete(StubResult.class);

	private static final Class<? extends StubMetaData> META_DATA = complete(StubMetaData.class);

	private static <T> Class<? extends T> complete(Class<T> type) {
		return new ByteBuddy().subclass(type)
			.method(ElementMatchers.isAbstract())
			.intercept(StubMethod.INSTANCE)
			.make()
			.load(type.getClassLoader())
			.getLoaded();
	}

	private static <T> T create(Class<T> type) {
		try {
			return type.getDeclaredConstructor().newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public Connection getConnection() {
		return create(CONNECTION);
	}

	@Override
	public Connection getConnection(String username, String password) {
		return getConnection();
	}

	/**
	 * A connection that is the driver's own, as those who unwrap it expect.
	 */
	public abstract static class StubConnection implements BaseConnection {

		private final StubStatement statement = create(STATEMENT);

		private final DatabaseMetaData metaData = create(META_DATA);

		private boolean autoCommit = true;

		protected StubConnection() {
			this.statement.connection = this;
		}

		@Override
		public PreparedStatement prepareStatement(String sql) {
			this.statement.closed = false;
			return this.statement;
		}

		@Override
		public boolean isValid(int timeout) {
			return true;
		}

		@Override
		public boolean getAutoCommit() {
			return this.autoCommit;
		}

		@Override
		public void setAutoCommit(boolean autoCommit) {
			this.autoCommit = autoCommit;
		}

		@Override
		public int getTransactionIsolation() {
			return TRANSACTION_READ_COMMITTED;
		}

		@Override
		public TransactionState getTransactionState() {
			// Nothing here measures transactions on the stub.
			return TransactionState.IDLE;
		}

		@Override
		public DatabaseMetaData getMetaData() {
			return this.metaData;
		}

	}

	/**
	 * A statement with the same row each time.
	 */
	public abstract static class StubStatement implements PreparedStatement {

		private final StubResult result = create(RESULT);

		private Connection connection;

		private boolean closed;

		protected StubStatement() {
			this.result.statement = this;
		}

		@Override
		public ResultSet executeQuery() {
			this.result.beforeFirst = true;
			this.result.closed = false;
			return this.result;
		}

		@Override
		public Connection getConnection() {
			return this.connection;
		}

		@Override
		public void close() {
			this.closed = true;
			this.result.closed = true;
		}

		@Override
		public boolean isClosed() {
			return this.closed;
		}

	}

	/**
	 * One row with one number.
	 */
	public abstract static class StubResult implements ResultSet {

		private StubStatement statement;

		private boolean beforeFirst;

		private boolean closed;

		@Override
		public boolean next() {
			boolean next = this.beforeFirst;
			this.beforeFirst = false;
			return next;
		}

		@Override
		public int getInt(int column) {
			return 42;
		}

		@Override
		public StubStatement getStatement() {
			return this.statement;
		}

		@Override
		public void close() {
			this.closed = true;
		}

		@Override
		public boolean isClosed() {
			return this.closed;
		}

	}

	/**
	 * What observability libraries ask of each connection.
	 */
	public abstract static class StubMetaData implements DatabaseMetaData {

		@Override
		public String getURL() {
			return "jdbc:stub://localhost/stub";
		}

	}

}
