package dev.dbpool.lease;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

import dev.dbpool.Load;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a transaction ends, and what is left of it then.
 */
@ParameterizedClass
@EnumSource
class LeaseTransactionEndsIT {

	private static final String COUNT = "select count(*) from item";

	private static final String INSERT = "insert into item values (1)";

	private static LeasingApplication application;

	@Parameter
	SetUp setUp;

	@BeforeParameterizedClassInvocation
	static void start(SetUp setUp) throws SQLException {
		application = setUp.start();
		application.elsewhere("create table item (id int)");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@BeforeEach
	void clear() throws SQLException {
		application.elsewhere("truncate item");
	}

	@AfterEach
	void nothingIsHeld() {
		application.awaitNothingLeased();
	}

	@Test
	void autoCommitCommitsWhatIsOpen() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			Jdbc.execute(connection, INSERT);
			connection.setAutoCommit(false);
			assertThat(application.seenElsewhere(COUNT)).isEqualTo("0");
			connection.setAutoCommit(true);
			assertThat(application.seenElsewhere(COUNT)).isEqualTo("1");
			Jdbc.execute(connection, INSERT);
			assertThat(application.seenElsewhere(COUNT)).isEqualTo("2");
		}
	}

	@Test
	void closeRollsBackWhatIsOpen() throws SQLException {
		Connection connection = application.connect();
		connection.setAutoCommit(false);
		Jdbc.execute(connection, INSERT);
		connection.close();
		assertThat(application.seenByTheNext(COUNT)).containsOnly("0");
		assertThat(application.seenByTheNext("select pg_current_xact_id_if_assigned()")).containsOnlyNulls();
	}

	/**
	 * Nothing of it came by the logical connection.
	 */
	@Test
	void closeRollsBackWhatTheDriverAloneKnowsOf() throws SQLException, IOException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin", new StringReader("1\n"));
			assertThat(Jdbc.text(connection, COUNT)).isEqualTo("1");
			connection.rollback();
			connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin", new StringReader("1\n"));
		}
		assertThat(application.seenByTheNext(COUNT)).containsOnly("0");
		assertThat(application.seenByTheNext("select pg_current_xact_id_if_assigned()")).containsOnlyNulls();
	}

	@Test
	void commitCommitsWhatTheDriverAloneKnowsOf() throws SQLException, IOException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin", new StringReader("1\n"));
			connection.commit();
			assertThat(application.seenElsewhere(COUNT)).isEqualTo("1");
		}
	}

	@Test
	void whatIsWrongInAutoCommitModeIsRefusedAsByTheDriver() throws SQLException {
		try (Connection connection = application.connect()) {
			for (int i = 0; i < 2; i++) {
				Jdbc.assertFails("25P01", connection::commit);
				Jdbc.assertFails("25P01", connection::rollback);
				Jdbc.assertFails("25P01", connection::setSavepoint);
				Jdbc.assertFails("25P01", () -> connection.setSavepoint("here"));
				Jdbc.execute(connection, INSERT);
			}
		}
		assertThat(application.seenElsewhere(COUNT)).isEqualTo("2");
	}

	@Test
	void whatCannotBeChangedWithinATransactionIsRefusedAsByTheDriver() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			Jdbc.execute(connection, INSERT);
			Jdbc.assertFails("25001", () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
			Jdbc.assertFails("25001", () -> connection.setReadOnly(true));
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			assertThat(connection.isReadOnly()).isFalse();
			connection.commit();
		}
		assertThat(application.seenElsewhere(COUNT)).isEqualTo("1");
	}

	/**
	 * The pool alone would hand it on, uncommitted rows included.
	 */
	@Test
	void aBeginThatWasLeftOpenReachesNobodyElse() throws SQLException {
		try (Connection connection = application.connect()) {
			Jdbc.execute(connection, "begin");
			Jdbc.execute(connection, INSERT);
			assertThat(Jdbc.text(connection, COUNT)).isEqualTo("1");
			assertThat(application.lease().state()).isEqualTo(LeaseState.IN_TRANSACTION);
		}
		assertThat(application.seenByTheNext("select pg_current_xact_id_if_assigned()")).containsOnlyNulls();
		assertThat(application.seenByTheNext(COUNT)).containsOnly("0");
		Connection failed = application.connect();
		Jdbc.execute(failed, "begin");
		Jdbc.assertFails("42P01", () -> Jdbc.execute(failed, "select * from nowhere"));
		failed.close();
		assertThat(application.seenByTheNext(COUNT)).containsOnly("0");
	}

	@Test
	void aTransactionInSqlStaysOnOneBackendUntilItsEnd() throws SQLException {
		try (Connection connection = application.connect(); Connection other = application.connect()) {
			Jdbc.execute(connection, "begin");
			int backend = Jdbc.pid(connection);
			Jdbc.execute(connection, INSERT);
			Jdbc.execute(other, "begin");
			assertThat(Jdbc.pid(other)).isNotEqualTo(backend);
			assertThat(Jdbc.pid(connection)).isEqualTo(backend);
			Jdbc.execute(other, "rollback");
			assertThat(Jdbc.pid(connection)).isEqualTo(backend);
			Jdbc.execute(connection, "commit");
			assertThat(application.ledger().leases().isEmpty()).isEqualTo(this.setUp.releasesAfterTransaction());
		}
		assertThat(application.seenElsewhere(COUNT)).isEqualTo("1");
	}

	@Test
	void theCommitOfAFailedTransactionEndsAsOnThePoolItself() throws SQLException {
		String expected;
		try (Connection plain = application.pool().getConnection()) {
			expected = commitAfterFailure(plain);
		}
		try (Connection connection = application.connect()) {
			assertThat(commitAfterFailure(connection)).isEqualTo(expected);
			Jdbc.execute(connection, INSERT);
			connection.commit();
		}
		assertThat(application.seenElsewhere(COUNT)).isEqualTo("1");
	}

	private static String commitAfterFailure(Connection connection) throws SQLException {
		connection.setAutoCommit(false);
		Jdbc.execute(connection, INSERT);
		Jdbc.assertFails("42P01", () -> Jdbc.execute(connection, "select * from nowhere"));
		Throwable failure = Assertions.catchThrowable(connection::commit);
		connection.rollback();
		return Objects.toString((failure != null) ? Load.sqlState(failure) : null);
	}

}
