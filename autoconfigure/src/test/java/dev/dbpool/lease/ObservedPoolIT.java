package dev.dbpool.lease;

import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.CaptureStacks;
import dev.dbpool.TestDatabase;
import dev.dbpool.guard.SessionBoundSql;
import dev.dbpool.guard.SessionStateGuard;
import dev.dbpool.test.Credentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is measured of a pool that is only observed.
 */
class ObservedPoolIT {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private static TestDatabase database;

	private final SessionBoundSql sessionBound = new SessionBoundSql();

	private HikariDataSource pool;

	private LeasingDataSource dataSource;

	@BeforeAll
	static void create() {
		database = TestDatabase.create();
	}

	@BeforeEach
	void start() {
		this.pool = new HikariDataSource();
		this.pool.setJdbcUrl(database.fixture().postgres().jdbcUrl(database.name()));
		this.pool.setUsername(Credentials.APPLICATION.username());
		this.pool.setPassword(Credentials.APPLICATION.password());
		this.pool.setMaximumPoolSize(5);
		this.pool.setMinimumIdle(0);
		this.dataSource = LeasingDataSource.observing(this.pool, this.pool,
				SessionStateGuard.observing(this.sessionBound),
				new LeaseSettings(Duration.ofDays(1), Duration.ofDays(1), CaptureStacks.NEVER), () -> NOW);
	}

	@AfterEach
	void stop() {
		this.pool.close();
	}

	@Test
	void fiveConnectionsThatWorkOneAfterTheOtherNeedOne() throws SQLException {
		List<Connection> held = connect(5);
		for (Connection connection : held) {
			connection.setAutoCommit(false);
		}
		for (int i = 0; i < 2; i++) {
			for (Connection connection : held) {
				Jdbc.execute(connection, "select pg_sleep(0.02)");
				connection.commit();
			}
		}
		assertThat(this.dataSource.ledger().leases()).hasSize(5)
			.allSatisfy((lease) -> assertThat(lease.idle()).isGreaterThan(lease.busy()));
		assertObserved(5, 1);
		close(held);
		assertObserved(5, 1);
		// Each of them works for a fifth of the time, and waits for the others.
		assertThat(this.dataSource.observation().idleShare()).isBetween(0.75, 1.0);
		assertThat(this.dataSource.observation().mostIdle()).singleElement().satisfies((kind) -> {
			assertThat(kind.lastSql()).isEqualTo("select pg_sleep(?)");
			assertThat(kind.leases()).isEqualTo(5);
			assertThat(kind.busy()).isGreaterThanOrEqualTo(Duration.ofMillis(200)).isLessThan(kind.idle());
		});
	}

	@Test
	void aConnectionIsNeededForAsLongAsItsTransactionOrStatementIsOpen() throws SQLException {
		List<Connection> held = connect(4);
		held.get(0).setAutoCommit(false);
		Jdbc.execute(held.get(0), "select 1");
		assertObserved(4, 1);
		Statement statement = held.get(1).createStatement();
		assertObserved(4, 2);
		try (ResultSet rows = statement.executeQuery("select 1")) {
			assertThat(rows.next()).isTrue();
		}
		// Begun without JDBC's knowledge.
		Jdbc.execute(held.get(2), "begin");
		assertObserved(4, 3);
		Jdbc.execute(held.get(3), "select 1");
		assertObserved(4, 4);
		held.get(0).rollback();
		statement.close();
		Jdbc.execute(held.get(2), "rollback");
		close(held);
		List<Connection> others = connect(4);
		for (Connection connection : others) {
			connection.setAutoCommit(false);
			Jdbc.execute(connection, "select 1");
		}
		assertObserved(4, 4);
		close(others);
	}

	@Test
	void whatSendsNothingNeedsNothing() throws SQLException {
		List<Connection> held = connect(3);
		for (Connection connection : held) {
			connection.setAutoCommit(false);
			connection.setReadOnly(true);
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.commit();
			connection.rollback();
		}
		assertObserved(3, 0);
		close(held);
		assertObserved(3, 0);
	}

	@Test
	void whatOnlyItsSessionRemembersNeedsAConnectionUntilItIsClosed() throws SQLException {
		List<Connection> held = connect(5);
		Jdbc.execute(held.get(0), "set work_mem = '7MB'");
		assertThat(held.get(1).unwrap(PGConnection.class)).isNotNull();
		held.get(2).setSchema("pg_catalog");
		Array array = held.get(3).createArrayOf("int", new Object[] { 1 });
		Jdbc.execute(held.get(4), "select 1");
		assertObserved(5, 5);
		assertThat(this.dataSource.ledger().leases()).extracting(LeaseSnapshot::pin)
			.containsExactlyInAnyOrder("SET work_mem", "unwrap", "schema", "createArrayOf", null);
		array.free();
		close(held);
	}

	@Test
	void statementsThatCloseByThemselvesAreNotNeeded() throws SQLException {
		try (Connection first = this.dataSource.getConnection(); Connection second = this.dataSource.getConnection()) {
			for (Connection connection : List.of(first, second)) {
				Statement completing = connection.createStatement();
				completing.closeOnCompletion();
				completing.executeQuery("select 1").close();
				assertThat(completing.isClosed()).isTrue();
				try (ResultSet rows = connection.createStatement().executeQuery("select 1")) {
					rows.getStatement().close();
				}
				assertThat(connection.getMetaData().getTables(null, null, "%", null).next()).isTrue();
				connection.isValid(5);
			}
		}
		assertObserved(2, 1);
	}

	@Test
	void sessionBoundSqlIsCountedByShapeAndPlace() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			for (int i = 0; i < 3; i++) {
				setSearchPath(connection, i);
			}
			try (PreparedStatement statement = connection.prepareStatement("listen news")) {
				statement.execute();
			}
			connection.setSchema("pg_catalog");
			Jdbc.execute(connection, "set local work_mem = '7MB'");
		}
		assertThat(this.sessionBound.total()).isEqualTo(5);
		assertThat(this.sessionBound.seen()).hasSize(3).first().satisfies((seen) -> {
			assertThat(seen.sql()).isEqualTo("set search_path = ?");
			assertThat(seen.count()).isEqualTo(3);
			assertThat(seen.refused()).isTrue();
			assertThat(seen.problem()).contains("TransactionSettings");
		});
		assertThat(this.sessionBound.seen()).extracting(SessionBoundSql.Seen::sql)
			.contains("listen news", "SET search_path TO ?");
	}

	private static void setSearchPath(Connection connection, int tenant) throws SQLException {
		Jdbc.execute(connection, "set search_path = 'tenant_" + tenant + "'");
	}

	@Test
	void rowsThatAreFetchedWhileTheyAreReadKeepItBusy() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.setFetchSize(1);
				try (ResultSet rows = statement.executeQuery("select pg_sleep(0.02) from generate_series(1, 5)")) {
					while (rows.next()) {
						assertThat(rows.getStatement()).isSameAs(statement);
					}
				}
			}
			assertThat(this.dataSource.ledger().leases().get(0).busy()).isGreaterThanOrEqualTo(Duration.ofMillis(80));
			connection.commit();
		}
		assertObserved(1, 1);
	}

	@Test
	void aTimeoutTellsWhatThePoolSays() throws SQLException {
		this.pool.setConnectionTimeout(1000);
		List<Connection> held = connect(5);
		assertThatExceptionOfType(SQLTransientConnectionException.class).isThrownBy(this.dataSource::getConnection)
			.withMessageContaining(this.pool.getPoolName() + " - Connection is not available, request timed out after");
		assertThat(this.dataSource.ledger().timeouts()).isOne();
		assertThat(this.dataSource.pool().figures().active()).isEqualTo(5);
		close(held);
		assertThat(this.dataSource.pool().figures().active()).isZero();
		assertThat(this.dataSource.ledger().leases()).isEmpty();
	}

	@Test
	void aConnectionBehavesAsThatOfThePool() throws SQLException {
		assertThat(script(this.dataSource.getConnection())).isEqualTo(script(this.pool.getConnection()))
			.hasSizeGreaterThan(20);
		// What a session was left with, the next borrower finds, as before.
		this.pool.setMaximumPoolSize(1);
		this.pool.getHikariPoolMXBean().softEvictConnections();
		try (Connection connection = this.dataSource.getConnection()) {
			Jdbc.execute(connection, "set work_mem = '7MB'");
		}
		try (Connection connection = this.dataSource.getConnection()) {
			assertThat(Jdbc.text(connection, "show work_mem")).isEqualTo("7MB");
		}
	}

	/**
	 * What an application may see, in words.
	 */
	private static List<String> script(Connection connection) throws SQLException {
		List<String> seen = new ArrayList<>();
		see(seen, () -> connection.unwrap(Connection.class).getClass());
		see(seen, () -> connection.unwrap(HikariDataSource.class));
		see(seen, () -> connection.isWrapperFor(PGConnection.class));
		see(seen, () -> connection.toString().replaceAll("@\\w+", ""));
		see(seen, connection::getTransactionIsolation);
		see(seen, () -> connection.getMetaData().getConnection() == connection);
		see(seen, () -> connection.getMetaData().getDatabaseProductName());
		see(seen, () -> {
			connection.commit();
			return null;
		});
		Statement statement = connection.createStatement();
		see(seen, () -> statement.executeQuery("selec 1"));
		see(seen, () -> statement.executeUpdate("create table if not exists item (id serial, name text)"));
		see(seen, () -> statement.getConnection() == connection);
		see(seen, () -> statement.unwrap(Statement.class).getClass());
		see(seen, () -> statement.toString().replaceAll("@\\w+", ""));
		see(seen, () -> statement.executeUpdate("insert into item (name) values ('a')", new String[] { "name" }));
		try (ResultSet keys = statement.getGeneratedKeys()) {
			see(seen, keys::next);
			see(seen, () -> keys.getString(1));
			see(seen, () -> keys.unwrap(ResultSet.class).getClass());
			see(seen, () -> keys.getStatement() == statement);
		}
		statement.close();
		see(seen, () -> statement.executeQuery("select 1"));
		see(seen, () -> statement.getConnection() == connection);
		connection.setAutoCommit(false);
		Savepoint savepoint = connection.setSavepoint();
		see(seen, () -> Jdbc.text(connection, "select 1 / 0"));
		see(seen, () -> Jdbc.text(connection, "select 1"));
		connection.rollback(savepoint);
		see(seen, () -> Jdbc.text(connection, "select 1"));
		try (CallableStatement call = connection.prepareCall("{? = call upper(?)}")) {
			call.registerOutParameter(1, java.sql.Types.VARCHAR);
			call.setString(2, "a");
			see(seen, call::execute);
			see(seen, () -> call.getString(1));
		}
		try (PreparedStatement batch = connection.prepareStatement("insert into item (name) values (?)")) {
			batch.setString(1, "b");
			batch.addBatch();
			see(seen, () -> batch.executeBatch().length);
		}
		connection.rollback();
		connection.setSchema("public");
		see(seen, connection::getSchema);
		see(seen, () -> connection.isValid(-1));
		connection.close();
		see(seen, connection::isClosed);
		see(seen, connection::createStatement);
		see(seen, connection::getMetaData);
		see(seen, connection::getAutoCommit);
		connection.close();
		return seen;
	}

	private static void see(List<String> seen, Call call) {
		try {
			seen.add(String.valueOf(call.run()));
		}
		catch (SQLException ex) {
			seen.add(ex.getClass().getName() + " " + ex.getSQLState() + " " + ex.getMessage());
		}
	}

	private List<Connection> connect(int number) throws SQLException {
		List<Connection> connections = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			connections.add(this.dataSource.getConnection());
		}
		return connections;
	}

	private static void close(List<Connection> connections) throws SQLException {
		for (Connection connection : connections) {
			connection.close();
		}
	}

	private void assertObserved(int used, int needed) {
		Observation observation = this.dataSource.observation();
		assertThat(observation.used()).isEqualTo(new Observation.Peak(used, NOW));
		assertThat(observation.needed()).isEqualTo(new Observation.Peak(needed, (needed > 0) ? NOW : null));
	}

	/**
	 * Something that JDBC answers.
	 */
	private interface Call {

		Object run() throws SQLException;

	}

}
