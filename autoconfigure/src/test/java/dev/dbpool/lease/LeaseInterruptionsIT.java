package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import dev.dbpool.Waiting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What other threads and timeouts do to a statement that runs: it waits for a lock that
 * the test holds.
 */
@ParameterizedClass
@EnumSource
class LeaseInterruptionsIT {

	private static final String WAIT = "select id from item for update";

	private static LeasingApplication application;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private Connection holder;

	@Parameter
	SetUp setUp;

	@BeforeParameterizedClassInvocation
	static void start(SetUp setUp) throws SQLException {
		application = setUp.start();
		application.elsewhere("create table item as select 1 as id");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@BeforeEach
	void lock() throws SQLException {
		this.holder = application.database().connect();
		this.holder.setAutoCommit(false);
		Jdbc.execute(this.holder, WAIT);
	}

	@AfterEach
	void nothingIsHeld() throws SQLException {
		this.holder.close();
		this.executor.shutdownNow();
		application.awaitNothingLeased();
	}

	@Test
	void aStatementIsCancelledByAnotherThreadAndTheConnectionGoesOn() throws Exception {
		try (Connection connection = application.connect(); Statement statement = connection.createStatement()) {
			Future<String> running = run(statement);
			statement.cancel();
			assertThat(running.get(1, TimeUnit.MINUTES)).isEqualTo("57014");
			assertThat(statement.execute("select 1")).isTrue();
			assertThat(application.ledger().leases()).hasSize(1);
		}
	}

	@Test
	void aCancelledStatementFailsItsTransactionOnly() throws Exception {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			Jdbc.execute(connection, "create table made (id int)");
			try (Statement statement = connection.createStatement()) {
				Future<String> running = run(statement);
				statement.cancel();
				assertThat(running.get(1, TimeUnit.MINUTES)).isEqualTo("57014");
			}
			Jdbc.assertFails("25P02", () -> Jdbc.execute(connection, "select 1"));
			connection.rollback();
			assertThat(Jdbc.text(connection, "select to_regclass('made')")).isNull();
		}
	}

	@Test
	void aStatementEndsWithItsTimeout() throws SQLException {
		try (Connection connection = application.connect(); Statement statement = connection.createStatement()) {
			statement.setQueryTimeout(1);
			assertThat(statement.getQueryTimeout()).isOne();
			Jdbc.assertFails("57014", () -> statement.execute(WAIT));
			assertThat(statement.execute("select 1")).isTrue();
		}
	}

	@Test
	void closeDoesNotWaitForARunningStatementAndGivesTheConnectionBackAfterIt() throws Exception {
		for (boolean autoCommit : new boolean[] { true, false }) {
			Connection connection = application.connect();
			connection.setAutoCommit(autoCommit);
			Future<String> running = run(connection.createStatement());
			// In this thread: it would hang.
			connection.close();
			assertThat(connection.isClosed()).isTrue();
			assertThat(running.isDone()).isFalse();
			assertThat(application.ledger().leases()).hasSize(1);
			assertThat(application.pool().getHikariPoolMXBean().getActiveConnections()).isOne();
			this.holder.rollback();
			assertThat(running.get(1, TimeUnit.MINUTES)).isEqualTo("done");
			application.awaitNothingLeased();
			assertThat(application.seenByTheNext("select pg_current_xact_id_if_assigned()")).containsOnlyNulls();
			// Nobody has kept the lock.
			Jdbc.execute(this.holder, WAIT + " nowait");
		}
	}

	@Test
	void whatAClosedConnectionWasAboutToCommitIsRolledBack() throws Exception {
		Connection connection = application.connect();
		connection.setAutoCommit(false);
		Jdbc.execute(connection, "create table made (id int)");
		Future<String> running = run(connection.createStatement());
		connection.close();
		this.holder.rollback();
		assertThat(running.get(1, TimeUnit.MINUTES)).isEqualTo("done");
		application.awaitNothingLeased();
		assertThat(application.seenByTheNext("select to_regclass('made')")).containsOnlyNulls();
	}

	@Test
	void abortEndsARunningStatementAndThePoolFillsUpAgain() throws Exception {
		Connection connection = application.connect();
		connection.setAutoCommit(false);
		Jdbc.execute(connection, "create table made (id int)");
		Future<String> running = run(connection.createStatement());
		connection.abort(Runnable::run);
		assertThat(connection.isClosed()).isTrue();
		assertThat(running.get(1, TimeUnit.MINUTES)).isEqualTo("08006");
		application.awaitNothingLeased();
		this.holder.rollback();
		assertThat(application.seenByTheNext("select to_regclass('made')")).hasSize(SetUp.SIZE).containsOnlyNulls();
	}

	@Test
	void theLedgerIsReadWhileAStatementRuns() throws Exception {
		try (Connection connection = application.connect(); Statement statement = connection.createStatement()) {
			Future<String> running = run(statement);
			LeaseSnapshot lease = application.lease();
			assertThat(lease.lastSql()).isEqualTo(WAIT);
			assertThat(lease.busy()).isPositive();
			assertThat(lease.pin()).isNull();
			assertThat(lease.owner()).isEqualTo(Thread.currentThread().getName());
			this.holder.rollback();
			assertThat(running.get(1, TimeUnit.MINUTES)).isEqualTo("done");
		}
	}

	@Test
	void anAbortThatNobodyExecutesKeepsNothing() throws SQLException {
		for (Executor none : new Executor[] { null, (task) -> {
			throw new RejectedExecutionException();
		} }) {
			Connection connection = application.connect();
			Jdbc.execute(connection.createStatement().getConnection(), "select 1");
			assertThatException().isThrownBy(() -> connection.abort(none));
			connection.close();
			assertThat(application.ledger().leases()).isEmpty();
		}
	}

	/**
	 * Executes it in another thread, and returns when it waits.
	 * @return how it ends
	 */
	private Future<String> run(Statement statement) {
		Future<String> running = this.executor.submit(() -> {
			try {
				statement.execute(WAIT);
				return "done";
			}
			catch (SQLException ex) {
				return ex.getSQLState();
			}
		});
		Waiting.await()
			.until(() -> application
				.seenElsewhere("select count(*) from pg_stat_activity where datname = current_database() "
						+ "and wait_event_type = 'Lock' and query like '" + WAIT + "%'")
				.equals("1"));
		return running;
	}

}
