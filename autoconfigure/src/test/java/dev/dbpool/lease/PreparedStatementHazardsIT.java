package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Named statements through a pooler that does not track them. Where two server
 * connections are needed, an occupier says which of them is free.
 */
class PreparedStatementHazardsIT {

	private static final String OURS = "select name from ours where id = ?";

	private static final String THEIRS = "select name from theirs where id = ?";

	private final TestDatabase database = TestDatabase.create();

	@BeforeEach
	void createTables() throws SQLException {
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("create table ours as select 42 as id, 'ours' as name");
			statement.execute("create table theirs as select 42 as id, 'theirs' as name");
		}
	}

	@Test
	void twoClientsOnOneServerConnection() throws SQLException {
		try (Pooler pooler = start(1); Connection one = plain(pooler); Connection other = plain(pooler)) {
			assertThat(name(one, OURS)).isEqualTo("ours");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> name(other, THEIRS))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("42P05"));
		}
		try (Pooler pooler = start(1);
				ConfigurableApplicationContext context = application(pooler);
				Connection one = context.getBean(DataSource.class).getConnection();
				Connection other = context.getBean(DataSource.class).getConnection()) {
			// So that each keeps a connection to the pooler.
			assertThat(one.unwrap(PGConnection.class)).isNotSameAs(other.unwrap(PGConnection.class));
			for (int i = 0; i < 10; i++) {
				assertThat(name(one, OURS)).isEqualTo("ours");
				assertThat(name(other, THEIRS)).isEqualTo("theirs");
			}
		}
	}

	@Test
	void aStatementThatTheOtherServerConnectionDoesNotKnow() throws SQLException {
		try (Pooler pooler = start(2);
				Occupier occupier = new Occupier(connect(pooler, 0), connect(pooler, 0));
				Connection client = plain(pooler);
				PreparedStatement statement = client.prepareStatement(OURS)) {
			occupier.leaveOnlyTheFirstFree();
			assertThat(name(statement)).isEqualTo("ours");
			occupier.leaveOnlyTheSecondFree();
			client.setAutoCommit(false);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> name(statement))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isIn("26000", "42P05"));
			client.rollback();
		}
		try (Pooler pooler = start(2);
				Occupier occupier = new Occupier(connect(pooler, 0), connect(pooler, 0));
				ConfigurableApplicationContext context = application(pooler);
				Connection client = context.getBean(DataSource.class).getConnection();
				PreparedStatement statement = client.prepareStatement(OURS)) {
			occupier.leaveOnlyTheFirstFree();
			assertThat(name(statement)).isEqualTo("ours");
			occupier.leaveOnlyTheSecondFree();
			client.setAutoCommit(false);
			assertThat(name(statement)).isEqualTo("ours");
			client.commit();
		}
	}

	@Test
	void theRowsOfSomebodyElsesStatement() throws SQLException {
		try (Pooler pooler = start(2);
				Occupier occupier = new Occupier(connect(pooler, 0), connect(pooler, 0));
				Connection client = plain(pooler);
				Connection stranger = plain(pooler);
				PreparedStatement statement = client.prepareStatement(OURS)) {
			occupier.leaveOnlyTheFirstFree();
			assertThat(name(statement)).isEqualTo("ours");
			occupier.leaveOnlyTheSecondFree();
			assertThat(name(stranger, THEIRS)).isEqualTo("theirs");
			assertThat(name(statement)).as("without an error").isEqualTo("theirs");
		}
		try (Pooler pooler = start(2);
				Occupier occupier = new Occupier(connect(pooler, 0), connect(pooler, 0));
				ConfigurableApplicationContext context = application(pooler);
				Connection client = context.getBean(DataSource.class).getConnection();
				Connection stranger = plain(pooler);
				PreparedStatement statement = client.prepareStatement(OURS)) {
			occupier.leaveOnlyTheFirstFree();
			assertThat(name(statement)).isEqualTo("ours");
			occupier.leaveOnlyTheSecondFree();
			assertThat(name(stranger, THEIRS)).isEqualTo("theirs");
			assertThat(name(statement)).isEqualTo("ours");
		}
	}

	private Pooler start(int poolSize) throws SQLException {
		return this.database.fixture().startPoolerWithoutTracking(PoolerOptions.transactionMode(poolSize));
	}

	/**
	 * The driver as it is, except that it names a statement at its first execution.
	 */
	private Connection plain(Pooler pooler) throws SQLException {
		return connect(pooler, 1);
	}

	private Connection connect(Pooler pooler, int prepareThreshold) throws SQLException {
		return DriverManager.getConnection(
				pooler.address().jdbcUrl(this.database.name()) + "?prepareThreshold=" + prepareThreshold,
				Credentials.APPLICATION.username(), Credentials.APPLICATION.password());
	}

	private ConfigurableApplicationContext application(Pooler pooler) {
		return TestApplication.start(TestApplication.class, TestDatabase.with(this.database.properties(pooler),
				TestApplication.WITHOUT_JPA, "db-pool.size=2", "db-pool.max-overflow=0"));
	}

	private static String name(Connection connection, String sql) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			return name(statement);
		}
	}

	private static String name(PreparedStatement statement) throws SQLException {
		statement.setInt(1, 42);
		try (ResultSet row = statement.executeQuery()) {
			row.next();
			return row.getString(1);
		}
	}

	/**
	 * Keeps two server connections busy, and leaves one of them free on demand. It takes
	 * the one before it gives the other back. To connect takes a server connection too,
	 * so the clients connect before its first call.
	 */
	private static final class Occupier implements AutoCloseable {

		private final Connection first;

		private final Connection second;

		Occupier(Connection first, Connection second) throws SQLException {
			this.first = first;
			this.second = second;
			this.first.setAutoCommit(false);
			this.second.setAutoCommit(false);
		}

		void leaveOnlyTheFirstFree() throws SQLException {
			occupy(this.first);
			occupy(this.second);
			this.first.rollback();
		}

		void leaveOnlyTheSecondFree() throws SQLException {
			occupy(this.first);
			this.second.rollback();
		}

		private static void occupy(Connection connection) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				statement.execute("select 1");
			}
		}

		@Override
		public void close() throws SQLException {
			this.first.close();
			this.second.close();
		}

	}

}
