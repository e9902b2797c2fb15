package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import dev.dbpool.test.Relay;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.util.DisconnectedClientHelper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What borrowers and the watcher meet while the way to the database, the pool or the
 * pooler does not work.
 */
class LeaseFaultsIT {

	private final TestDatabase database = TestDatabase.create();

	private final Relay relay = Relay.to(this.database.fixture().postgres());

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stop() {
		this.relay.close();
		this.threads.shutdownNow();
	}

	/**
	 * A web framework would answer it with 200, whatever is wrapped around it.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "on-close", "after-transaction" })
	void noFailureLooksLikeAClientThatHasGoneAway(String release) throws Exception {
		try (ConfigurableApplicationContext application = start("db-pool.size=2", "db-pool.lease.release=" + release,
				"spring.datasource.hikari.initialization-fail-timeout=-1")) {
			DataSource dataSource = application.getBean(DataSource.class);
			List<Work> ways = List.of((connection, statement) -> statement.executeQuery(),
					(connection, statement) -> statement.executeBatch(), (connection, statement) -> connection.commit(),
					(connection, statement) -> connection.rollback(),
					(connection, statement) -> connection.setAutoCommit(true),
					(connection, statement) -> connection.setSavepoint(),
					(connection, statement) -> connection.getSchema(),
					(connection, statement) -> statement.getParameterMetaData(),
					(connection, statement) -> connection.getMetaData().getSchemas());
			for (boolean reset : new boolean[] { true, false }) {
				for (Work way : ways) {
					Connection connection = dataSource.getConnection();
					connection.setAutoCommit(false);
					PreparedStatement statement = connection.prepareStatement("select 1");
					statement.executeQuery();
					statement.addBatch();
					if (reset) {
						this.relay.reset();
					}
					else {
						this.relay.end();
					}
					assertIsNoLostClient(() -> way.on(connection, statement));
					assertIsNoLostClient(connection::commit);
					connection.close();
				}
			}
			this.relay.refuseNew(true);
			assertIsNoLostClient(() -> Jdbc.execute(dataSource.getConnection(), "select 1"));
		}
	}

	private static void assertIsNoLostClient(ThrowingCallable work) {
		Throwable failure = Assertions.catchThrowable(work);
		assertThat(DisconnectedClientHelper.isClientDisconnectedException(new IllegalStateException(failure)))
			.as("%s", failure)
			.isFalse();
	}

	/**
	 * Hikari counts what was waited in it, which is a part.
	 */
	@Test
	void aTimeoutTellsTheWholeWait() throws Exception {
		try (ConfigurableApplicationContext application = start("db-pool.size=1", "db-pool.timeout=2s")) {
			DataSource dataSource = application.getBean(DataSource.class);
			Connection holder = dataSource.getConnection();
			holder.setAutoCommit(false);
			Jdbc.execute(holder, "select 1");
			Future<SQLException> borrower = this.threads.submit(() -> failure(dataSource));
			Waiting.await().until(() -> ledger(application).waiting() == 1);
			this.relay.refuseNew(true);
			this.relay.reset();
			assertThatExceptionOfType(SQLException.class).isThrownBy(holder::commit);
			holder.close();
			SQLException failure = borrower.get(1, TimeUnit.MINUTES);
			Matcher matcher = Pattern.compile("request timed out after (\\d+)ms").matcher(failure.getMessage());
			assertThat(matcher.find()).as("%s", failure).isTrue();
			assertThat(Integer.parseInt(matcher.group(1))).isGreaterThanOrEqualTo(1990);
		}
	}

	/**
	 * The rollback goes into a connection that does not answer.
	 */
	@Test
	void theWatcherGoesOnWhileItTakesAConnectionBackThatIsSilent() throws Exception {
		try (ConfigurableApplicationContext application = start("db-pool.size=2",
				"db-pool.lease.release=after-transaction", "db-pool.lease.idle-suspect-after=100ms",
				"spring.datasource.hikari.validation-timeout=2000")) {
			DataSource dataSource = application.getBean(DataSource.class);
			leakTransaction(dataSource);
			this.relay.freeze();
			Waiting.await().until(() -> {
				System.gc();
				return ledger(application).reclaimed() == 1;
			});
			long suspects = ledger(application).suspects();
			try (Connection connection = dataSource.getConnection();
					Statement statement = connection.createStatement()) {
				assertThat(statement.isClosed()).isFalse();
				Waiting.await().until(() -> ledger(application).suspects() > suspects);
				assertThat(ledger(application).reclaimed()).isOne();
			}
			// Within the limit of the rollback its place is free again, and it works.
			Waiting.await().until(() -> ledger(application).leases().isEmpty());
		}
	}

	private static void leakTransaction(DataSource dataSource) throws SQLException {
		Connection connection = dataSource.getConnection();
		connection.setAutoCommit(false);
		Jdbc.execute(connection, "select 1");
	}

	/**
	 * Hikari has no connection in its entry any more after it has evicted it.
	 */
	@Test
	void aTransactionThatCannotBeRolledBackDoesNotKeepItsConnectionFromBeingGivenBack() throws Exception {
		try (ConfigurableApplicationContext application = start("db-pool.size=1",
				"db-pool.lease.release=after-transaction")) {
			DataSource dataSource = application.getBean(DataSource.class);
			Connection connection = dataSource.getConnection();
			connection.setNetworkTimeout(Runnable::run, 60_000);
			Jdbc.execute(connection, "begin");
			this.relay.reset();
			connection.close();
			assertThat(ledger(application).leases()).isEmpty();
			assertThat(application.getBean(DataSource.class)
				.unwrap(HikariDataSource.class)
				.getHikariPoolMXBean()
				.getActiveConnections()).isZero();
			Waiting.await().until(() -> failure(dataSource) == null);
		}
	}

	/**
	 * Maintenance may take longer than a borrower may wait for others.
	 */
	@Test
	void borrowersWaitForASuspendedPoolAsLongAsItTakes() throws Exception {
		try (ConfigurableApplicationContext application = start("db-pool.size=1", "db-pool.timeout=250ms",
				"spring.datasource.hikari.allow-pool-suspension=true")) {
			DataSource dataSource = application.getBean(DataSource.class);
			assertThat((Throwable) failure(dataSource)).isNull();
			HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
			pool.getHikariPoolMXBean().suspendPool();
			List<Future<SQLException>> borrowers = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				borrowers.add(this.threads.submit(() -> failure(dataSource)));
			}
			for (Future<SQLException> borrower : borrowers) {
				assertThatExceptionOfType(TimeoutException.class)
					.isThrownBy(() -> borrower.get(750, TimeUnit.MILLISECONDS));
			}
			pool.getHikariPoolMXBean().resumePool();
			for (Future<SQLException> borrower : borrowers) {
				assertThat((Throwable) borrower.get(1, TimeUnit.MINUTES)).isNull();
			}
		}
	}

	/**
	 * Where two threads each hold one of two server connections and want another, the
	 * pooler would let them wait until the driver gives up.
	 */
	@Test
	void borrowersDoNotBlockEachOtherInThePooler() throws Exception {
		try (Pooler pooler = this.database.fixture().startPooler(PoolerOptions.transactionMode(2));
				ConfigurableApplicationContext application = TestApplication.start(TestApplication.class,
						TestDatabase.with(this.database.properties(pooler), TestApplication.WITHOUT_JPA,
								"db-pool.size=6", "db-pool.timeout=500ms", "db-pool.pooler.pool-size=2"))) {
			DataSource dataSource = application.getBean(DataSource.class);
			try (Connection one = dataSource.getConnection(); Connection other = dataSource.getConnection()) {
				for (Connection connection : new Connection[] { one, other }) {
					connection.setAutoCommit(false);
					Jdbc.execute(connection, "select 1");
				}
				assertThat((Throwable) failure(dataSource)).hasMessageContaining("request timed out")
					.hasMessageContaining("Longest leases of 2");
			}
			assertThat((Throwable) failure(dataSource)).isNull();
		}
	}

	private static SQLException failure(DataSource dataSource) {
		try (Connection connection = dataSource.getConnection()) {
			Jdbc.execute(connection, "select 1");
			return null;
		}
		catch (SQLException ex) {
			return ex;
		}
	}

	private static LeaseLedger ledger(ConfigurableApplicationContext application) throws SQLException {
		return application.getBean(DataSource.class).unwrap(LeasingDataSource.class).ledger();
	}

	private ConfigurableApplicationContext start(String... properties) {
		return TestApplication.start(TestApplication.class,
				TestDatabase.with(new String[] {
						"spring.datasource.url="
								+ this.relay.address().uri(Credentials.APPLICATION, this.database.name()),
						TestApplication.WITHOUT_JPA, "db-pool.max-overflow=0" }, properties));
	}

	@FunctionalInterface
	private interface Work {

		void on(Connection connection, PreparedStatement statement) throws SQLException;

	}

}
