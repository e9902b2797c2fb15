package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import dev.dbpool.Load;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A connection that is lost is not replaced as long as the application could believe that
 * something took effect.
 */
@ParameterizedClass
@EnumSource
class LeaseLossIT {

	/**
	 * As the server, the driver, or a pooler says it.
	 */
	private static final String LOST = "57P01|08P01|08006";

	private static LeasingApplication application;

	@Parameter
	SetUp setUp;

	@BeforeParameterizedClassInvocation
	static void start(SetUp setUp) {
		application = setUp.start();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@AfterEach
	void nothingIsHeld() {
		application.awaitNothingLeased();
	}

	@Test
	void outsideOfATransactionOneStatementFailsAtTheMost() throws SQLException {
		try (Connection connection = application.connect()) {
			application.kill(connection);
			// The pool may have seen it already.
			Assertions.catchThrowable(() -> Jdbc.text(connection, "select 1"));
			if (this.setUp.releasesAfterTransaction()) {
				assertThat(Jdbc.text(connection, "select 1")).isEqualTo("1");
				connection.setAutoCommit(false);
				assertThat(Jdbc.text(connection, "select 1")).isEqualTo("1");
				connection.commit();
			}
			else {
				Jdbc.assertFails("08006", () -> Jdbc.text(connection, "select 1"));
			}
		}
	}

	@Test
	void aStatementThatLostItsConnectionMayBeLeftOpen() throws SQLException {
		try (Connection connection = application.connect()) {
			Statement statement = connection.createStatement();
			assertThat(statement.execute("select 1")).isTrue();
			// Behind a pooler what breaks is a connection of the pooler's.
			if (this.setUp != SetUp.POOLED) {
				application.kill(connection);
				assertThat(Load.sqlState(Assertions.catchThrowable(() -> statement.execute("select 1")))).matches(LOST);
				assertThatException().isThrownBy(() -> statement.execute("select 1"));
			}
			if (this.setUp.releasesAfterTransaction()) {
				try (Statement next = connection.createStatement()) {
					assertThat(next.execute("select 1")).isTrue();
					assertThat(application.lease().state()).isEqualTo(LeaseState.PINNED);
					statement.close();
					assertThat(next.execute("select 1")).isTrue();
				}
				assertThat(application.ledger().leases()).isEmpty();
			}
		}
	}

	@Test
	void theNetworkTimeoutBreaksTheConnectionAndIsGoneWithIt() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setNetworkTimeout(Runnable::run, 300);
			Jdbc.assertFails("08006", () -> Jdbc.execute(connection, "select pg_sleep(60)"));
			connection.setNetworkTimeout(Runnable::run, 0);
			if (this.setUp.releasesAfterTransaction()) {
				assertThat(Jdbc.text(connection, "select 1")).isEqualTo("1");
			}
			else {
				Jdbc.assertFails("08006", () -> Jdbc.text(connection, "select 1"));
			}
		}
		assertThat(application.seenByTheNext("select 1")).containsOnly("1");
	}

	/**
	 * Nothing may take effect that the application believes to be part of it.
	 */
	@Test
	void aTransactionThatLosesItsConnectionIsLostUntilItIsRolledBack() throws SQLException {
		try (Connection connection = application.connect(); Connection other = application.connect()) {
			other.setAutoCommit(false);
			Jdbc.execute(other, "create table made (id int)");
			connection.setAutoCommit(false);
			Jdbc.execute(connection, "create table lost (id int)");
			application.kill(connection);
			assertThat(Load.sqlState(Assertions.catchThrowable(() -> Jdbc.execute(connection, "select 1"))))
				.matches(LOST);
			Jdbc.assertFails("08006", () -> Jdbc.execute(connection, "select 1"));
			Jdbc.assertFails("08006", connection::setSavepoint);
			assertThat(connection.isValid(5)).isFalse();
			assertThat(application.ledger().leases()).extracting(LeaseSnapshot::state)
				.containsExactly(LeaseState.IN_TRANSACTION);
			Jdbc.assertFails("08006", connection::commit);
			connection.rollback();
			if (this.setUp.releasesAfterTransaction()) {
				Jdbc.execute(connection, "create table lost (id int)");
			}
			else {
				Jdbc.assertFails("08006", () -> Jdbc.execute(connection, "create table lost (id int)"));
			}
			connection.rollback();
			other.commit();
		}
		assertThat(application.seenElsewhere("select to_regclass('lost')")).isNull();
		assertThat(application.seenElsewhere("select to_regclass('made')")).isEqualTo("made");
		application.elsewhere("drop table made");
	}

	/**
	 * Who asks in order to reconnect must not wait for ever; where a rollback heals,
	 * there is no need to.
	 */
	@Test
	void aConnectionThatIsLostForGoodSaysThatItIsClosed() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			Jdbc.execute(connection, "select 1");
			application.kill(connection);
			Assertions.catchThrowable(() -> Jdbc.execute(connection, "select 1"));
			assertThat(connection.isClosed()).isEqualTo(!this.setUp.releasesAfterTransaction());
			Assertions.catchThrowable(connection::rollback);
			assertThat(connection.isClosed()).isEqualTo(!this.setUp.releasesAfterTransaction());
		}
		if (this.setUp == SetUp.DIRECT) {
			try (Connection connection = application.connect()) {
				Jdbc.execute(connection, "begin");
				application.kill(connection);
				Assertions.catchThrowable(() -> Jdbc.execute(connection, "select 1"));
				assertThat(connection.isClosed()).isTrue();
			}
		}
	}

	/**
	 * Nobody knows whether it took effect, so the application is told, and may go on.
	 */
	@Test
	void aCommitThatLosesItsConnectionFailsAndCanBeRolledBack() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.execute("create table lost (id int)");
				application.kill(connection);
				assertThat(Load.sqlState(Assertions.catchThrowable(connection::commit))).matches(LOST);
				connection.rollback();
				if (this.setUp.releasesAfterTransaction()) {
					assertThat(Jdbc.text(connection, "select 1")).isEqualTo("1");
					connection.commit();
				}
			}
		}
		assertThat(application.seenElsewhere("select to_regclass('lost')")).isNull();
	}

}
