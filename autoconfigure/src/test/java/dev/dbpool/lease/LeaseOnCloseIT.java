package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import dev.dbpool.Load;
import dev.dbpool.queue.LeaseTotals;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * On a direct URL a lease lasts until the logical connection is closed, unless the user
 * wants it otherwise: all that differs from the pool itself is when it begins.
 */
class LeaseOnCloseIT {

	private static final String ISOLATION = "select current_setting('transaction_isolation')";

	private static LeasingApplication application;

	@BeforeAll
	static void start() throws SQLException {
		application = SetUp.ON_CLOSE.start("db-pool.timeout=250ms");
		application.elsewhere("create table item (id int generated always as identity, name text)");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@AfterEach
	void nothingIsHeld() {
		application.awaitNothingLeased();
	}

	@Test
	void theFirstStatementAcquiresAndCloseGivesBack() throws SQLException {
		LeaseTotals before = application.ledger().totals();
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			connection.setReadOnly(true);
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.commit();
			assertThat(application.ledger().leases()).isEmpty();
			assertThat(application.pool().getHikariPoolMXBean().getActiveConnections()).isZero();
			int backend = Jdbc.pid(connection);
			assertThat(application.lease().state()).isEqualTo(LeaseState.IN_TRANSACTION);
			for (int i = 0; i < 3; i++) {
				connection.commit();
				assertThat(application.lease().state()).isEqualTo(LeaseState.LEASED);
				assertThat(application.lease().pin()).isNull();
				assertThat(Jdbc.pid(connection)).isEqualTo(backend);
			}
			connection.rollback();
			connection.setAutoCommit(true);
			for (int i = 0; i < 2; i++) {
				assertThat(Jdbc.pid(connection)).isEqualTo(backend);
				assertThat(application.lease().statements()).isEqualTo(5 + i);
			}
		}
		assertThat(application.ledger().leases()).isEmpty();
		assertThat(application.ledger().totals().leases()).isEqualTo(before.leases() + 1);
		assertThat(application.ledger().totals().statements()).isEqualTo(before.statements() + 6);
	}

	@Test
	void theSessionIsKept() throws SQLException {
		try (Connection connection = application.connect(); Connection other = application.connect()) {
			Jdbc.execute(connection, "set work_mem = '7MB'");
			Jdbc.execute(connection, "create temporary table mine as select 7 as id");
			connection.setSchema("pg_catalog");
			Jdbc.text(connection, "insert into public.item (name) values ('a') returning id");
			String last = Jdbc.text(other, "insert into item (name) values ('b') returning id");
			assertThat(Jdbc.text(connection, "select lastval()")).isNotEqualTo(last);
			assertThat(Jdbc.text(other, "select lastval()")).isEqualTo(last);
			assertThat(Jdbc.text(connection, "show work_mem")).isEqualTo("7MB");
			assertThat(Jdbc.text(connection, "select id from mine")).isEqualTo("7");
			assertThat(connection.getSchema()).isEqualTo("pg_catalog");
			connection.setSchema("public");
			Jdbc.execute(connection, "reset work_mem");
			assertThat(application.ledger().leases()).hasSize(2);
		}
	}

	/**
	 * That is, of each statement, in auto-commit mode too.
	 */
	@Test
	void isolationIsThatOfTheSessionAndIsResetByThePool() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("repeatable read");
			connection.setAutoCommit(false);
			connection.setReadOnly(true);
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("repeatable read");
			Jdbc.assertFails("25006", () -> Jdbc.execute(connection, "insert into item (name) values ('a')"));
			connection.rollback();
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
		}
		assertThat(application.seenByTheNext(ISOLATION)).containsOnly("read committed");
		assertThat(application.seenByTheNext("show transaction_read_only")).containsOnly("off");
	}

	@Test
	void aConnectionThatIsLostIsLostUntilItIsClosed() throws SQLException {
		for (boolean autoCommit : new boolean[] { true, false }) {
			try (Connection connection = application.connect()) {
				connection.setAutoCommit(autoCommit);
				application.kill(connection);
				assertThat(Load.sqlState(Assertions.catchThrowable(() -> Jdbc.text(connection, "select 1"))))
					.isNotNull();
				assertThat(application.ledger().leases()).isEmpty();
				for (int i = 0; i < 2; i++) {
					Jdbc.assertFails("08006", () -> Jdbc.text(connection, "select 1"));
					Jdbc.assertFails("08006", connection::getMetaData);
					assertThat(connection.isValid(5)).isFalse();
					if (!autoCommit) {
						Jdbc.assertFails("08006", connection::commit);
						connection.rollback();
					}
				}
				// As the pool itself says, for those who ask in order to get another one.
				assertThat(connection.isClosed()).isTrue();
			}
			assertThat(application.ledger().leases()).isEmpty();
		}
		assertThat(application.jdbc().queryForObject("select 1", Integer.class)).isOne();
	}

	@Test
	void behindAPoolerItsRulesHoldAllTheSame() throws SQLException {
		try (LeasingApplication pooled = SetUp.POOLED.start(application.database(), 1,
				"db-pool.lease.release=on-close")) {
			try (Connection connection = pooled.connect()) {
				connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
				connection.setAutoCommit(false);
				for (int i = 0; i < 2; i++) {
					assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
					connection.commit();
					assertThat(pooled.lease().state()).isEqualTo(LeaseState.LEASED);
				}
				connection.setAutoCommit(true);
				assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("read committed");
			}
			assertThat(pooled.seenByTheNext(ISOLATION)).containsOnly("read committed");
		}
	}

	@Test
	void aPoolThatIsExhaustedShowsAtTheFirstStatementAndNotAtBegin() throws SQLException {
		List<Connection> held = new ArrayList<>();
		for (int i = 0; i < SetUp.SIZE; i++) {
			held.add(application.connect());
			Jdbc.execute(held.get(i), "select 1");
		}
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			assertThatExceptionOfType(SQLTransientConnectionException.class).isThrownBy(connection::createStatement);
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createStatement)
				.withMessageContaining("Roll it back");
			connection.rollback();
			held.remove(0).close();
			try (Statement statement = connection.createStatement()) {
				assertThat(statement.execute("select 1")).isTrue();
			}
		}
		finally {
			for (Connection connection : held) {
				connection.close();
			}
		}
	}

}
