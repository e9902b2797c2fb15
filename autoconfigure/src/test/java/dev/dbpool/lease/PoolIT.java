package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.Borrowed;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.TestDatabase.Session;
import dev.dbpool.Waiting;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.monitor.PoolMonitors;
import dev.dbpool.test.Credentials;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PgConnection;

import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the pool does and counts in the course of its life.
 */
class PoolIT {

	/**
	 * How often Hikari looks for idle connections.
	 */
	private static final String HOUSEKEEPING = "com.zaxxer.hikari.housekeeping.periodMs";

	/**
	 * For how long after its return Hikari takes a connection to be alive.
	 */
	private static final String ALIVE_BYPASS = "com.zaxxer.hikari.aliveBypassWindowMs";

	private final TestDatabase database = TestDatabase.create();

	@BeforeAll
	static void letHikariHurry() {
		System.setProperty(HOUSEKEEPING, "100");
		System.setProperty(ALIVE_BYPASS, "0");
	}

	@AfterAll
	static void letHikariBe() {
		System.clearProperty(HOUSEKEEPING);
		System.clearProperty(ALIVE_BYPASS);
	}

	@Test
	void closesIdleOverflowButNeverTheLastOfItsSize() throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.size=1", "db-pool.max-overflow=2")) {
			DataSource dataSource = context.getBean(DataSource.class);
			PoolMonitor monitor = context.getBean(PoolMonitors.class).all().get(0);
			List<Borrowed> borrowed = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				borrowed.add(Borrowed.from(dataSource));
			}
			assertThat(monitor.snapshot().total()).isEqualTo(3);
			assertThat(monitor.snapshot().overflow()).isEqualTo(2);
			List<Session> sessions = this.database.sessions();
			assertThat(sessions).hasSize(3);
			for (Borrowed one : borrowed) {
				one.close();
			}
			HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
			assertThat(pool.getIdleTimeout()).isEqualTo(30_000);
			pool.getHikariConfigMXBean().setIdleTimeout(1);
			Waiting.await().until(() -> monitor.snapshot().total() == 1);
			Waiting.await().until(() -> this.database.sessions().size() == 1);
			// Had the pool closed all three, this would be a new one.
			assertThat(sessions).containsAll(this.database.sessions());
			Waiting.await().during(Duration.ofSeconds(1)).until(() -> monitor.snapshot().total() == 1);
			assertThat(sessions).containsAll(this.database.sessions());
		}
	}

	@Test
	void countsBorrowersThatGaveUp() throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.size=1", "db-pool.max-overflow=0",
				"db-pool.timeout=250ms")) {
			DataSource dataSource = context.getBean(DataSource.class);
			PoolMonitor monitor = context.getBean(PoolMonitors.class).all().get(0);
			try (Borrowed borrowed = Borrowed.from(dataSource); Connection idle = dataSource.getConnection()) {
				assertThat(borrowed.connection().isValid(10)).isTrue();
				assertThat(idle.getAutoCommit()).isTrue();
				assertThat(monitor.snapshot().timeouts()).isZero();
				for (int i = 0; i < 2; i++) {
					assertThatExceptionOfType(SQLTransientConnectionException.class)
						.isThrownBy(() -> Borrowed.from(dataSource));
				}
			}
			assertThat(monitor.snapshot().timeouts()).isEqualTo(2);
		}
	}

	@Test
	void countsConnectionsThatBrokeWhileIdle() throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.size=1", "db-pool.max-overflow=0")) {
			DataSource dataSource = context.getBean(DataSource.class);
			Borrowed.from(dataSource).close();
			this.database.terminateSessions();
			assertUsable(dataSource);
			awaitInvalid(context, 1);
		}
	}

	@Test
	void countsConnectionsThatBrokeInUse() throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.size=1", "db-pool.max-overflow=0")) {
			DataSource dataSource = context.getBean(DataSource.class);
			try (Connection connection = dataSource.getConnection();
					Statement statement = connection.createStatement()) {
				this.database.terminateSessions();
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("select 1"));
			}
			assertUsable(dataSource);
			awaitInvalid(context, 1);
		}
	}

	@Test
	void doesNotCountConnectionsThatThePoolRetires() throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.size=1", "db-pool.max-overflow=0")) {
			DataSource dataSource = context.getBean(DataSource.class);
			HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
			Borrowed.from(dataSource).close();
			List<Session> sessions = this.database.sessions();
			assertThat(sessions).hasSize(1);
			// Once idle, once while it is borrowed.
			pool.getHikariPoolMXBean().softEvictConnections();
			Waiting.await()
				.until(() -> !this.database.sessions().isEmpty()
						&& this.database.sessions().stream().noneMatch(sessions::contains));
			try (Borrowed borrowed = Borrowed.from(dataSource)) {
				pool.getHikariPoolMXBean().softEvictConnections();
				assertThat(borrowed.connection().isValid(10)).isTrue();
			}
			assertUsable(dataSource);
			PoolMonitor monitor = context.getBean(PoolMonitors.class).all().get(0);
			pool.close();
			Waiting.await().until(() -> this.database.sessions().isEmpty());
			assertThat(monitor.snapshot().invalid()).isZero();
		}
	}

	@Test
	void leavesOtherPoolsAndTheDriverManagerAlone() throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.size=1", "db-pool.max-overflow=0")) {
			assertUsable(context.getBean(DataSource.class));
			String url = this.database.fixture().postgres().jdbcUrl(this.database.name());
			try (Connection connection = DriverManager.getConnection(url, Credentials.APPLICATION.username(),
					Credentials.APPLICATION.password())) {
				assertThat(connection).isInstanceOf(PgConnection.class);
			}
			try (HikariDataSource own = new HikariDataSource()) {
				own.setJdbcUrl(url);
				own.setUsername(Credentials.APPLICATION.username());
				own.setPassword(Credentials.APPLICATION.password());
				assertUsable(own);
			}
			JdbcConnectionDetails details = context.getBean(JdbcConnectionDetails.class);
			try (HikariDataSource own = DataSourceBuilder.create()
				.type(HikariDataSource.class)
				.driverClassName(details.getDriverClassName())
				.url(details.getJdbcUrl())
				.username(details.getUsername())
				.password(details.getPassword())
				.build()) {
				assertUsable(own);
				own.getHikariPoolMXBean().softEvictConnections();
				this.database.terminateSessions();
				assertThat(context.getBean(PoolMonitors.class).all().get(0).snapshot().invalid()).isZero();
			}
		}
	}

	private ConfigurableApplicationContext start(String... properties) {
		return TestApplication.start(TestApplication.class, TestDatabase.with(this.database.properties(),
				TestDatabase.with(properties, TestApplication.WITHOUT_JPA)));
	}

	private static void assertUsable(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
			assertThat(connection.isValid(10)).isTrue();
		}
	}

	/**
	 * The pool closes broken connections in the background.
	 */
	private static void awaitInvalid(ConfigurableApplicationContext context, long count) {
		PoolMonitor monitor = context.getBean(PoolMonitors.class).all().get(0);
		Waiting.await().until(() -> Long.valueOf(count).equals(monitor.snapshot().invalid()));
	}

}
