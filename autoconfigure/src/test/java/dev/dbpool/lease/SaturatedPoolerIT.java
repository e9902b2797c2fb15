package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.Borrowed;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.driver.PhysicalDataSource;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.monitor.PoolMonitors;
import dev.dbpool.monitor.PoolSnapshot;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import dev.dbpool.test.Relay;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.jdbc.PgConnection;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A pool whose pooler has one server connection, which somebody else holds.
 */
class SaturatedPoolerIT {

	/**
	 * For how long after its return Hikari takes a connection to be alive.
	 */
	private static final String ALIVE_BYPASS = "com.zaxxer.hikari.aliveBypassWindowMs";

	private static final int SIZE = 3;

	private static final String TRUST = "test.trust-millis=";

	private static final String SOCKET_TIMEOUT = "spring.datasource.hikari.data-source-properties.socketTimeout=";

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	private final ExecutorService borrowers = Executors.newCachedThreadPool();

	@BeforeAll
	static void startPooler() {
		System.setProperty(ALIVE_BYPASS, "0");
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(1));
	}

	@AfterAll
	static void stopPooler() {
		System.clearProperty(ALIVE_BYPASS);
		pooler.close();
	}

	@AfterEach
	void stopBorrowers() {
		this.borrowers.shutdownNow();
	}

	/**
	 * Proves that the tests below bite.
	 */
	@Test
	void withoutTheStarterThePoolThrowsItsConnectionsAway() throws SQLException {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(pooler.address().jdbcUrl(this.database.name()) + "?prepareThreshold=0");
			pool.setUsername(Credentials.APPLICATION.username());
			pool.setPassword(Credentials.APPLICATION.password());
			pool.setMaximumPoolSize(SIZE);
			pool.setValidationTimeout(250);
			pool.setConnectionTimeout(2000);
			List<PgConnection> connections = fill(pool);
			try (Connection occupier = occupy()) {
				assertThat(occupier.isClosed()).isFalse();
				assertThatExceptionOfType(SQLTransientConnectionException.class).isThrownBy(pool::getConnection)
					.withMessageNotContaining("pooler");
				await().until(() -> connections.stream().allMatch(SaturatedPoolerIT::isClosed));
			}
		}
	}

	/**
	 * With and without a validation that waits in the pooler's queue.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "60000", "0" })
	void withItTheTotalStaysAndBorrowersWait(String trust) throws Exception {
		try (ConfigurableApplicationContext context = start(TRUST + trust)) {
			DataSource dataSource = context.getBean(DataSource.class);
			List<PgConnection> connections = fill(dataSource);
			List<Future<Boolean>> answers = new ArrayList<>();
			try (Connection occupier = occupy()) {
				assertThat(occupier.isClosed()).isFalse();
				for (int i = 0; i < SIZE; i++) {
					answers.add(this.borrowers.submit(() -> select(dataSource, true)));
				}
				awaitQueue(SIZE);
				assertThat(answers).noneMatch(Future::isDone);
			}
			for (Future<Boolean> answer : answers) {
				assertThat(answer.get(1, TimeUnit.MINUTES)).isTrue();
			}
			assertThat(connections).noneMatch(SaturatedPoolerIT::isClosed);
			PoolSnapshot snapshot = context.getBean(PoolMonitors.class).all().get(0).snapshot();
			assertThat(snapshot.total()).isEqualTo(SIZE);
			assertThat(snapshot.invalid()).isZero();
			assertThat(snapshot.timeouts()).isZero();
		}
	}

	@Test
	void connectionsThatNobodyBorrowsOutliveIt() throws Exception {
		try (ConfigurableApplicationContext context = start(TRUST + "0")) {
			DataSource dataSource = context.getBean(DataSource.class);
			List<PgConnection> connections = fill(dataSource);
			try (Connection occupier = occupy()) {
				assertThat(occupier.isClosed()).isFalse();
				for (int i = 0; i < SIZE; i++) {
					// Its return shows that validation has let it pass.
					Borrowed.from(dataSource).close();
				}
			}
			assertThat(select(dataSource, true)).isTrue();
			assertThat(connections).noneMatch(SaturatedPoolerIT::isClosed);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void theErrorSaysThatThePoolerIsFull(boolean autoCommit) throws Exception {
		try (ConfigurableApplicationContext context = start("db-pool.timeout=2")) {
			DataSource dataSource = context.getBean(DataSource.class);
			fill(dataSource);
			try (Connection occupier = occupy()) {
				assertThat(occupier.isClosed()).isFalse();
				for (int i = 0; i < SIZE; i++) {
					this.borrowers.submit(() -> select(dataSource, autoCommit));
				}
				awaitQueue(SIZE);
				assertThatExceptionOfType(SQLTransientConnectionException.class)
					.isThrownBy(() -> Borrowed.from(dataSource))
					.withMessageContaining("request timed out after")
					.withMessageContaining("Longest leases of 3: ")
					.withMessageContaining(autoCommit
							? "3 of 3 connections have a statement that runs, or waits for a server connection of the pooler."
							: "3 of 3 connections wait for a server connection of the pooler: the pooler is full, not this pool.")
					.satisfies((ex) -> assertThat(ex.getSQLState()).isNull());
			}
		}
	}

	@Test
	void theErrorDoesNotBlameThePoolerForBorrowersThatKeepTheirConnections() throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.timeout=250ms")) {
			DataSource dataSource = context.getBean(DataSource.class);
			List<Borrowed> borrowed = new ArrayList<>();
			for (int i = 0; i < SIZE; i++) {
				borrowed.add(Borrowed.from(dataSource));
			}
			assertThatExceptionOfType(SQLTransientConnectionException.class).isThrownBy(() -> Borrowed.from(dataSource))
				.withMessageContaining("pinned by open statement")
				.withMessageNotContaining("pooler");
			for (Borrowed connection : borrowed) {
				connection.close();
			}
		}
	}

	@Test
	void aStatementThatWaitsEndsWithinTheSocketTimeout() throws SQLException {
		try (ConfigurableApplicationContext context = start(SOCKET_TIMEOUT + "1")) {
			DataSource dataSource = context.getBean(DataSource.class);
			fill(dataSource);
			try (Connection occupier = occupy()) {
				assertThat(occupier.isClosed()).isFalse();
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> select(dataSource, true))
					.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08006"))
					.satisfies((ex) -> assertThat(ex.getSuppressed()[0]).hasMessageContaining("the pooler is full"));
			}
		}
	}

	/**
	 * The driver's own validation would begin one, and hold the server connection.
	 */
	@Test
	void validationLeavesNoTransactionOpen() throws SQLException {
		try (ConfigurableApplicationContext context = start(TRUST + "0",
				"spring.datasource.hikari.auto-commit=false")) {
			DataSource dataSource = context.getBean(DataSource.class);
			fill(dataSource);
			try (Borrowed borrowed = Borrowed.from(dataSource); Connection other = occupy()) {
				assertThat(borrowed.connection().getAutoCommit()).isFalse();
				assertThat(other.getAutoCommit()).isFalse();
			}
		}
	}

	@Test
	void aConnectionThatThePoolerClosedIsFoundAtOnce() throws SQLException {
		Pooler shortLived = PgFixture.get().startPooler(PoolerOptions.transactionMode(1));
		try (ConfigurableApplicationContext context = startVia(shortLived.address().jdbcUrl(this.database.name()),
				"db-pool.timeout=250ms")) {
			DataSource dataSource = context.getBean(DataSource.class);
			fill(dataSource);
			shortLived.close();
			assertThatExceptionOfType(SQLTransientConnectionException.class)
				.isThrownBy(() -> Borrowed.from(dataSource));
			PoolMonitor monitor = context.getBean(PoolMonitors.class).all().get(0);
			await().until(() -> monitor.snapshot().invalid() == SIZE);
		}
	}

	@Test
	void aConnectionThatWasCutInSilenceIsFoundWithinTheSocketTimeout() throws SQLException {
		try (Relay relay = Relay.to(pooler.address());
				ConfigurableApplicationContext context = startVia(relay.address().jdbcUrl(this.database.name()),
						TRUST + "0", SOCKET_TIMEOUT + "2")) {
			DataSource dataSource = context.getBean(DataSource.class);
			fill(dataSource);
			PoolMonitor monitor = context.getBean(PoolMonitors.class).all().get(0);
			relay.freeze();
			// The first look only begins to ask.
			for (int i = 0; i < SIZE; i++) {
				this.borrowers.submit(() -> {
					Borrowed.from(dataSource).close();
					return null;
				});
			}
			await().until(() -> monitor.snapshot().total() == SIZE && monitor.snapshot().checkedOut() == 0);
			await().until(() -> {
				Borrowed.from(dataSource).close();
				return monitor.snapshot().invalid() >= SIZE;
			});
			assertThat(select(dataSource, true)).isTrue();
		}
	}

	private ConfigurableApplicationContext start(String... properties) {
		return startVia(pooler.address().jdbcUrl(this.database.name()), properties);
	}

	private ConfigurableApplicationContext startVia(String poolerUrl, String... properties) {
		return TestApplication.start(Trust.class,
				TestDatabase.with(
						TestDatabase.with(this.database.properties(), "db-pool.pooler.url=" + poolerUrl,
								"db-pool.size=" + SIZE, "db-pool.max-overflow=0",
								"spring.datasource.hikari.validation-timeout=250", TestApplication.WITHOUT_JPA),
						properties));
	}

	/**
	 * Borrows all connections at once.
	 * @return what the driver made of them
	 */
	private static List<PgConnection> fill(DataSource dataSource) throws SQLException {
		List<Connection> borrowed = new ArrayList<>();
		List<PgConnection> connections = new ArrayList<>();
		for (int i = 0; i < SIZE; i++) {
			borrowed.add(dataSource.getConnection());
			connections.add(borrowed.get(i).unwrap(PgConnection.class));
		}
		for (Connection connection : borrowed) {
			connection.close();
		}
		return connections;
	}

	private static boolean isClosed(PgConnection connection) {
		try {
			return connection.isClosed();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Connection occupy() throws SQLException {
		Connection connection = DriverManager.getConnection(
				pooler.address().jdbcUrl(this.database.name()) + "?prepareThreshold=0&socketTimeout=60"
						+ "&ApplicationName=occupier",
				Credentials.APPLICATION.username(), Credentials.APPLICATION.password());
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("select 1");
		}
		return connection;
	}

	private static boolean select(DataSource dataSource, boolean autoCommit) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			connection.setAutoCommit(autoCommit);
			try (Statement statement = connection.createStatement()) {
				return statement.execute("select 1");
			}
			finally {
				if (!autoCommit && !connection.isClosed()) {
					connection.rollback();
				}
			}
		}
	}

	private void awaitQueue(int length) {
		await().until(() -> pooler.show("POOLS")
			.stream()
			.anyMatch((pool) -> pool.get("database").equals(this.database.name())
					&& pool.get("cl_waiting").equals(String.valueOf(length))));
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1));
	}

	/**
	 * Shortens the time for which a connection counts as alive.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Trust {

		@Bean
		static BeanPostProcessor trust(Environment environment) {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessBeforeInitialization(Object bean, String beanName) {
					Long millis = environment.getProperty("test.trust-millis", Long.class);
					if (bean instanceof HikariDataSource pool && millis != null) {
						pool.setDataSource(PhysicalDataSource.throughTransactionPooler(pool, UnaryOperator.identity(),
								Duration.ofMillis(millis), false));
					}
					return bean;
				}

			};
		}

	}

}
