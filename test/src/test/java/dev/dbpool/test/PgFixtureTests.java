package dev.dbpool.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PgFixture}, whichever is chosen.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PgFixtureTests {

	private final PgFixture fixture = PgFixture.get();

	private final String database = this.fixture.newDatabase();

	@Test
	void transactionModeSharesOneBackend() throws SQLException {
		try (Pooler pooler = this.fixture.startPooler(PoolerOptions.transactionMode(1));
				Connection first = connect(pooler, Credentials.APPLICATION);
				Connection second = connect(pooler, Credentials.APPLICATION)) {
			assertThat(backend(first)).isEqualTo(backend(second));
		}
	}

	@Test
	void sessionModeGivesEachClientItsOwnBackend() throws SQLException {
		try (Pooler pooler = this.fixture.startPooler(PoolerOptions.sessionMode(2));
				Connection first = connect(pooler, Credentials.APPLICATION);
				Connection second = connect(pooler, Credentials.APPLICATION)) {
			assertThat(backend(first)).isNotEqualTo(backend(second));
		}
	}

	@Test
	void adminConsoleShowsClients() throws SQLException {
		try (Pooler pooler = this.fixture.startPooler(PoolerOptions.transactionMode(1));
				Connection client = connect(pooler, Credentials.APPLICATION)) {
			assertThat(client.isValid(10)).isTrue();
			assertThat(pooler.show("CLIENTS"))
				.anySatisfy((row) -> assertThat(row).containsEntry("database", this.database)
					.containsEntry("user", Credentials.APPLICATION.username()));
		}
	}

	@Test
	void poolerChecksPasswords() throws SQLException {
		try (Pooler pooler = this.fixture.startPooler(PoolerOptions.transactionMode(1))) {
			for (Credentials credentials : new Credentials[] { Credentials.APPLICATION, Credentials.SUPERUSER }) {
				try (Connection client = connect(pooler, credentials)) {
					assertThat(query(client, "select current_user")).isEqualTo(credentials.username());
				}
			}
			Credentials wrong = new Credentials(Credentials.APPLICATION.username(), "wrong");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect(pooler, wrong));
		}
	}

	@Test
	void serverChecksPasswords() throws SQLException {
		this.fixture.connect(this.database, Credentials.APPLICATION).close();
		Credentials wrong = new Credentials(Credentials.APPLICATION.username(), "wrong");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.fixture.connect(this.database, wrong))
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("28P01"));
	}

	@Test
	void closedPoolerDropsItsClients() throws SQLException {
		Pooler pooler = this.fixture.startPooler(PoolerOptions.transactionMode(1));
		try (Connection client = connect(pooler, Credentials.APPLICATION)) {
			assertThat(client.isValid(10)).isTrue();
			pooler.close();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> backend(client))
				.satisfies((ex) -> assertThat(ex.getSQLState()).startsWith("08").isNotEqualTo("08001"));
		}
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect(pooler, Credentials.APPLICATION));
	}

	@Test
	void applicationIsAnOrdinaryRoleThatOwnsItsDatabase() throws SQLException {
		try (Connection connection = this.fixture.connect(this.database, Credentials.APPLICATION);
				Statement statement = connection.createStatement()) {
			statement.execute("create table note (id int)");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.execute("create database forbidden"))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("42501"));
		}
	}

	private Connection connect(Pooler pooler, Credentials credentials) throws SQLException {
		return DriverManager.getConnection(pooler.address().jdbcUrl(this.database), credentials.username(),
				credentials.password());
	}

	private static String backend(Connection connection) throws SQLException {
		return query(connection, "select pg_backend_pid()");
	}

	private static String query(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

}
