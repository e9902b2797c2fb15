package dev.dbpool.lease;

import java.lang.ref.Reference;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import dev.dbpool.Release;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.monitor.MonitorByClock;
import dev.dbpool.monitor.PoolMonitors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the application forgets to close, or keeps for long.
 */
@ExtendWith(OutputCaptureExtension.class)
class LeakIT {

	private static final String HELD = "A connection has been held for a long time: ";

	private static final String TAKEN_BACK = "Reclaimed a connection that was never closed and has become unreachable: ";

	/**
	 * Later than what ends by itself.
	 */
	private static final String SOON = "500ms";

	private static final String SUSPECT_SOON = "db-pool.lease.suspect-after=" + SOON;

	private static final String IDLE_SOON = "db-pool.lease.idle-suspect-after=" + SOON;

	private static final String NEVER_SUSPECT = "db-pool.lease.suspect-after=1d";

	private static final String NEVER_IDLE = "db-pool.lease.idle-suspect-after=1d";

	private LeasingApplication application;

	@AfterEach
	void stop() {
		this.application.close();
	}

	@ParameterizedTest
	@SetUp.AfterTransaction
	void connectionsThatAreNeverClosedHoldNothing(SetUp setUp) throws SQLException {
		start(setUp, 5);
		List<Connection> connections = new ArrayList<>();
		for (int round = 0; round < 2; round++) {
			for (int i = 0; i < 1000; i++) {
				if (round == 0) {
					connections.add(this.application.connect());
				}
				assertThat(Jdbc.text(connections.get(i), "select " + i)).isEqualTo(String.valueOf(i));
			}
			assertThat(this.application.ledger().leases()).isEmpty();
		}
		for (Connection connection : connections) {
			assertThat(connection.isClosed()).isFalse();
		}
		assertThat(this.application.ledger().reclaimed()).isZero();
		this.application.assertIsWhole();
	}

	@ParameterizedTest
	@SetUp.AfterTransaction
	void openStatementIsReportedOnceAndTakenBackWhenNobodyCanUseIt(SetUp setUp, CapturedOutput output)
			throws SQLException {
		start(setUp, 2, IDLE_SOON);
		List<Object> kept = new ArrayList<>(leakStatement());
		assertThat(this.application.ledger().leases()).singleElement().satisfies((lease) -> {
			assertThat(lease.owner()).isEqualTo(Thread.currentThread().getName());
			assertThat(lease.state()).isEqualTo(LeaseState.PINNED);
			assertThat(lease.pin()).isEqualTo("open statement");
			assertThat(lease.age()).isPositive();
			assertThat(lease.idle()).isPositive();
			assertThat(lease.statements()).isEqualTo(1);
			assertThat(lease.lastSql()).isEqualTo("select ?");
		});
		Waiting.await().until(() -> this.application.ledger().suspects() == 1);
		assertThat(this.application.ledger().leases()).singleElement()
			.extracting(LeaseSnapshot::suspect)
			.isEqualTo(true);
		kept.addAll(leakStatement());
		Waiting.await().until(() -> this.application.ledger().suspects() == 2);
		// While it can be used it stays, however many collections there are.
		look();
		assertThat(this.application.ledger().leases()).hasSize(2);
		assertThat(this.application.ledger().reclaimed()).isZero();
		Reference.reachabilityFence(kept);
		kept.clear();
		awaitReclaimed(2);
		this.application.assertIsWhole();
		assertThat(await(output, HELD, 1)).singleElement()
			.asString()
			.contains(Thread.currentThread().getName())
			.contains("pinned by open statement, last SQL: select ?")
			.doesNotContain("Secret");
		assertThat(await(output, TAKEN_BACK, 1)).singleElement()
			.asString()
			.contains("pinned by open statement, last SQL: select ?");
	}

	/**
	 * The pool knows nothing of one that SQL began.
	 */
	@ParameterizedTest
	@SetUp.AfterTransaction
	void openTransactionIsRolledBackWhenNobodyCanEndIt(SetUp setUp) throws SQLException {
		start(setUp, 1);
		this.application.jdbc().execute("create table kept (id int)");
		for (boolean sql : new boolean[] { false, true }) {
			long reclaimed = this.application.ledger().reclaimed();
			leakTransaction(sql);
			assertThat(this.application.ledger().leases()).singleElement()
				.extracting(LeaseSnapshot::state)
				.isEqualTo(LeaseState.IN_TRANSACTION);
			awaitReclaimed(reclaimed + 1);
			// Whoever comes next.
			try (Connection connection = this.application.connect()) {
				assertThat(Jdbc.text(connection, "select pg_current_xact_id_if_assigned()")).isNull();
				assertThat(Jdbc.text(connection, "select count(*) from kept")).isEqualTo("0");
			}
			assertThat(this.application.rows("kept")).isZero();
			this.application.assertIsWhole();
		}
	}

	@ParameterizedTest
	@SetUp.AfterTransaction
	void streamOfSpringThatNobodyClosesIsTakenBack(SetUp setUp) throws SQLException {
		start(setUp, 1);
		assertThat(leakStream()).isEqualTo(1);
		assertThat(this.application.ledger().leases()).hasSize(1);
		awaitReclaimed(1);
		this.application.assertIsWhole();
	}

	/**
	 * What is reachable is the result alone, and then the statement alone.
	 */
	@ParameterizedTest
	@SetUp.AfterTransaction
	void rowsThatAreReadKeepTheirConnection(SetUp setUp) throws SQLException {
		start(setUp, 1, IDLE_SOON);
		ResultSet rows = openRows();
		look();
		assertThat(rows.next()).isTrue();
		assertThat(rows.getInt(1)).isEqualTo(1);
		Statement statement = rows.getStatement();
		rows = null;
		look();
		assertThat(this.application.ledger().reclaimed()).isZero();
		try (ResultSet more = statement.executeQuery("select 3")) {
			assertThat(more.next()).isTrue();
		}
		statement.getConnection().close();
		this.application.assertIsWhole();
	}

	@Test
	void sessionThatListensIsNeverTakenBack() throws Exception {
		start(SetUp.DIRECT, 2, IDLE_SOON);
		PGConnection listener = listen();
		look();
		assertThat(this.application.ledger().reclaimed()).isZero();
		assertThat(this.application.ledger().leases()).singleElement()
			.extracting(LeaseSnapshot::pin)
			.isEqualTo("unwrapped PGConnection");
		this.application.jdbc().execute("notify news, 'all is well'");
		PGNotification[] notifications = listener.getNotifications(60_000);
		assertThat(notifications).singleElement().extracting(PGNotification::getParameter).isEqualTo("all is well");
		look();
		assertThat(this.application.ledger().reclaimed()).isZero();
		assertThat(listener.getBackendPID()).isPositive();
	}

	@ParameterizedTest
	@EnumSource(names = { "AFTER_TRANSACTION", "ON_CLOSE" })
	void sessionThatListensIsNoSuspect(Release release, CapturedOutput output) throws Exception {
		start(SetUp.DIRECT, 2, IDLE_SOON, "db-pool.lease.release=" + release.name());
		try (Connection listener = this.application.connect()) {
			Jdbc.execute(listener, "listen news");
			PGConnection notifications = listener.unwrap(PGConnection.class);
			// Later than the other one.
			suspect("select 1");
			assertThat(this.application.ledger().suspects()).isEqualTo(1);
			assertThat(this.application.ledger().leases()).singleElement()
				.extracting(LeaseSnapshot::lastSql, LeaseSnapshot::suspect)
				.containsExactly("listen news", false);
			this.application.jdbc().execute("notify news, 'all is well'");
			assertThat(notifications.getNotifications(60_000)).hasSize(1);
		}
		assertThat(await(output, HELD, 1)).singleElement().asString().contains("last SQL: select ?");
	}

	@Test
	void whoMayListenBehindAPoolerReadsThatNothingArrives(CapturedOutput output) throws Exception {
		start(SetUp.POOLED, 1, IDLE_SOON, "db-pool.lease.capture-stacks=never");
		try (Connection listener = this.application.connect()) {
			PGConnection notifications = listener.unwrap(PGConnection.class);
			try (Statement statement = ((Connection) notifications).createStatement()) {
				statement.execute("listen news");
			}
			assertThat(await(output, HELD, 1)).singleElement()
				.asString()
				.contains("pinned by unwrapped PGConnection")
				.endsWith(". If it waits for notifications: behind a transaction pooler none arrive. "
						+ "Listen on the data source qualified @DirectDataSource");
			assertThat(notifications.getNotifications()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void longAndIdleLeasesAreSuspects(boolean idle, CapturedOutput output) throws SQLException {
		start(SetUp.DIRECT, 1, idle ? IDLE_SOON : NEVER_IDLE, idle ? NEVER_SUSPECT : SUSPECT_SOON);
		try (Connection connection = this.application.connect(); Statement statement = connection.createStatement()) {
			statement.execute("select 'Secret', 42");
			Waiting.await().until(() -> this.application.ledger().suspects() == 1);
			LeaseSnapshot lease = this.application.ledger().leases().get(0);
			assertThat(lease.suspect()).isTrue();
			assertThat(lease.inWords()).contains("last SQL: select ?, ?");
		}
		assertThat(await(output, HELD, 1)).singleElement().asString().contains("last SQL: select ?, ?");
		assertThat(output).doesNotContain("Secret");
	}

	@Test
	void aTextOfAnySizeDoesNotEndTheWatcher(CapturedOutput output) throws SQLException {
		start(SetUp.DIRECT, 1, IDLE_SOON);
		suspect("select '" + "Secret".repeat(20_000) + "'");
		suspect("select 1, 2");
		assertThat(await(output, HELD, 2)).anySatisfy((line) -> assertThat(line).contains("last SQL: select ?..."))
			.anySatisfy((line) -> assertThat(line).contains("last SQL: select ?, ?"));
		assertThat(output).doesNotContain("Secret");
	}

	/**
	 * One lease cannot be looked at, nor can the application.
	 */
	@Test
	void theWatcherGoesOnWhateverItMeets(CapturedOutput output) throws Exception {
		start(SetUp.DIRECT, 2, IDLE_SOON);
		this.application.context().getBean(PoolMonitors.class).close();
		try (Connection connection = this.application.connect()) {
			Thread owner = new Unwatchable(connection);
			owner.start();
			owner.join(60_000);
			assertThat(this.application.ledger().leases()).hasSize(1);
			try (PoolMonitors monitors = MonitorByClock.start(this.application.unwrap(LeasingDataSource.class), () -> {
				throw new StackOverflowError("the clock fails");
			})) {
				assertThat(monitors.all()).hasSize(1);
				suspect("select 1, 2");
				suspect("select 1, 2, 3");
			}
		}
		assertThat(lines(output, HELD)).hasSize(2);
		assertThat(lines(output, "The watcher goes on")).hasSize(2)
			.anySatisfy((line) -> assertThat(line).contains("StackOverflowError: the clock fails"))
			.anySatisfy((line) -> assertThat(line).contains("LinkageError: no stack"));
	}

	@Test
	void othersAreNoSuspects(CapturedOutput output) throws SQLException {
		start(SetUp.DIRECT, 2, NEVER_IDLE, NEVER_SUSPECT);
		try (Connection connection = this.application.connect(); Statement statement = connection.createStatement()) {
			statement.execute("select 1");
			look();
		}
		assertThat(this.application.ledger().suspects()).isZero();
		assertThat(output).doesNotContain(HELD);
	}

	@Test
	void eachKindOfOccasionIsReportedOnce(CapturedOutput output) throws SQLException {
		start(SetUp.DIRECT, 4, IDLE_SOON);
		suspect("select 1");
		suspect("select 2");
		suspect("select 1, 2");
		TransactionTemplate transaction = new TransactionTemplate(
				new JdbcTransactionManager(this.application.dataSource()));
		transaction.setName("Chats.save");
		transaction.executeWithoutResult((status) -> {
			long suspects = this.application.ledger().suspects();
			this.application.jdbc().execute("select 1");
			Waiting.await().until(() -> this.application.ledger().suspects() > suspects);
		});
		assertThat(this.application.ledger().suspects()).isEqualTo(4);
		assertThat(await(output, HELD, 3)).hasSize(3)
			.anySatisfy((line) -> assertThat(line).endsWith("last SQL: select ?; its thread was at"))
			.anySatisfy((line) -> assertThat(line).endsWith("last SQL: select ?, ?; its thread was at"))
			.anySatisfy((line) -> assertThat(line).contains(" in Chats.save for ").contains("in transaction"));
	}

	@Test
	void withoutStacks(CapturedOutput output) throws SQLException {
		start(SetUp.DIRECT, 1, IDLE_SOON, "db-pool.lease.capture-stacks=never");
		LeaseSnapshot lease = suspect("select 1");
		assertThat(lease.acquired()).isEmpty();
		assertThat(lease.sample()).isEmpty();
		assertThat(await(output, HELD, 1)).singleElement().asString().endsWith("last SQL: select ?");
		assertThat(output).doesNotContain("its thread was at").doesNotContain("acquired at");
	}

	@Test
	void withTheStackOfASuspect(CapturedOutput output) throws SQLException {
		start(SetUp.DIRECT, 1, IDLE_SOON, "db-pool.lease.capture-stacks=after-suspect");
		LeaseSnapshot lease = suspect("select 1");
		assertThat(lease.acquired()).isEmpty();
		assertThat(lease.sample()).extracting(StackTraceElement::getMethodName)
			.contains("suspect", "withTheStackOfASuspect");
		await(output, HELD, 1);
		assertThat(output).contains("its thread was at" + System.lineSeparator() + "\tat ")
			.contains("LeakIT.withTheStackOfASuspect(LeakIT.java:")
			.doesNotContain("acquired at");
	}

	@Test
	void withTheStackOfEachAcquisition(CapturedOutput output) throws SQLException {
		start(SetUp.DIRECT, 1, IDLE_SOON, "db-pool.lease.capture-stacks=always");
		LeaseSnapshot lease = suspect("select 1");
		assertThat(lease.acquired()).extracting(StackTraceElement::getMethodName)
			.contains("createStatement", "suspect", "withTheStackOfEachAcquisition");
		await(output, HELD, 1);
		assertThat(output).contains("acquired at" + System.lineSeparator() + "\tat ")
			.contains("LeakIT.withTheStackOfEachAcquisition(LeakIT.java:")
			.doesNotContain("its thread was at");
	}

	private void start(SetUp setUp, int size, String... properties) {
		this.application = setUp.start(size, TestDatabase.with(properties, "db-pool.timeout=60s"));
		// Hikari starts with its first use.
		this.application.jdbc().execute("select 1");
	}

	/**
	 * Leaves a statement open.
	 * @return what keeps it reachable
	 */
	private List<Object> leakStatement() throws SQLException {
		Connection connection = this.application.connect();
		Statement statement = connection.createStatement();
		statement.executeQuery("select 'Secret'");
		return List.of(statement);
	}

	private void leakTransaction(boolean sql) throws SQLException {
		Connection connection = this.application.connect();
		if (sql) {
			Jdbc.execute(connection, "begin");
		}
		else {
			connection.setAutoCommit(false);
		}
		Jdbc.execute(connection, "insert into kept values (1)");
	}

	private int leakStream() {
		Iterator<Integer> numbers = this.application.jdbc()
			.queryForStream("select generate_series(1, 3)", (row, number) -> row.getInt(1))
			.iterator();
		return numbers.next();
	}

	private ResultSet openRows() throws SQLException {
		Connection connection = this.application.connect();
		return connection.createStatement().executeQuery("select generate_series(1, 3)");
	}

	private PGConnection listen() throws SQLException {
		PGConnection listener = this.application.connect().unwrap(PGConnection.class);
		try (Statement statement = ((Connection) listener).createStatement()) {
			statement.execute("listen news");
		}
		return listener;
	}

	/**
	 * Looks at the leases as often as it takes to take one back.
	 */
	private void look() {
		for (int i = 0; i < 4; i++) {
			System.gc();
			this.application.ledger().watch();
		}
	}

	private void awaitReclaimed(long count) {
		Waiting.await().until(() -> {
			System.gc();
			return this.application.ledger().reclaimed() == count && this.application.ledger().leases().isEmpty();
		});
	}

	/**
	 * Holds a lease until it is a suspect.
	 */
	private LeaseSnapshot suspect(String sql) throws SQLException {
		long before = this.application.ledger().suspects();
		try (Connection connection = this.application.connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
			Waiting.await().until(() -> this.application.ledger().suspects() > before);
			return this.application.ledger().leases().get(0);
		}
	}

	/**
	 * The lines with a report, of which there must be as many in the end. The report
	 * follows the count.
	 */
	private static List<String> await(CapturedOutput output, String text, int count) {
		Waiting.await().until(() -> lines(output, text).size() >= count);
		return lines(output, text);
	}

	private static List<String> lines(CapturedOutput output, String text) {
		return output.toString().lines().filter((line) -> line.contains(text)).toList();
	}

	/**
	 * Leaves a statement open, and does not show what it is doing.
	 */
	private static final class Unwatchable extends Thread {

		private final Connection connection;

		Unwatchable(Connection connection) {
			this.connection = connection;
		}

		@Override
		public void run() {
			try {
				this.connection.createStatement().execute("select 1");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public StackTraceElement[] getStackTrace() {
			throw new LinkageError("no stack");
		}

	}

}
