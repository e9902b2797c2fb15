package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.driver.PhysicalDataSource;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.monitor.PoolMonitors;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a connection to a transaction pooler looks after.
 */
@ExtendWith(OutputCaptureExtension.class)
class PoolerConnectionIT {

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	@BeforeAll
	static void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(1));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@Test
	void failsWherePreparedStatementsAreOnInSpiteOfThePlan() throws SQLException {
		String url = pooler.address().jdbcUrl(this.database.name());
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect(url, false).close())
			.withMessageContaining("prepareThreshold is 5")
			.withMessageContaining("look for prepareThreshold");
		connect(url + "?prepareThreshold=0", false).close();
		connect(url, true).close();
	}

	@Test
	void turnsPreparedStatementsOffThatCodeTurnedOn(CapturedOutput output) throws SQLException {
		try (ConfigurableApplicationContext context = start()) {
			DataSource dataSource = context.getBean(DataSource.class);
			for (int i = 0; i < 2; i++) {
				try (Connection connection = dataSource.getConnection()) {
					connection.unwrap(PGConnection.class).setPrepareThreshold(1);
					select(connection);
					assertThat(named(connection)).isPositive();
				}
				try (Connection connection = dataSource.getConnection()) {
					assertThat(connection.unwrap(PGConnection.class).getPrepareThreshold()).isZero();
					assertThat(named(connection)).isZero();
					select(connection);
					assertThat(named(connection)).isZero();
				}
			}
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("came back with prepareThreshold=1")))
			.hasSize(1);
	}

	/**
	 * A notice of PgBouncer 1.25, raised by a trigger that runs at commit: the driver
	 * shows it on the connection. What comes while a statement runs is on the statement.
	 */
	@Test
	void countsNoticesThatAClientIsQueued() throws SQLException {
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("create table note (id int)");
			statement.execute("create function queued() returns trigger language plpgsql as $$ begin raise notice "
					+ "'No server connection available in postgres backend, client being queued'; return null; end $$");
			statement.execute("create constraint trigger queued after insert on note deferrable initially deferred "
					+ "for each row execute function queued()");
		}
		try (ConfigurableApplicationContext context = start()) {
			DataSource dataSource = context.getBean(DataSource.class);
			PoolMonitor monitor = context.getBean(PoolMonitors.class).all().get(0);
			try (Connection connection = dataSource.getConnection();
					Statement statement = connection.createStatement()) {
				connection.setAutoCommit(false);
				statement.execute("insert into note values (1), (2)");
				connection.commit();
			}
			assertThat(monitor.snapshot().poolerQueued()).isEqualTo(2);
			try (Connection connection = dataSource.getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("insert into note values (3)");
			}
			assertThat(monitor.snapshot().poolerQueued()).isEqualTo(3);
		}
	}

	private static Connection connect(String url, boolean preparedStatements) throws SQLException {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(url);
			return PhysicalDataSource
				.throughTransactionPooler(pool, UnaryOperator.identity(), Duration.ofSeconds(1), preparedStatements)
				.getConnection(Credentials.APPLICATION.username(), Credentials.APPLICATION.password());
		}
	}

	private static void select(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select 1 where 1 = ?")) {
			statement.setInt(1, 1);
			assertThat(statement.executeQuery().next()).isTrue();
		}
	}

	/**
	 * The named statements of the only server connection.
	 */
	private static int named(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				var rows = statement.executeQuery("select count(*) from pg_prepared_statements")) {
			rows.next();
			return rows.getInt(1);
		}
	}

	private ConfigurableApplicationContext start() {
		return TestApplication.start(TestApplication.class, TestDatabase.with(this.database.properties(pooler),
				"db-pool.size=1", "db-pool.max-overflow=0", TestApplication.WITHOUT_JPA));
	}

}
