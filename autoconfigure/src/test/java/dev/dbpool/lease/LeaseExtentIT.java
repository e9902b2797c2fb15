package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a lease begins and ends.
 */
@ParameterizedClass
@EnumSource
class LeaseExtentIT {

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
	void aTransactionWithoutAStatementTakesNoLease() throws SQLException {
		long leases = application.leasesSoFar();
		try (Connection connection = application.connect()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			connection.commit();
			connection.rollback();
			connection.setAutoCommit(true);
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			connection.setReadOnly(false);
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			assertThat((Object) connection.getWarnings()).isNull();
		}
		application.transaction().executeWithoutResult((status) -> {
		});
		assertThat(application.leasesSoFar()).isEqualTo(leases);
	}

	@Test
	void whatIsResetAfterATransactionTakesNoLease() throws SQLException {
		long leases = application.leasesSoFar();
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			Jdbc.execute(connection, INSERT);
			connection.commit();
			connection.setAutoCommit(true);
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setReadOnly(true);
			// Hibernate looks for these before it closes.
			assertThat((Object) connection.getWarnings()).isNull();
			connection.clearWarnings();
		}
		assertThat(application.leasesSoFar()).isEqualTo(leases + 1);
	}

	@Test
	void theLeaseEndsWithTheTransaction() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			for (int i = 0; i < 3; i++) {
				Jdbc.execute(connection, INSERT);
				assertThat(application.lease().state()).isEqualTo(LeaseState.IN_TRANSACTION);
				if (i != 1) {
					connection.commit();
				}
				else {
					connection.rollback();
				}
				assertThat(application.ledger().leases().isEmpty()).isEqualTo(this.setUp.releasesAfterTransaction());
			}
		}
		assertThat(application.seenElsewhere(COUNT)).isEqualTo("2");
	}

	@Test
	void aStatementThatWasNeverExecutedBeginsNoTransaction() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				assertThat(statement.isClosed()).isFalse();
				assertThat(application.lease().state()).isNotEqualTo(LeaseState.IN_TRANSACTION);
			}
			assertThat(application.ledger().leases().isEmpty()).isEqualTo(this.setUp.releasesAfterTransaction());
		}
	}

	@Test
	void anOpenStatementOutlivesTheTransactionAndWorksInTheNext() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.execute(INSERT);
				connection.commit();
				assertThat(application.ledger().leases()).hasSize(1);
				if (this.setUp.releasesAfterTransaction()) {
					assertThat(application.lease().state()).isEqualTo(LeaseState.PINNED);
					assertThat(application.lease().pin()).isEqualTo("open statement");
				}
				statement.execute(INSERT);
				assertThat(application.lease().state()).isEqualTo(LeaseState.IN_TRANSACTION);
				connection.rollback();
			}
			assertThat(application.ledger().leases().isEmpty()).isEqualTo(this.setUp.releasesAfterTransaction());
		}
		assertThat(application.seenElsewhere(COUNT)).isEqualTo("1");
	}

}
