package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Transactions mean what they mean on a connection of one's own.
 */
@ParameterizedClass
@EnumSource
class LeaseTransactionsIT {

	private static final String ISOLATION = "select current_setting('transaction_isolation')";

	private static final String NAMES = "select string_agg(name, ' ' order by name) from item";

	private static LeasingApplication application;

	@Parameter
	SetUp setUp;

	@BeforeParameterizedClassInvocation
	static void start(SetUp setUp) throws SQLException {
		application = setUp.start();
		application.elsewhere("create table item (name text unique deferrable initially deferred)");
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
	void savepointsUndoAnErrorAndKeepWhatWasBefore() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			Jdbc.execute(connection, "insert into item values ('a')");
			Savepoint savepoint = connection.setSavepoint("here");
			Jdbc.execute(connection, "insert into item values ('b')");
			Jdbc.assertFails("42P01", () -> Jdbc.execute(connection, "insert into nowhere values (1)"));
			Jdbc.assertFails("25P02", () -> Jdbc.execute(connection, "select 1"));
			connection.rollback(savepoint);
			Jdbc.execute(connection, "insert into item values ('c')");
			connection.releaseSavepoint(connection.setSavepoint());
			connection.releaseSavepoint(savepoint);
			connection.commit();
			assertThat(Jdbc.text(connection, NAMES)).isEqualTo("a c");
			connection.rollback();
		}
	}

	@Test
	void nestedTransactionsRollBackAlone() throws SQLException {
		JdbcTemplate jdbc = application.jdbc();
		TransactionTemplate nested = application.transaction();
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		// One manager for both, or the inner one would be a transaction of its own.
		TransactionTemplate outer = new TransactionTemplate(nested.getTransactionManager());
		outer.executeWithoutResult((status) -> {
			jdbc.update("insert into item values ('a')");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> nested.executeWithoutResult((inner) -> {
					jdbc.update("insert into item values ('b')");
					jdbc.update("insert into nowhere values (1)");
				}));
			nested.executeWithoutResult((inner) -> jdbc.update("insert into item values ('c')"));
			assertThat(application.ledger().leases()).hasSize(1);
		});
		assertThat(application.seenElsewhere(NAMES)).isEqualTo("a c");
	}

	@Test
	void aNewTransactionWithinOneHasALeaseAndAFateOfItsOwn() throws SQLException {
		JdbcTemplate jdbc = application.jdbc();
		TransactionTemplate inner = application.transaction();
		inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		TransactionTemplate outer = new TransactionTemplate(inner.getTransactionManager());
		outer.executeWithoutResult((status) -> {
			jdbc.update("insert into item values ('a')");
			inner.executeWithoutResult((own) -> {
				jdbc.update("insert into item values ('b')");
				assertThat(application.ledger().leases()).hasSize(2)
					.allSatisfy((lease) -> assertThat(lease.state()).isEqualTo(LeaseState.IN_TRANSACTION));
			});
			assertThat(application.ledger().leases()).hasSize(1);
			status.setRollbackOnly();
		});
		assertThat(application.seenElsewhere(NAMES)).isEqualTo("b");
		outer.executeWithoutResult((status) -> {
			jdbc.update("insert into item values ('c')");
			inner.executeWithoutResult((own) -> {
				jdbc.update("insert into item values ('d')");
				own.setRollbackOnly();
			});
		});
		assertThat(application.seenElsewhere(NAMES)).isEqualTo("b c");
	}

	@Test
	void aCommitThatFailsLeavesNothingOpen() throws SQLException {
		TransactionTemplate transaction = application.transaction();
		transaction.executeWithoutResult((status) -> application.jdbc().update("insert into item values ('a')"));
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> transaction
			.executeWithoutResult((status) -> application.jdbc().update("insert into item values ('a')")));
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			Jdbc.execute(connection, "insert into item values ('a')");
			Jdbc.assertFails("23505", connection::commit);
			connection.rollback();
			Jdbc.execute(connection, "insert into item values ('b')");
			connection.commit();
			// Here the implied commit fails.
			Jdbc.execute(connection, "insert into item values ('b')");
			Jdbc.assertFails("23505", () -> connection.setAutoCommit(true));
			connection.rollback();
			connection.setAutoCommit(true);
			Jdbc.execute(connection, "insert into item values ('c')");
		}
		assertThat(application.seenElsewhere(NAMES)).isEqualTo("a b c");
	}

	@Test
	void aSerializationFailureCanBeRetriedOnTheSameConnection() throws SQLException {
		try (Connection connection = application.connect(); Connection other = application.connect()) {
			for (Connection each : new Connection[] { connection, other }) {
				each.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
				each.setAutoCommit(false);
				Jdbc.text(each, NAMES);
			}
			Jdbc.execute(connection, "insert into item values ('a')");
			Jdbc.execute(other, "insert into item values ('b')");
			assertThat(Jdbc.pid(connection)).isNotEqualTo(Jdbc.pid(other));
			other.commit();
			Jdbc.assertFails("40001", connection::commit);
			connection.rollback();
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
			assertThat(Jdbc.text(connection, NAMES)).isEqualTo("b");
			Jdbc.execute(connection, "insert into item values ('a')");
			connection.commit();
		}
		assertThat(application.seenElsewhere(NAMES)).isEqualTo("a b");
	}

}
