package dev.dbpool.lease;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Physical connections that are lost, or not to be had: never anything half done, and
 * afterwards everything works.
 */
@ParameterizedClass
@SetUp.AfterTransaction
class LeaseFailureIT {

	private static final String INSERT = "insert into kept values (%d)";

	private static LeasingApplication application;

	@Parameter
	SetUp setUp;

	@BeforeParameterizedClassInvocation
	static void start(SetUp setUp) {
		application = setUp.trusting(1);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@BeforeEach
	void createTable() {
		application.jdbc().execute("drop table if exists kept");
		application.jdbc().execute("create table kept (id int)");
	}

	@AfterEach
	void isWhole() throws SQLException {
		application.assertIsWhole();
	}

	@Test
	void killedBetweenLeases() throws SQLException {
		try (Connection connection = application.connect()) {
			application.kill(connection);
			if (this.setUp == SetUp.DIRECT) {
				assertLost(() -> insert(connection, 1), "57P01", "08006");
			}
			insert(connection, 2);
			assertThat(Jdbc.text(connection, "select string_agg(id::text, ' ') from kept")).isEqualTo("2");
		}
	}

	@Test
	void killedBetweenLeasesOfAPoolThatValidates() throws SQLException {
		try (LeasingApplication validating = this.setUp.validating(1); Connection connection = validating.connect()) {
			int killed = Jdbc.pid(connection);
			validating.kill(killed);
			assertThat(Jdbc.pid(connection)).isNotEqualTo(killed);
		}
	}

	@Test
	void killedWithinATransactionThatGoesOn() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			insert(connection, 1);
			application.kill(connection);
			assertLost(() -> insert(connection, 2), "57P01", "08006", "08P01");
			assertLost(() -> insert(connection, 3), "08006");
			assertLost(() -> connection.prepareStatement("select 1"), "08006");
			assertLost(() -> connection.getMetaData(), "08006");
			assertThat(connection.isValid(1)).isFalse();
			assertLost(connection::commit, "08006");
			connection.rollback();
			assertThat(application.rows("kept")).isZero();
			insert(connection, 4);
			connection.commit();
			assertThat(application.rows("kept")).isEqualTo(1);
			connection.setAutoCommit(true);
			insert(connection, 5);
		}
		assertThat(application.rows("kept")).isEqualTo(2);
	}

	@Test
	void killedWithinATransactionThatIsRolledBack() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			insert(connection, 1);
			application.kill(connection);
			assertLost(() -> insert(connection, 2), "57P01", "08006", "08P01");
			connection.rollback();
			insert(connection, 3);
			connection.commit();
			connection.setAutoCommit(true);
			assertThat(Jdbc.text(connection, "select string_agg(id::text, ' ') from kept")).isEqualTo("3");
		}
	}

	@Test
	void killedWithinATransactionThatIsCommittedNext() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			insert(connection, 1);
			application.kill(connection);
			assertLost(connection::commit, "57P01", "08006", "08P01");
			connection.rollback();
			assertThat(application.rows("kept")).isZero();
			insert(connection, 2);
			connection.commit();
		}
		assertThat(application.rows("kept")).isEqualTo(1);
	}

	/**
	 * Which is how it comes to an end in most frameworks.
	 */
	@Test
	void killedWithinATransactionThatAutoCommitEnds() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			insert(connection, 1);
			application.kill(connection);
			assertLost(() -> insert(connection, 2), "57P01", "08006", "08P01");
			assertLost(() -> connection.setAutoCommit(true), "08006");
			assertThat(connection.getAutoCommit()).isFalse();
			connection.setAutoCommit(true);
			insert(connection, 3);
		}
		assertThat(application.rows("kept")).isEqualTo(1);
	}

	/**
	 * Frameworks restore the connection after each transaction, and go on with it as it
	 * then is.
	 */
	@Test
	void whateverEndedTheTransactionTheConnectionCanBeRestored() throws SQLException {
		for (boolean commits : new boolean[] { true, false }) {
			try (Connection connection = application.connect()) {
				connection.setReadOnly(true);
				connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
				connection.setAutoCommit(false);
				PreparedStatement open = connection.prepareStatement("select 1");
				open.executeQuery();
				application.kill(connection);
				assertLost(commits ? connection::commit : open::executeQuery, "57P01", "08006", "08P01");
				connection.rollback();
				connection.setAutoCommit(true);
				connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
				connection.setReadOnly(false);
				insert(connection, 1);
				open.close();
			}
		}
		assertThat(application.rows("kept")).isEqualTo(2);
	}

	@Test
	void killedWithinATransactionOfSpring() throws SQLException {
		JdbcTemplate jdbc = application.jdbc();
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(application.dataSource()));
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				jdbc.update("insert into kept values (1)");
				application.kill(jdbc.queryForObject("select pg_backend_pid()", Integer.class));
				jdbc.update("insert into kept values (2)");
			}))
			.isInstanceOf(DataAccessResourceFailureException.class)
			.withMessageContaining("insert into kept values (2)")
			.satisfies((ex) -> assertThat(state(ex)).isIn("57P01", "08006", "08P01"));
		assertThat(application.rows("kept")).isZero();
		transaction.executeWithoutResult((status) -> jdbc.update("insert into kept values (3)"));
		assertThat(application.rows("kept")).isEqualTo(1);
	}

	@Test
	void killedBeforeTheCommitOfSpring() throws SQLException {
		JdbcTemplate jdbc = application.jdbc();
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(application.dataSource()));
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				jdbc.update("insert into kept values (1)");
				application.kill(jdbc.queryForObject("select pg_backend_pid()", Integer.class));
			}))
			.satisfies((ex) -> assertThat(state(ex)).isIn("57P01", "08006", "08P01"));
		assertThat(application.rows("kept")).isZero();
		transaction.executeWithoutResult((status) -> jdbc.update("insert into kept values (3)"));
		assertThat(application.rows("kept")).isEqualTo(1);
	}

	/**
	 * Spring's message is that of the first failure: the application hides it itself.
	 */
	@Test
	void sloppyCallerOfSpring() throws SQLException {
		JdbcTemplate jdbc = application.jdbc();
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(application.dataSource()));
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				jdbc.update("insert into kept values (1)");
				application.kill(jdbc.queryForObject("select pg_backend_pid()", Integer.class));
				for (int i = 2; i < 4; i++) {
					int id = i;
					assertThatExceptionOfType(DataAccessResourceFailureException.class)
						.isThrownBy(() -> jdbc.update(INSERT.formatted(id)));
				}
			}))
			.satisfies((ex) -> assertThat(state(ex)).isIn("57P01", "08006", "08P01"));
		assertThat(application.rows("kept")).isZero();
	}

	@Test
	void killedWithinATransactionThatSqlBegan() throws SQLException {
		try (Connection connection = application.connect()) {
			Jdbc.execute(connection, "begin");
			insert(connection, 1);
			application.kill(connection);
			assertLost(() -> insert(connection, 2), "57P01", "08006", "08P01");
			assertLost(() -> insert(connection, 3), "08006");
			assertLost(() -> Jdbc.execute(connection, "commit"), "08006");
		}
		assertThat(application.rows("kept")).isZero();
	}

	@Test
	void transactionThatSqlBeganIsRolledBackBeforeAnybodyElseGetsTheConnection() throws SQLException {
		int pid;
		try (Connection connection = application.connect()) {
			Jdbc.execute(connection, "begin");
			insert(connection, 1);
			pid = Jdbc.pid(connection);
			assertThat(application.ledger().leases()).singleElement()
				.extracting(LeaseSnapshot::state)
				.isEqualTo(LeaseState.IN_TRANSACTION);
		}
		try (Connection connection = application.connect()) {
			assertThat(Jdbc.text(connection, "select pg_current_xact_id_if_assigned()")).isNull();
			assertThat(Jdbc.text(connection, "select count(*) from kept")).isEqualTo("0");
			if (this.setUp == SetUp.DIRECT) {
				assertThat(Jdbc.pid(connection)).isEqualTo(pid);
			}
		}
		assertThat(application.rows("kept")).isZero();
	}

	@Test
	void whatCouldNotBeHadWithinATransactionIsMissingFromNone() throws SQLException {
		try (Connection holder = application.connect(); Connection connection = application.connect()) {
			holder.setAutoCommit(false);
			Jdbc.execute(holder, "select 1");
			connection.setAutoCommit(false);
			interrupted(() -> insert(connection, 1));
			holder.rollback();
			// Now it could be had, but what is missing cannot be done any more.
			assertLost(() -> insert(connection, 2), "08006");
			assertLost(connection::commit, "08006");
			insert(connection, 3);
			connection.commit();
		}
		assertThat(application.rows("kept")).isEqualTo(1);
	}

	@Test
	void whatCouldNotBeHadOutsideOfATransactionCanBeHadLater() throws SQLException {
		try (Connection holder = application.connect(); Connection connection = application.connect()) {
			holder.setAutoCommit(false);
			Jdbc.execute(holder, "select 1");
			interrupted(() -> insert(connection, 1));
			holder.rollback();
			insert(connection, 2);
		}
		assertThat(application.rows("kept")).isEqualTo(1);
	}

	@Test
	void timeoutIsWhatSpringMaps() throws SQLException {
		long timeout = application.pool().getConnectionTimeout();
		try (Connection holder = application.connect()) {
			holder.setAutoCommit(false);
			Jdbc.execute(holder, "select 'Secret'");
			application.pool().getHikariConfigMXBean().setConnectionTimeout(250);
			assertThatExceptionOfType(TransientDataAccessResourceException.class)
				.isThrownBy(() -> application.jdbc().update("insert into kept values (1)"))
				.withRootCauseInstanceOf(SQLTransientConnectionException.class)
				.withMessageContaining(Thread.currentThread().getName())
				.withMessageContaining("in transaction, last SQL: select ?")
				.withMessageNotContaining("Secret");
			assertThat(application.ledger().timeouts()).isPositive();
		}
		finally {
			application.pool().getHikariConfigMXBean().setConnectionTimeout(timeout);
		}
		assertThat(application.rows("kept")).isZero();
	}

	@Test
	void statementThatHasOutlivedItsConnectionMakesNoHalfTransaction() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			PreparedStatement old = connection.prepareStatement("insert into kept values (1)");
			old.executeUpdate();
			application.kill(connection);
			assertLost(old::executeUpdate, "57P01", "08006", "08P01");
			connection.rollback();
			// Alone, after something that worked, and before it.
			assertLost(old::executeUpdate, "08006");
			assertLost(connection::commit, "08006");
			insert(connection, 2);
			assertLost(old::executeUpdate, "08006");
			assertLost(() -> insert(connection, 3), "08006");
			assertLost(connection::commit, "08006");
			assertLost(old::executeUpdate, "08006");
			assertLost(() -> insert(connection, 4), "08006");
			connection.rollback();
			assertThat(application.rows("kept")).isZero();
			old.close();
			insert(connection, 5);
			connection.commit();
			connection.setAutoCommit(true);
			assertThat(Jdbc.text(connection, "select string_agg(id::text, ' ') from kept")).isEqualTo("5");
		}
	}

	@Test
	void statementIsUsedAgainAfterALossOutsideOfATransaction() throws SQLException {
		try (Connection connection = application.connect();
				PreparedStatement old = connection.prepareStatement("insert into kept values (1)")) {
			old.executeUpdate();
			application.kill(connection);
			if (this.setUp == SetUp.DIRECT) {
				assertLost(old::executeUpdate, "57P01", "08006");
				assertThatExceptionOfType(SQLException.class).isThrownBy(old::executeUpdate);
				insert(connection, 2);
				assertLost(old::executeUpdate, "08006");
			}
			else {
				old.executeUpdate();
			}
			insert(connection, 3);
		}
		assertThat(application.rows("kept")).isEqualTo(3);
	}

	/**
	 * What a connection leased once may be in somebody else's transaction now.
	 */
	@Test
	void connectionIsNotConcernedByWhatOthersDoOnItsFormerPhysicalOne() throws SQLException {
		try (Connection connection = application.connect(); Connection other = application.connect()) {
			Statement closed = connection.createStatement();
			ResultSet rows = closed.executeQuery("select 1");
			closed.close();
			other.setAutoCommit(false);
			insert(other, 1);
			assertThatExceptionOfType(SQLException.class).isThrownBy(rows::next);
			connection.setReadOnly(true);
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setReadOnly(false);
			other.commit();
			insert(connection, 2);
		}
		assertThat(application.rows("kept")).isEqualTo(2);
	}

	@Test
	void poolerIsRestarted() throws SQLException, IOException {
		TestDatabase database = TestDatabase.create();
		Pooler first = database.fixture().startPooler(PoolerOptions.transactionMode(5));
		try (Pooler second = database.fixture().startPooler(PoolerOptions.transactionMode(5));
				SwitchingProxy proxy = new SwitchingProxy(first.address());
				ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
						TestDatabase.with(database.properties(), TestApplication.WITHOUT_JPA, "db-pool.size=1",
								"db-pool.max-overflow=0",
								"db-pool.pooler.url=" + proxy.address().jdbcUrl(database.name())));
				Connection connection = context.getBean(DataSource.class).getConnection()) {
			Jdbc.execute(connection, "select 1");
			connection.setAutoCommit(false);
			Jdbc.execute(connection, "create table kept (id int)");
			proxy.switchTo(second.address());
			first.close();
			assertLost(() -> insert(connection, 1), "08006", "57P01", "08P01");
			assertLost(connection::commit, "08006");
			connection.setAutoCommit(true);
			assertThatNoException().isThrownBy(() -> Jdbc.execute(connection, "select 1"));
			assertThat(Jdbc.text(connection, "select to_regclass('kept')")).isNull();
		}
	}

	/**
	 * As with a connection that is not leased.
	 */
	@Test
	void onCloseItStaysLostUntilClose() throws SQLException {
		try (LeasingApplication onClose = this.setUp.trusting(1, "db-pool.lease.release=on-close")) {
			onClose.jdbc().execute("create table kept (id int)");
			for (boolean autoCommit : new boolean[] { true, false }) {
				try (Connection connection = onClose.connect()) {
					connection.setAutoCommit(autoCommit);
					insert(connection, 1);
					int killed = Jdbc.pid(connection);
					onClose.kill(killed);
					if (this.setUp == SetUp.POOLED && autoCommit) {
						continue;
					}
					assertLost(() -> insert(connection, 2), "57P01", "08006", "08P01");
					assertLost(() -> insert(connection, 3), "08006");
					if (!autoCommit) {
						assertLost(connection::commit, "08006");
						assertThatNoException().isThrownBy(connection::rollback);
					}
					assertLost(() -> insert(connection, 4), "08006");
				}
			}
			assertThat(onClose.rows("kept")).isEqualTo(1);
			onClose.assertIsWhole();
		}
	}

	private static void insert(Connection connection, int id) throws SQLException {
		Jdbc.execute(connection, INSERT.formatted(id));
	}

	/**
	 * Has the wait for a connection fail at once.
	 */
	private static void interrupted(ThrowingCallable action) {
		Thread.currentThread().interrupt();
		try {
			assertThatExceptionOfType(SQLException.class).isThrownBy(action)
				.withMessageContaining("Interrupted during connection acquisition");
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	private static void assertLost(ThrowingCallable action, String... states) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(action)
			.satisfies((ex) -> assertThat(ex.getSQLState()).as("state of %s", ex).isIn((Object[]) states));
	}

	private static String state(Throwable failure) {
		String state = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			state = (cause instanceof SQLException ex) ? ex.getSQLState() : state;
		}
		return state;
	}

}
