package dev.dbpool.lease;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.CaptureStacks;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many threads, few connections, and sessions that are killed at random. Half of the
 * callers are sloppy: they ignore that a statement failed, and commit.
 */
class LeaseStressIT {

	private static final int THREADS = 24;

	private static final int SIZE = 3;

	private static final long KILL_MILLIS = 60;

	/**
	 * For how long the first test goes on, on each setUp; the others take a third of
	 * that. The system property makes it more.
	 */
	private static final long SECONDS = Long.getLong("stress.seconds", 12);

	private static final long SEED = Long.getLong("stress.seed", System.nanoTime());

	/**
	 * Hikari tells of each connection that was killed, with a stack trace.
	 */
	private static final String QUIET = "logging.level.com.zaxxer.hikari=error";

	private static final String CREATE = "create table stress (transaction bigint, part int, primary key (transaction, part))";

	private static final String IN_FORCE = "select pg_backend_pid(), current_setting('transaction_isolation'), "
			+ "current_setting('transaction_read_only')";

	private static final Map<Integer, String> LEVELS = Map.of(Connection.TRANSACTION_READ_COMMITTED, "read committed",
			Connection.TRANSACTION_REPEATABLE_READ, "repeatable read", Connection.TRANSACTION_SERIALIZABLE,
			"serializable");

	/**
	 * Another thread has closed the connection.
	 */
	private static final String CLOSED = "08003";

	private final ExecutorService others = Executors.newFixedThreadPool(2);

	private final AtomicLong transactions = new AtomicLong();

	private final AtomicInteger kills = new AtomicInteger();

	private final AtomicInteger losses = new AtomicInteger();

	private final Queue<String> violations = new ConcurrentLinkedQueue<>();

	/**
	 * Transactions whose commit returned.
	 */
	private final Set<Long> committed = ConcurrentHashMap.newKeySet();

	private boolean killing = true;

	private volatile boolean over;

	@AfterEach
	void stopOthers() {
		this.others.shutdownNow();
	}

	@ParameterizedTest
	@SetUp.AfterTransaction
	void nothingIsHalfDoneOrLostAndNobodyGetsWhatOthersAskedFor(SetUp setUp) throws Exception {
		try (LeasingApplication application = setUp.trusting(SIZE, QUIET, "db-pool.timeout=60s")) {
			createTable(application);
			run(application, THREADS, SECONDS, (random) -> new Caller(application, random)::run);
			assertNoViolation();
			assertThat(this.committed).isNotEmpty();
			assertThat(this.kills).hasPositiveValue();
			assertThat(this.losses).as("transactions that were hit").hasPositiveValue();
			assertPairsAreWhole(rows(application.database()));
			application.assertIsWhole();
		}
	}

	/**
	 * Callers that do not go on after a failure: a driver that fails without the server's
	 * knowing it leaves a transaction that could be committed.
	 */
	@ParameterizedTest
	@EnumSource
	void nothingIsHalfDoneOrLostWhateverTheDriverThrows(ThrowingDriver.Kind kind) throws Exception {
		TestDatabase database = TestDatabase.create();
		ThrowingDriver driver = new ThrowingDriver(database);
		try (HikariDataSource pool = driver.pool(SIZE)) {
			LeasingDataSource dataSource = new LeasingDataSource(pool, pool,
					ConnectionRules.direct(true, SqlCheck.NONE),
					new LeaseSettings(Duration.ofMinutes(5), Duration.ofMinutes(5), CaptureStacks.NEVER));
			try (Connection connection = database.connect()) {
				Jdbc.execute(connection, CREATE);
			}
			this.killing = false;
			run(null, THREADS, SECONDS / 6, (random) -> () -> {
				driver.failAt(1 + random.nextInt(60), kind);
				long transaction = this.transactions.incrementAndGet();
				try (Connection connection = dataSource.getConnection()) {
					pair(connection, transaction, random);
				}
				catch (SQLException | IllegalStateException | LinkageError ex) {
					this.losses.incrementAndGet();
				}
				finally {
					driver.disarm();
				}
			});
			this.others.shutdown();
			assertThat(this.others.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
			assertNoViolation();
			assertThat(this.committed).isNotEmpty();
			assertThat(this.losses).as("transactions that were hit").hasPositiveValue();
			assertPairsAreWhole(rows(database));
			assertThat(dataSource.ledger().leases()).isEmpty();
			assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
			driver.failAt(Integer.MAX_VALUE, kind);
			for (int i = 0; i < SIZE; i++) {
				// None of them blocks a place.
				Connection connection = dataSource.getConnection();
				connection.setAutoCommit(false);
				assertThat(Jdbc.text(connection, "select 1")).isEqualTo("1");
			}
			assertThat(dataSource.ledger().leases()).hasSize(SIZE);
		}
	}

	/**
	 * Two rows in a transaction, while now and then another thread closes or aborts the
	 * connection.
	 */
	private void pair(Connection connection, long transaction, Random random) throws SQLException {
		connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		connection.setAutoCommit(false);
		Jdbc.execute(connection, "insert into stress values (" + transaction + ", 1)");
		meddle(connection, random);
		Jdbc.execute(connection, "insert into stress values (" + transaction + ", 2)");
		meddle(connection, random);
		if (random.nextBoolean()) {
			connection.commit();
		}
		else {
			connection.setAutoCommit(true);
		}
		this.committed.add(transaction);
	}

	private void meddle(Connection connection, Random random) {
		switch (random.nextInt(24)) {
			case 0 -> this.others.execute(() -> {
				try {
					connection.close();
				}
				catch (SQLException | Error ex) {
					// The thread that works with it is told.
				}
			});
			case 1 -> this.others.execute(() -> {
				try {
					connection.abort(Runnable::run);
				}
				catch (SQLException ex) {
					// The thread that works with it is told.
				}
			});
			default -> {
			}
		}
	}

	@ParameterizedTest
	@SetUp.AfterTransaction
	void threadsOnOneConnectionLoseNothing(SetUp setUp) throws Exception {
		try (LeasingApplication application = setUp.trusting(SIZE, QUIET, "db-pool.timeout=60s");
				Connection connection = application.connect()) {
			createTable(application);
			// Killed sessions would be no error of ours, and hide one.
			this.killing = false;
			run(application, 6, SECONDS / 3, (random) -> () -> {
				long transaction = this.transactions.incrementAndGet();
				try (PreparedStatement statement = connection.prepareStatement("insert into stress values (?, ?)")) {
					statement.setLong(1, transaction);
					statement.setInt(2, 1);
					statement.executeUpdate();
					if (random.nextBoolean()) {
						Jdbc.text(connection, "select 1");
					}
					statement.setInt(2, 2);
					statement.executeUpdate();
				}
				this.committed.add(transaction);
			});
			assertNoViolation();
			assertThat(rows(application.database()).keySet()).containsExactlyInAnyOrderElementsOf(this.committed);
			assertThat(application.ledger().leases()).isEmpty();
			assertThat(application.pool().getHikariPoolMXBean().getActiveConnections()).isZero();
			assertThat(Jdbc.text(connection, "select 1")).isEqualTo("1");
			application.assertIsWhole();
		}
	}

	@ParameterizedTest
	@SetUp.AfterTransaction
	void threadsOnOneConnectionHoldNothingAfterItsSessionsWereKilled(SetUp setUp) throws Exception {
		try (LeasingApplication application = setUp.trusting(SIZE, QUIET, "db-pool.timeout=60s");
				Connection connection = application.connect()) {
			run(application, 6, SECONDS / 3, (random) -> () -> {
				try {
					Jdbc.text(connection, "select 1");
				}
				catch (SQLException ex) {
					explain(ex, false);
				}
			});
			assertNoViolation();
			assertThat(this.kills).hasPositiveValue();
			assertThat(application.ledger().leases()).isEmpty();
			application.assertIsWhole();
		}
	}

	/**
	 * Works in many threads, each with what the factory makes for it, while sessions are
	 * killed.
	 */
	private void run(@Nullable LeasingApplication application, int threads, long seconds, Factory factory)
			throws Exception {
		ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
		ExecutorService callers = Executors.newFixedThreadPool(threads);
		try (Connection connection = PgFixture.get().connect("postgres", Credentials.SUPERUSER)) {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				Work work = factory.create(new Random(SEED + i));
				running.add(callers.submit(() -> {
					while (!this.over) {
						work.run();
					}
					return null;
				}));
			}
			if (this.killing && application != null) {
				Random random = new Random(SEED - 1);
				killer.scheduleAtFixedRate(() -> kill(application, connection, random), KILL_MILLIS, KILL_MILLIS,
						TimeUnit.MILLISECONDS);
			}
			killer.schedule(() -> this.over = true, seconds, TimeUnit.SECONDS);
			for (Future<?> one : running) {
				try {
					one.get(seconds + 180, TimeUnit.SECONDS);
				}
				catch (ExecutionException ex) {
					violate("a thread failed: " + stackTrace(ex.getCause()));
				}
			}
			killer.shutdown();
			assertThat(killer.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			this.over = true;
			killer.shutdownNow();
			callers.shutdownNow();
		}
	}

	/**
	 * Kills one of the application's sessions.
	 */
	private void kill(LeasingApplication application, Connection superuser, Random random) {
		try (PreparedStatement statement = superuser
			.prepareStatement("select pg_terminate_backend(pid) from (select pid from pg_stat_activity "
					+ "where datname = ? and usename = ? order by pid offset ? limit 1) session")) {
			statement.setString(1, application.database().name());
			statement.setString(2, Credentials.APPLICATION.username());
			statement.setInt(3, random.nextInt(SIZE));
			try (ResultSet rows = statement.executeQuery()) {
				this.kills.addAndGet(rows.next() ? 1 : 0);
			}
		}
		catch (SQLException ex) {
			violate("could not kill: " + ex);
		}
	}

	/**
	 * Says what is wrong with a failure if anything is.
	 * @return whether a connection was lost
	 */
	private boolean explain(SQLException ex, boolean readOnly) {
		String state = (ex.getSQLState() != null) ? ex.getSQLState() : "";
		if (state.startsWith("08") || state.startsWith("57P")) {
			this.losses.incrementAndGet();
			return true;
		}
		if ("Connection is closed".equals(ex.getMessage())
				|| String.valueOf(ex.getMessage()).startsWith("Wrapped connection is not an instance")) {
			// Hikari's words for a connection that it knows to be broken, or that was
			// evicted while it was handed out.
			this.losses.incrementAndGet();
			return true;
		}
		boolean expected = switch (state) {
			// Serialization failures, and what follows them in a transaction.
			case "40001", "25P02" -> true;
			// Another thread has closed the connection, and with it what was open.
			case "55000" -> true;
			case "25006" -> readOnly;
			default -> false;
		};
		if (!expected) {
			violate(stackTrace(ex));
		}
		return false;
	}

	private static String stackTrace(Throwable ex) {
		StringWriter text = new StringWriter();
		ex.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private void violate(String text) {
		this.violations.add(text);
	}

	private void assertNoViolation() {
		assertThat(this.violations)
			.as("%d violations in %d transactions, %d committed, with %d kills; first of them; -Dstress.seed=%d",
					this.violations.size(), this.transactions.get(), this.committed.size(), this.kills.get(), SEED)
			.isEmpty();
	}

	private void assertPairsAreWhole(Map<Long, Integer> rows) {
		rows.forEach((transaction, count) -> {
			if (count != 2) {
				violate("transaction " + transaction + " has " + count + " rows");
			}
		});
		this.committed.stream()
			.filter((transaction) -> !rows.containsKey(transaction))
			.forEach((transaction) -> violate("transaction " + transaction + " was committed, and has no rows"));
		assertNoViolation();
	}

	private static void createTable(LeasingApplication application) {
		application.jdbc().execute(CREATE);
	}

	private static Map<Long, Integer> rows(TestDatabase database) throws SQLException {
		Map<Long, Integer> found = new HashMap<>();
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select transaction from stress")) {
			while (rows.next()) {
				found.merge(rows.getLong(1), 1, Integer::sum);
			}
		}
		return found;
	}

	/**
	 * One thread's random work, on a connection that it keeps for a while.
	 */
	private final class Caller {

		private final LeasingApplication application;

		private final Random random;

		Caller(LeasingApplication application, Random random) {
			this.application = application;
			this.random = random;
		}

		void run() throws SQLException {
			try (Connection connection = this.application.connect();
					Reused reused = new Reused(connection, this.random.nextInt(4) == 0)) {
				for (int i = this.random.nextInt(6); i >= 0; i--) {
					if (this.random.nextInt(4) == 0) {
						autoCommit(connection);
					}
					else {
						transaction(connection, reused);
					}
				}
			}
			catch (SQLException ex) {
				if (!CLOSED.equals(ex.getSQLState())) {
					throw ex;
				}
			}
		}

		/**
		 * What was asked for transactions must not reach a statement outside of one.
		 */
		private void autoCommit(Connection connection) throws SQLException {
			long transaction = LeaseStressIT.this.transactions.incrementAndGet();
			try (Statement statement = connection.createStatement()) {
				InForce inForce = InForce.of(statement);
				if (!inForce.isolation().equals("read committed") || inForce.readOnly()) {
					violate("outside of a transaction: " + inForce);
				}
				statement.executeUpdate("insert into stress values (" + transaction + ", 1), (" + transaction + ", 2)");
				LeaseStressIT.this.committed.add(transaction);
			}
			catch (SQLException ex) {
				explain(ex, false);
			}
		}

		private void transaction(Connection connection, Reused reused) throws SQLException {
			long transaction = LeaseStressIT.this.transactions.incrementAndGet();
			boolean readOnly = this.random.nextInt(5) == 0;
			boolean sloppy = this.random.nextBoolean();
			Integer isolation = isolation();
			connection.setReadOnly(readOnly);
			connection.setTransactionIsolation((isolation != null) ? isolation : Connection.TRANSACTION_READ_COMMITTED);
			connection.setAutoCommit(false);
			Progress progress = new Progress(transaction, readOnly, sloppy, isolation);
			try {
				progress.step(() -> progress.look(connection));
				progress.step(() -> reused.insert(transaction, 1));
				progress.step(() -> progress.look(connection));
				progress.step(() -> reused.insert(transaction, 2));
				progress.step(() -> progress.look(connection));
				meddle(connection, this.random);
				if (this.random.nextInt(8) == 0) {
					connection.rollback();
				}
				else {
					connection.commit();
					progress.committed();
				}
			}
			catch (SQLException ex) {
				explain(ex, readOnly);
				rollBack(connection);
			}
			finally {
				end(connection, transaction);
			}
		}

		private void rollBack(Connection connection) {
			try {
				connection.rollback();
			}
			catch (SQLException ex) {
				explain(ex, false);
			}
		}

		private void end(Connection connection, long transaction) {
			try {
				connection.setAutoCommit(true);
				connection.setReadOnly(false);
				connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			}
			catch (SQLException ex) {
				if (!CLOSED.equals(ex.getSQLState())) {
					violate("transaction " + transaction + " did not end: " + stackTrace(ex));
				}
			}
		}

		private @Nullable Integer isolation() {
			return switch (this.random.nextInt(4)) {
				case 0 -> Connection.TRANSACTION_SERIALIZABLE;
				case 1 -> Connection.TRANSACTION_REPEATABLE_READ;
				default -> null;
			};
		}

	}

	/**
	 * How far a transaction has come.
	 */
	private final class Progress {

		private final long transaction;

		private final boolean readOnly;

		private final boolean sloppy;

		private final String isolation;

		private int pid;

		private @Nullable SQLException failure;

		private boolean lost;

		Progress(long transaction, boolean readOnly, boolean sloppy, @Nullable Integer isolation) {
			this.transaction = transaction;
			this.readOnly = readOnly;
			this.sloppy = sloppy;
			this.isolation = LEVELS.get((isolation != null) ? isolation : Connection.TRANSACTION_READ_COMMITTED);
		}

		/**
		 * Does something, whose failure a sloppy caller ignores.
		 */
		void step(Step step) throws SQLException {
			try {
				step.run();
				if (this.lost) {
					violate("transaction " + this.transaction + " went on after " + this.failure);
				}
			}
			catch (SQLException ex) {
				this.failure = ex;
				boolean lost = explain(ex, this.readOnly);
				this.lost = this.lost || lost;
				if (!this.sloppy) {
					throw ex;
				}
			}
		}

		void look(Connection connection) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				InForce inForce = InForce.of(statement);
				if (!inForce.isolation().equals(this.isolation) || inForce.readOnly() != this.readOnly) {
					violate("transaction " + this.transaction + " asked for " + this.isolation + ", read only "
							+ this.readOnly + " and got " + inForce);
				}
				if (this.pid != 0 && this.pid != inForce.pid()) {
					violate("transaction " + this.transaction + " moved from " + this.pid + " to " + inForce.pid());
				}
				this.pid = inForce.pid();
			}
		}

		void committed() {
			if (this.failure == null) {
				LeaseStressIT.this.committed.add(this.transaction);
			}
			else if (this.lost) {
				violate("transaction " + this.transaction + " was committed in spite of " + this.failure);
			}
		}

	}

	/**
	 * A statement for all transactions of a connection, which then has it open between
	 * them, or one for each use.
	 */
	private static final class Reused implements AutoCloseable {

		private static final String SQL = "insert into stress values (?, ?)";

		private final Connection connection;

		private final boolean reuses;

		private @Nullable PreparedStatement statement;

		Reused(Connection connection, boolean reuses) {
			this.connection = connection;
			this.reuses = reuses;
		}

		void insert(long transaction, int part) throws SQLException {
			PreparedStatement statement = (this.statement != null) ? this.statement
					: this.connection.prepareStatement(SQL);
			this.statement = statement;
			try {
				statement.setLong(1, transaction);
				statement.setInt(2, part);
				statement.executeUpdate();
			}
			catch (SQLException ex) {
				close();
				throw ex;
			}
			finally {
				if (!this.reuses) {
					close();
				}
			}
		}

		@Override
		public void close() throws SQLException {
			if (this.statement != null) {
				this.statement.close();
				this.statement = null;
			}
		}

	}

	/**
	 * What the server says of the transaction that it is asked in.
	 */
	private record InForce(int pid, String isolation, boolean readOnly) {

		static InForce of(Statement statement) throws SQLException {
			try (ResultSet rows = statement.executeQuery(IN_FORCE)) {
				rows.next();
				return new InForce(rows.getInt(1), rows.getString(2), rows.getString(3).equals("on"));
			}
		}

	}

	@FunctionalInterface
	private interface Factory {

		Work create(Random random);

	}

	@FunctionalInterface
	private interface Work {

		void run() throws SQLException;

	}

	@FunctionalInterface
	private interface Step {

		void run() throws SQLException;

	}

}
