package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.dbpool.Waiting;
import dev.dbpool.Work;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More requests than connections.
 */
class TurnstileIT {

	private static final int CLIENTS = 200;

	/**
	 * Who was refused comes again, so that the queue stays long.
	 */
	private static final int REQUESTS_EACH = 3;

	/**
	 * A transaction takes 50 ms at the least, so two connections cannot even begin with
	 * all requests before the timeout of 1 s.
	 */
	private static final String TRANSACTION = "select pg_sleep(0.05)";

	private static final Duration MODEL_CALL = Duration.ofMillis(300);

	private static final Pattern WAITED = Pattern.compile("request timed out after (\\d+)ms");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicInteger refused = new AtomicInteger();

	private final AtomicInteger lost = new AtomicInteger();

	private final AtomicInteger served = new AtomicInteger();

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	/**
	 * As with a session that is open in the view.
	 */
	@ParameterizedTest
	@SetUp.AfterTransaction
	void requestOnOneConnectionIsNotLostAfterItsModelCall(SetUp setUp) throws Exception {
		try (LeasingApplication application = setUp.start(2, "db-pool.timeout=1s")) {
			overload(() -> {
				try (Connection connection = application.connect()) {
					serve(() -> transaction(connection));
				}
			});
			assertNoneWasLost(application);
		}
	}

	/**
	 * As with a new connection for each call, in a request or task.
	 */
	@ParameterizedTest
	@SetUp.AfterTransaction
	void workThatOpensAConnectionForEachCallIsNotLostAfterItsModelCall(SetUp setUp) throws Exception {
		try (LeasingApplication application = setUp.start(2, "db-pool.timeout=1s")) {
			JdbcTemplate jdbc = application.jdbc();
			overload(() -> {
				try (Work work = Work.begin(false)) {
					assertThat(work.isContinuing()).isFalse();
					serve(() -> {
						try {
							jdbc.execute(TRANSACTION);
						}
						catch (TransientDataAccessResourceException ex) {
							throw (SQLException) ex.getCause();
						}
					});
				}
			});
			assertNoneWasLost(application);
		}
	}

	/**
	 * A thread that holds a connection and asks for another one, as with REQUIRES_NEW,
	 * keeps one from the others as long as it waits.
	 */
	@Test
	void whoHoldsAConnectionGoesBeforeNewcomers() throws Exception {
		try (LeasingApplication application = SetUp.DIRECT.start(2)) {
			Connection held = begin(application);
			try (Connection outer = begin(application)) {
				List<String> order = new ArrayList<>();
				Future<?> newcomer = this.threads.submit(() -> use(application, order, "newcomer"));
				awaitWaiting(application, 1);
				Thread thread = Thread.currentThread();
				Future<?> release = this.threads.submit(() -> {
					awaitWaiting(application, 2);
					assertThat(application.ledger().waitingContinuing()).isEqualTo(1);
					assertThat(thread.isAlive()).isTrue();
					held.close();
					return null;
				});
				use(application, order, "inner");
				release.get(1, TimeUnit.MINUTES);
				newcomer.get(1, TimeUnit.MINUTES);
				assertThat(order).containsExactly("inner", "newcomer");
				assertThat(outer.isClosed()).isFalse();
			}
			application.assertIsWhole();
		}
	}

	@Test
	void waitInFrontOfThePoolAndInItTogetherTakeNoLongerThanTheTimeout() throws Exception {
		long timeout = 3000;
		try (LeasingApplication application = SetUp.POOLED.validating(2, "db-pool.timeout=" + timeout + "ms")) {
			application.pooler().close();
			List<Future<SQLException>> inThePool = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				inThePool.add(this.threads.submit(() -> failure(application)));
			}
			Waiting.await()
				.until(() -> application.pool().getHikariPoolMXBean().getThreadsAwaitingConnection() == 2
						|| inThePool.stream().anyMatch(Future::isDone));
			List<Future<SQLException>> inFront = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				inFront.add(this.threads.submit(() -> failure(application)));
			}
			for (Future<SQLException> failure : inThePool) {
				assertThat(waited(failure)).isGreaterThanOrEqualTo(timeout);
			}
			// They come to the pool when nothing or little is left of their time.
			for (Future<SQLException> failure : inFront) {
				long waited = waited(failure);
				boolean inFrontOnly = failure.get().getStackTrace()[0].getClassName().contains("AcquisitionTimeout");
				assertThat(waited).as(failure.get().getMessage()).isLessThan(inFrontOnly ? 2 * timeout : timeout);
			}
			assertThat(application.ledger().timeouts()).isEqualTo(6);
			assertThat(application.ledger().waiting()).isZero();
			assertThat(application.ledger().leases()).isEmpty();
		}
	}

	@Test
	void thoseWhoWaitGetInWhenThePoolGrows() throws Exception {
		try (LeasingApplication application = SetUp.DIRECT.start(1, "db-pool.timeout=120s")) {
			try (Connection held = begin(application)) {
				CountDownLatch release = new CountDownLatch(1);
				AtomicInteger inside = new AtomicInteger();
				List<Future<?>> waiting = new ArrayList<>();
				for (int i = 0; i < 3; i++) {
					waiting.add(this.threads.submit(() -> {
						try (Connection connection = begin(application)) {
							inside.incrementAndGet();
							assertThat(release.await(1, TimeUnit.MINUTES)).isTrue();
							return connection.isClosed();
						}
					}));
				}
				awaitWaiting(application, 3);
				application.pool().getHikariConfigMXBean().setMaximumPoolSize(3);
				Waiting.await().until(() -> inside.get() == 2);
				assertThat(application.ledger().leases()).hasSize(3);
				assertThat(application.ledger().waiting()).isEqualTo(1);
				release.countDown();
				for (Future<?> one : waiting) {
					one.get(1, TimeUnit.MINUTES);
				}
				assertThat(held.isClosed()).isFalse();
			}
			application.assertIsWhole();
		}
	}

	@Test
	void leasesRunOutWhenThePoolShrinks() throws Exception {
		try (LeasingApplication application = SetUp.DIRECT.start(3, "db-pool.timeout=120s")) {
			List<Connection> held = List.of(begin(application), begin(application), begin(application));
			application.pool().getHikariConfigMXBean().setMinimumIdle(1);
			application.pool().getHikariConfigMXBean().setMaximumPoolSize(1);
			for (Connection connection : held) {
				Jdbc.execute(connection, "select 1");
				connection.commit();
				connection.close();
			}
			application.assertIsWhole();
			Future<?> second;
			try (Connection connection = begin(application)) {
				second = this.threads.submit(() -> use(application, new ArrayList<>(), "second"));
				awaitWaiting(application, 1);
				assertThat(application.ledger().leases()).hasSize(1);
				assertThat(connection.isClosed()).isFalse();
			}
			second.get(1, TimeUnit.MINUTES);
		}
	}

	private void overload(Request request) throws Exception {
		CyclicBarrier start = new CyclicBarrier(CLIENTS);
		List<Future<?>> clients = new ArrayList<>();
		for (int i = 0; i < CLIENTS; i++) {
			clients.add(this.threads.submit(() -> {
				start.await(2, TimeUnit.MINUTES);
				for (int j = 0; j < REQUESTS_EACH; j++) {
					request.run();
				}
				return null;
			}));
		}
		for (Future<?> one : clients) {
			one.get(2, TimeUnit.MINUTES);
		}
	}

	/**
	 * Two transactions, and a call of a model between them.
	 */
	private void serve(Request transaction) throws SQLException {
		try {
			transaction.run();
		}
		catch (SQLTransientConnectionException ex) {
			this.refused.incrementAndGet();
			return;
		}
		long end = System.nanoTime() + MODEL_CALL.toNanos();
		for (long left = MODEL_CALL.toNanos(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
		try {
			transaction.run();
			this.served.incrementAndGet();
		}
		catch (SQLTransientConnectionException ex) {
			this.lost.incrementAndGet();
		}
	}

	private static void transaction(Connection connection) throws SQLException {
		connection.setAutoCommit(false);
		try {
			Jdbc.execute(connection, TRANSACTION);
			connection.commit();
		}
		finally {
			connection.rollback();
			connection.setAutoCommit(true);
		}
	}

	private void assertNoneWasLost(LeasingApplication application) throws SQLException {
		assertThat(this.refused).as("the load is too small to show anything").hasPositiveValue();
		assertThat(this.served).hasPositiveValue();
		assertThat(this.lost).hasValue(0);
		assertThat(this.refused.get() + this.served.get()).isEqualTo(CLIENTS * REQUESTS_EACH);
		assertThat(application.ledger().timeouts()).isEqualTo(this.refused.get());
		application.assertIsWhole();
	}

	private static Connection begin(LeasingApplication application) throws SQLException {
		Connection connection = application.connect();
		connection.setAutoCommit(false);
		Jdbc.execute(connection, "select 1");
		return connection;
	}

	private static Void use(LeasingApplication application, List<String> order, String name) throws SQLException {
		try (Connection connection = begin(application)) {
			synchronized (order) {
				order.add(name);
			}
			connection.commit();
			return null;
		}
	}

	private static SQLException failure(LeasingApplication application) {
		try (Connection connection = begin(application)) {
			throw new IllegalStateException("The pool still has " + connection);
		}
		catch (SQLException ex) {
			return ex;
		}
	}

	private static long waited(Future<SQLException> failure) throws Exception {
		SQLException ex = failure.get(1, TimeUnit.MINUTES);
		assertThat((Throwable) ex).isInstanceOf(SQLTransientConnectionException.class);
		Matcher waited = WAITED.matcher(ex.getMessage());
		assertThat(waited.find()).as(ex.getMessage()).isTrue();
		return Long.parseLong(waited.group(1));
	}

	private static void awaitWaiting(LeasingApplication application, int count) {
		Waiting.await().until(() -> application.ledger().waiting() == count);
	}

	@FunctionalInterface
	private interface Request {

		void run() throws SQLException;

	}

}
