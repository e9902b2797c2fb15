package dev.dbpool.lease;

import java.io.IOException;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.Borrowed;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.LocalPostgres;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import org.hibernate.exception.JDBCConnectionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What somebody reads who gets no connection.
 */
class AcquisitionTimeoutIT {

	private static final int SHORT = 500;

	private static final int LONG = 60_000;

	private final TestDatabase database = TestDatabase.create();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@ParameterizedTest
	@EnumSource
	void namesWhoHoldsTheConnections(Way way) throws Exception {
		try (ConfigurableApplicationContext context = TestApplication.start(Rows.class,
				TestDatabase.with(this.database.properties(), "db-pool.size=1", "db-pool.max-overflow=0",
						"db-pool.timeout=60", "spring.datasource.hikari.pool-name=busy"))) {
			DataSource dataSource = context.getBean(DataSource.class);
			CountDownLatch held = new CountDownLatch(1);
			CountDownLatch release = new CountDownLatch(1);
			Future<?> holder = this.threads.submit(() -> {
				Thread.currentThread().setName("holder");
				hold(dataSource, held, release);
				return null;
			});
			assertThat(held.await(1, TimeUnit.MINUTES)).isTrue();
			Future<Borrowed> waiter = waiter(dataSource);
			timeout(dataSource, SHORT);
			Throwable failure = catchThrowable(() -> way.work.accept(context));
			assertThat(failure).isExactlyInstanceOf(way.outer);
			if (way.middle != null) {
				assertThat(failure).hasCauseInstanceOf(way.middle);
			}
			Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
			assertThat(root).isExactlyInstanceOf(SQLTransientConnectionException.class).hasNoCause();
			assertThat(sqlState(root)).isNull();
			assertThat((Throwable) ((SQLException) root).getNextException()).isNull();
			assertThat(root).message()
				.matches(Pattern.compile("busy - Connection is not available, request timed out after \\d{3,}ms "
						+ "\\(total=1, active=1, idle=0, waiting=1\\)\\. Longest leases of 1: "
						+ "holder in Reports\\.monthly for \\d+\\.\\ds, busy \\d+ %, in transaction, "
						+ "last SQL: select \\?, \\?"));
			timeout(dataSource, LONG);
			release.countDown();
			holder.get(1, TimeUnit.MINUTES);
			waiter.get(1, TimeUnit.MINUTES).close();
			way.work.accept(context);
		}
	}

	private static void hold(DataSource dataSource, CountDownLatch held, CountDownLatch release) {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		transaction.setName("Reports.monthly");
		transaction.executeWithoutResult((status) -> {
			new JdbcTemplate(dataSource).queryForList("select 's3cret', 4711");
			held.countDown();
			await(release);
		});
	}

	@Test
	void namesTheThreeThatAreHeldTheLongest() throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.size=4", "db-pool.max-overflow=0",
				"db-pool.timeout=250ms")) {
			DataSource dataSource = context.getBean(DataSource.class);
			List<Borrowed> held = new ArrayList<>();
			for (int i = 1; i <= 4; i++) {
				held.add(Borrowed.from(dataSource));
				// However long it is, it does not make another failure of this one.
				held.get(i - 1).statement().execute("select 'x' as number_%d_, '%s'".formatted(i, "x".repeat(100_000)));
			}
			Throwable failure = catchThrowableOfType(SQLTransientConnectionException.class,
					() -> Borrowed.from(dataSource));
			assertThat(failure).message()
				.contains("(total=4, active=4, idle=0, waiting=0)")
				.containsSubsequence(". Longest leases of 4: ", ", last SQL: select ? as number_1_, ?...; ",
						", last SQL: select ? as number_2_, ?...; ", ", last SQL: select ? as number_3_, ?...")
				.doesNotContain("number_4_", "'x'");
			for (Borrowed one : held) {
				one.close();
			}
		}
	}

	/**
	 * Whoever gives up in front of the pool never came to see it.
	 */
	@Test
	void saysThatTheDatabaseIsAway() throws Exception {
		LocalPostgres server = LocalPostgres.start(Map.of());
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
				TestApplication.WITHOUT_JPA, "db-pool.size=1", "db-pool.max-overflow=0", "db-pool.timeout=5",
				"spring.datasource.url=" + server.address().uri(Credentials.APPLICATION, "postgres"))) {
			DataSource dataSource = context.getBean(DataSource.class);
			Borrowed.from(dataSource).close();
			server.close();
			// That the idle connection is broken may come first.
			assertAway(Waiting.await()
				.until(() -> catchThrowable(() -> use(dataSource)), SQLTransientConnectionException.class::isInstance));
			FutureTask<Throwable> inThePool = new FutureTask<>(() -> catchThrowable(() -> Borrowed.from(dataSource)));
			Thread thread = new Thread(inThePool);
			thread.start();
			Waiting.await()
				.until(() -> dataSource.unwrap(HikariDataSource.class)
					.getHikariPoolMXBean()
					.getThreadsAwaitingConnection() == 1);
			// The pool itself does not notice.
			timeout(dataSource, SHORT);
			long timeouts = ledger(dataSource).timeouts();
			assertAway(catchThrowable(() -> Borrowed.from(dataSource)));
			assertThat(ledger(dataSource).timeouts()).isEqualTo(timeouts + 1);
			assertThat(inThePool.isDone()).isFalse();
			thread.interrupt();
			assertThat(inThePool.get(1, TimeUnit.MINUTES)).hasMessageContaining("Interrupted during connection");
		}
		finally {
			server.close();
		}
	}

	private static void assertAway(Throwable failure) {
		assertThat(failure).isExactlyInstanceOf(SQLTransientConnectionException.class);
		assertThat(failure).hasMessageContaining("Connection is not available").hasCauseInstanceOf(PSQLException.class);
		assertThat(sqlState(failure)).isEqualTo("08001").isEqualTo(sqlState(failure.getCause()));
		assertThat((Throwable) ((SQLException) failure).getNextException()).isSameAs(failure.getCause());
	}

	/**
	 * What was said last may be known no longer, once there was a connection.
	 */
	@Test
	void forgetsThatTheDatabaseWasAway() throws Exception {
		this.database.fixture().execute("alter database " + this.database.name() + " allow_connections false");
		try (ConfigurableApplicationContext context = start("db-pool.size=1", "db-pool.max-overflow=0",
				"db-pool.timeout=250ms", "db-pool.budget.detect=false", "db-pool.probe=false",
				"spring.datasource.hikari.initialization-fail-timeout=-1")) {
			DataSource dataSource = context.getBean(DataSource.class);
			Waiting.await()
				.until(() -> catchThrowableOfType(SQLTransientConnectionException.class,
						() -> Borrowed.from(dataSource))
					.getSQLState() != null);
			this.database.fixture().execute("alter database " + this.database.name() + " allow_connections true");
			Waiting.await().until(() -> catchThrowable(() -> use(dataSource)) == null);
			try (Borrowed borrowed = Borrowed.from(dataSource)) {
				assertThat(borrowed.statement().isClosed()).isFalse();
				Throwable failure = catchThrowableOfType(SQLTransientConnectionException.class,
						() -> Borrowed.from(dataSource));
				assertThat(sqlState(failure)).isNull();
				assertThat(failure).hasNoCause();
			}
		}
	}

	@Test
	void anInterruptedWaiterKeepsItsFlagAndNoPlace() throws Exception {
		try (ConfigurableApplicationContext context = start("db-pool.size=1", "db-pool.max-overflow=0",
				"db-pool.timeout=60")) {
			DataSource dataSource = context.getBean(DataSource.class);
			try (Borrowed holder = Borrowed.from(dataSource)) {
				assertThat(holder.statement().isClosed()).isFalse();
				Waiter waiter = new Waiter(dataSource);
				waiter.thread.interrupt();
				assertThat(waiter.task.get(1, TimeUnit.MINUTES)).isTrue();
				assertThat(waiter.failure).isExactlyInstanceOf(SQLException.class)
					.hasMessageContaining("Interrupted during connection acquisition")
					.hasCauseInstanceOf(InterruptedException.class);
				assertThat(ledger(dataSource).waiting()).isZero();
				assertThat(ledger(dataSource).timeouts()).isZero();
			}
			use(dataSource);
		}
	}

	/**
	 * Whether it is let in or gives up is decided in the same moment.
	 */
	@Test
	void noPlaceIsLostWhereAnInterruptMeetsTheRelease() throws Exception {
		try (ConfigurableApplicationContext context = start("db-pool.size=1", "db-pool.max-overflow=0",
				"db-pool.timeout=60")) {
			DataSource dataSource = context.getBean(DataSource.class);
			for (int i = 0; i < 100; i++) {
				Borrowed holder = Borrowed.from(dataSource);
				Waiter waiter = new Waiter(dataSource);
				Future<?> release = this.threads.submit(closing(holder));
				waiter.thread.interrupt();
				release.get(1, TimeUnit.MINUTES);
				assertThat(waiter.task.get(1, TimeUnit.MINUTES)).isTrue();
				assertThat(ledger(dataSource).leases()).isEmpty();
				assertThat(ledger(dataSource).waiting()).isZero();
			}
			use(dataSource);
		}
	}

	/**
	 * Spring Boot asks whether the database is an embedded one. It takes a connection
	 * that fails for a no, metadata that fail for the end.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void anApplicationThatNeedsNoDatabaseToStartNeedsNone(boolean enabled) throws IOException {
		int nobody;
		try (ServerSocket socket = new ServerSocket(0)) {
			nobody = socket.getLocalPort();
		}
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
				"db-pool.enabled=" + enabled, "spring.datasource.url=jdbc:postgresql://127.0.0.1:" + nobody + "/none",
				"db-pool.timeout=250ms", "spring.datasource.hikari.connection-timeout=250",
				"spring.jpa.database-platform=org.hibernate.dialect.PostgreSQLDialect",
				"spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false")) {
			assertThat(catchThrowable(() -> use(context.getBean(DataSource.class)))).isInstanceOf(SQLException.class);
		}
	}

	private ConfigurableApplicationContext start(String... properties) {
		return TestApplication.start(TestApplication.class, TestDatabase.with(this.database.properties(),
				TestDatabase.with(properties, TestApplication.WITHOUT_JPA)));
	}

	private Future<Borrowed> waiter(DataSource dataSource) throws SQLException {
		Future<Borrowed> waiter = this.threads.submit(() -> Borrowed.from(dataSource));
		awaitWaiter(dataSource);
		return waiter;
	}

	private static void awaitWaiter(DataSource dataSource) throws SQLException {
		LeaseLedger ledger = ledger(dataSource);
		Waiting.await().until(() -> ledger.waiting() == 1);
	}

	private static LeaseLedger ledger(DataSource dataSource) throws SQLException {
		return dataSource.unwrap(LeasingDataSource.class).ledger();
	}

	/**
	 * How long whoever comes from now on waits.
	 */
	private static void timeout(DataSource dataSource, int millis) throws SQLException {
		dataSource.unwrap(HikariDataSource.class).getHikariConfigMXBean().setConnectionTimeout(millis);
	}

	private static String sqlState(Throwable failure) {
		return ((SQLException) failure).getSQLState();
	}

	private static void use(DataSource dataSource) throws SQLException {
		try (Borrowed borrowed = Borrowed.from(dataSource)) {
			borrowed.statement().execute("select 1");
		}
	}

	private static Callable<Object> closing(Borrowed borrowed) {
		return () -> {
			borrowed.close();
			return borrowed;
		};
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private enum Way {

		JDBC_TEMPLATE(TransientDataAccessResourceException.class, null,
				(context) -> new JdbcTemplate(context.getBean(DataSource.class)).queryForList("select 1")),

		JDBC_TRANSACTION_MANAGER(TransientDataAccessResourceException.class, null,
				(context) -> new TransactionTemplate(new JdbcTransactionManager(context.getBean(DataSource.class)))
					.executeWithoutResult(
							(status) -> new JdbcTemplate(context.getBean(DataSource.class)).queryForList("select 1"))),

		JPA(DataAccessResourceFailureException.class, JDBCConnectionException.class,
				(context) -> context.getBean(Rows.class).count()),

		JPA_TRANSACTION(DataAccessResourceFailureException.class, JDBCConnectionException.class,
				(context) -> new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
					.executeWithoutResult((status) -> context.getBean(Rows.class).count()));

		private final Class<? extends Exception> outer;

		private final Class<? extends Exception> middle;

		private final Consumer<ConfigurableApplicationContext> work;

		Way(Class<? extends Exception> outer, Class<? extends Exception> middle,
				Consumer<ConfigurableApplicationContext> work) {
			this.outer = outer;
			this.middle = middle;
			this.work = work;
		}

	}

	/**
	 * Somebody who waits in front of the pool.
	 */
	private static final class Waiter {

		private final FutureTask<Boolean> task;

		private final Thread thread;

		private volatile Throwable failure;

		Waiter(DataSource dataSource) throws SQLException {
			// Whether it succeeds or has kept its flag.
			this.task = new FutureTask<>(() -> {
				try {
					Borrowed.from(dataSource).close();
					return true;
				}
				catch (SQLException ex) {
					this.failure = ex;
					return Thread.currentThread().isInterrupted();
				}
			});
			this.thread = new Thread(this.task);
			this.thread.start();
			awaitWaiter(dataSource);
		}

	}

	@Repository
	static class Rows {

		@PersistenceContext
		private EntityManager entityManager;

		Object count() {
			return this.entityManager.createNativeQuery("select count(*) from pg_class").getSingleResult();
		}

	}

}
