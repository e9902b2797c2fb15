package dev.dbpool.sizing;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.OnExceeded;
import dev.dbpool.Via;
import dev.dbpool.sizing.Demand.Side;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

/**
 * The arithmetic, with the reference numbers of {@code docs/sizing.md} and all its
 * boundaries.
 */
class PoolSizingTests {

	private static final PoolSize TEN_AND_TEN = new PoolSize(10, 10);

	private static final ServerLimits HUNDRED = new ServerLimits(100, 3, 0, -1, -1);

	@Test
	void fourWorkersOfTwentyFillEighty() {
		ConnectionBudget budget = direct(4, 1, "0");
		assertThat(budget.available()).isEqualTo(80);
		assertThat(budget.perProcess()).isEqualTo(20);
		assertThat(budget.inWords(20))
			.isEqualTo("max_connections 100 (from the server) - 20 reserved (db-pool.budget.reserved 20%) = 80 "
					+ "available; (1 replica + 0 surge) x 4 workers = 4 processes: 4 x 20 = 80 <= 80");
		assertThat(explicitly(budget, OnExceeded.FAIL)).isEqualTo(new PoolSizing(TEN_AND_TEN, false, List.of()));
	}

	@Test
	void sixWorkersOfTwentyAreRefused() {
		assertThatExceptionOfType(BudgetExceededException.class)
			.isThrownBy(() -> explicitly(direct(6, 1, "0"), OnExceeded.FAIL))
			.satisfies((ex) -> {
				assertThat(ex.getReason())
					.isEqualTo("The pools of all processes together need more connections than there are. "
							+ "database: 6 x 20 = 120 > 80. "
							+ "max_connections 100 (from the server) - 20 reserved (db-pool.budget.reserved 20%) = 80 "
							+ "available; (1 replica + 0 surge) x 6 workers = 6 processes; "
							+ "size 10 + max-overflow 10 = 20 per process.");
				assertThat(ex.getAction())
					.isEqualTo("Either let each process have at most 13 (for example db-pool.size=10 and "
							+ "db-pool.max-overflow=3), or raise max_connections to 150, or put a transaction pooler "
							+ "in front of the database and set db-pool.pooler.url. "
							+ "db-pool.budget.on-exceeded=warn or shrink starts anyway.");
			});
	}

	@Test
	void twoReplicasOfFourWorkersAreRefused() {
		assertThatExceptionOfType(BudgetExceededException.class)
			.isThrownBy(() -> explicitly(direct(4, 2, "0"), OnExceeded.FAIL))
			.withMessageContaining("8 x 20 = 160 > 80")
			.withMessageContaining("at most 10 (for example db-pool.size=10 and db-pool.max-overflow=0)")
			.withMessageContaining("raise max_connections to 200");
	}

	@Test
	void surgeCountsAsProcesses() {
		assertThat(direct(1, 3, "1").settings().fleet().processes()).isEqualTo(4);
		assertThat(direct(2, 3, "25%").settings().fleet().processes()).isEqualTo(8);
		assertThat(direct(2, 5, "25%").settings().fleet().processes()).isEqualTo(14);
	}

	@ParameterizedTest
	@CsvSource({ "4,10,10", "5,10,6", "6,10,3", "8,10,0", "9,8,0", "10,8,0", "40,2,0", "80,1,0" })
	void defaultsShrinkToFitOverflowFirst(int workers, int size, int overflow) {
		PoolSizing sizing = PoolSizing.decide(direct(workers, 1, "0"), TEN_AND_TEN, false, false, OnExceeded.FAIL);
		assertThat(sizing.size()).isEqualTo(new PoolSize(size, overflow));
		assertThat(sizing.shrunk()).isEqualTo(workers > 4);
		assertThat(sizing.warnings()).isEmpty();
	}

	@Test
	void whatIsSetIsKeptAndTheOtherShrinks() {
		ConnectionBudget budget = direct(8, 1, "0");
		assertThat(PoolSizing.decide(budget, new PoolSize(4, 10), true, false, OnExceeded.FAIL).size())
			.isEqualTo(new PoolSize(4, 6));
		assertThat(PoolSizing.decide(budget, new PoolSize(10, 8), false, true, OnExceeded.FAIL).size())
			.isEqualTo(new PoolSize(2, 8));
		assertThatExceptionOfType(BudgetExceededException.class)
			.isThrownBy(() -> PoolSizing.decide(budget, new PoolSize(11, 10), true, false, OnExceeded.FAIL))
			.withMessageContaining("8 x 11 = 88 > 80");
		assertThatExceptionOfType(BudgetExceededException.class)
			.isThrownBy(() -> PoolSizing.decide(budget, new PoolSize(10, 10), false, true, OnExceeded.FAIL))
			.withMessageContaining("8 x 11 = 88 > 80");
	}

	@Test
	void warnKeepsTheSizesAndSaysSo() {
		PoolSizing sizing = explicitly(direct(6, 1, "0"), OnExceeded.WARN);
		assertThat(sizing.size()).isEqualTo(TEN_AND_TEN);
		assertThat(sizing.warnings()).singleElement().asString().contains("6 x 20 = 120 > 80");
	}

	@Test
	void shrinkTakesTheLargestThatFitsAndSaysSo() {
		PoolSizing sizing = explicitly(direct(6, 1, "0"), OnExceeded.SHRINK);
		assertThat(sizing.size()).isEqualTo(new PoolSize(10, 3));
		assertThat(sizing.shrunk()).isTrue();
		assertThat(sizing.warnings()).singleElement()
			.asString()
			.contains("6 x 20 = 120 > 80")
			.endsWith("The pool shrinks to 10 + 3.");
	}

	@ParameterizedTest
	@EnumSource
	void lessThanOneConnectionForEachProcessIsAlwaysRefused(OnExceeded onExceeded) {
		for (boolean set : new boolean[] { true, false }) {
			assertThatExceptionOfType(BudgetExceededException.class)
				.isThrownBy(() -> PoolSizing.decide(direct(81, 1, "0"), TEN_AND_TEN, set, set, onExceeded))
				.withMessageContaining(set ? "81 x 20 = 1620 > 80" : "81 x 1 = 81 > 80")
				.withMessageEndingWith(
						"With less than one connection for each process the application cannot start at all.");
		}
	}

	@Test
	void aStartingProcessNeedsWhatItsMigrationOpens() {
		ConnectionBudget budget = budget(Via.DIRECT, 50, 1, "0", HUNDRED, null, null, null, 2);
		assertThat(budget.perProcess()).isEqualTo(1);
		assertThatExceptionOfType(BudgetExceededException.class)
			.isThrownBy(() -> PoolSizing.decide(budget, TEN_AND_TEN, false, false, OnExceeded.SHRINK))
			.withMessageContaining("50 x 2 = 100 > 80")
			.withMessageContaining("1 per process, 2 while it migrates")
			.withMessageContaining("raise max_connections to 125");
		ConnectionBudget enough = budget(Via.DIRECT, 40, 1, "0", HUNDRED, null, null, null, 2);
		assertThat(PoolSizing.decide(enough, TEN_AND_TEN, false, false, OnExceeded.FAIL).size())
			.isEqualTo(new PoolSize(2, 0));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			100 | 3 | 0  | -1 | -1 |     | 20% | 80
			100 | 3 | 0  | -1 | -1 | 50  | 20% | 40
			100 | 3 | 0  | -1 | -1 | 500 | 20% | 80
			100 | 3 | 0  | -1 | -1 |     | 0   | 97
			100 | 3 | 30 | -1 | -1 |     | 20% | 67
			100 | 3 | 0  | 30 | -1 |     | 20% | 30
			100 | 3 | 0  | -1 | 25 |     | 20% | 25
			100 | 3 | 0  | 30 | 25 |     | 20% | 25
			100 | 3 | 0  | 90 | 95 |     | 20% | 80
			100 | 3 | 0  | 0  | -1 |     | 20% | 0
			100 | 3 | 0  | -1 | -1 |     | 100 | 0
			100 | 3 | 0  | -1 | -1 |     | 200 | 0
			100 | 3 | 0  | -1 | -1 |     | 100% | 0
			101 | 3 | 0  | -1 | -1 |     | 20% | 80
			1   | 0 | 0  | -1 | -1 |     | 0   | 1
			""")
	void availableIsTheSmallestOfAllLimits(int maximum, int superuser, int reserved, int role, int database,
			@Nullable Integer configured, String reserve, int available) {
		ServerLimits limits = new ServerLimits(maximum, superuser, reserved, role, database);
		assertThat(new ConnectionBudget(
				new BudgetSettings("db-pool", Via.DIRECT, Via.DIRECT, new Fleet(1, 1, new Amount(0, false)), configured,
						Amount.parse("reserved", reserve), limits, false, null, null, 0, Alongside.NONE))
			.available()).isEqualTo(available);
	}

	@Test
	void limitsOfRoleAndDatabaseAreNamedAmongTheWaysOut() {
		ConnectionBudget budget = budget(Via.DIRECT, 4, 1, "0", new ServerLimits(100, 3, 0, 30, 25), null, null, null,
				0);
		assertThatExceptionOfType(BudgetExceededException.class).isThrownBy(() -> explicitly(budget, OnExceeded.FAIL))
			.withMessageContaining("4 x 20 = 80 > 25")
			.withMessageContaining("CONNECTION LIMIT of the role 30, CONNECTION LIMIT of the database 25: 25 available")
			.withMessageContaining(
					"raise the CONNECTION LIMIT of the role to 80 and the CONNECTION LIMIT of the database to 80");
	}

	@Test
	void anUnknownLimitIsNotAssumed() {
		ConnectionBudget budget = budget(Via.DIRECT, 6, 1, "0", null, null, null, null, 0);
		assertThat(budget.available()).isNull();
		assertThat(budget.perProcess()).isNull();
		assertThat(budget.notChecked()).containsExactly("database (max_connections is unknown)");
		assertThat(explicitly(budget, OnExceeded.FAIL).size()).isEqualTo(TEN_AND_TEN);
		assertThat(budget.inWords(20)).isEqualTo("(1 replica + 0 surge) x 6 workers = 6 processes");
	}

	@Test
	void aConfiguredMaximumDoesWithoutTheServer() {
		assertThat(budget(Via.DIRECT, 1, 1, "0", null, 100, null, null, 0).available()).isEqualTo(80);
	}

	@Test
	void aConfiguredMaximumThatEqualsTheServersIsStillTheUsers() {
		assertThat(budget(Via.DIRECT, 1, 1, "0", HUNDRED, 100, null, null, 0).inWords(20))
			.startsWith("max_connections 100 (db-pool.budget.max-connections) - ");
	}

	@Test
	void behindATransactionPoolerThePoolsNeedItsClients() {
		ConnectionBudget budget = budget(Via.TRANSACTION_POOLER, 6, 1, "0", HUNDRED, null, 100, null, 2);
		assertThat(budget.demands(20)).containsExactly(new Demand(Side.POOLER_CLIENTS, 0, 6, 20, 100));
		assertThat(budget.notChecked())
			.containsExactly("server connections of the pooler (db-pool.pooler.pool-size is not set)");
		assertThat(PoolSizing.decide(budget, TEN_AND_TEN, false, false, OnExceeded.FAIL).size())
			.isEqualTo(new PoolSize(10, 6));
		assertThatExceptionOfType(BudgetExceededException.class).isThrownBy(() -> explicitly(budget, OnExceeded.FAIL))
			.withMessageContaining("clients of the pooler: 6 x 20 = 120 > 100")
			.withMessageContaining("let the pooler accept 120 clients");
	}

	@Test
	void behindATransactionPoolerTheDatabaseHoldsThePoolerAndThoseThatStart() {
		ConnectionBudget fits = budget(Via.TRANSACTION_POOLER, 10, 1, "0", HUNDRED, null, null, 60, 2);
		assertThat(fits.demands(20)).containsExactly(new Demand(Side.DATABASE, 60, 10, 2, 80));
		assertThat(explicitly(fits, OnExceeded.FAIL).size()).isEqualTo(TEN_AND_TEN);
		ConnectionBudget exceeded = budget(Via.TRANSACTION_POOLER, 11, 1, "0", HUNDRED, null, null, 60, 2);
		assertThatExceptionOfType(BudgetExceededException.class)
			.isThrownBy(() -> PoolSizing.decide(exceeded, TEN_AND_TEN, false, false, OnExceeded.SHRINK))
			.withMessageContaining("database: 60 + 11 x 2 = 82 > 80")
			.withMessageContaining("let the pooler open fewer server connections")
			.withMessageEndingWith("db-pool.budget.on-exceeded=warn starts anyway.");
		assertThat(PoolSizing.decide(exceeded, TEN_AND_TEN, false, false, OnExceeded.WARN).warnings()).hasSize(1);
	}

	@Test
	void behindASessionPoolerEachClientIsAServerConnection() {
		ConnectionBudget budget = budget(Via.SESSION_POOLER, 4, 1, "0", HUNDRED, null, 200, 15, 2);
		assertThat(budget.demands(5)).containsExactly(new Demand(Side.DATABASE, 0, 4, 5, 80),
				new Demand(Side.POOLER_SERVERS, 0, 4, 5, 15), new Demand(Side.POOLER_CLIENTS, 0, 4, 5, 200));
		assertThat(budget.perProcess()).isEqualTo(3);
		assertThat(PoolSizing.decide(budget, TEN_AND_TEN, false, false, OnExceeded.FAIL).size())
			.isEqualTo(new PoolSize(3, 0));
	}

	@Test
	void doesNotOverflow() {
		ConnectionBudget budget = budget(Via.DIRECT, Integer.MAX_VALUE, 1, "0", HUNDRED, null, null, null, 0);
		assertThatExceptionOfType(BudgetExceededException.class).isThrownBy(
				() -> PoolSizing.decide(budget, new PoolSize(1, Integer.MAX_VALUE - 1), true, true, OnExceeded.FAIL))
			.withMessageContaining("2147483647 x 2147483647 = 4611686014132420609 > 80");
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(() -> new Fleet(2, Integer.MAX_VALUE, new Amount(0, false)))
			.withMessageContaining("more processes than can be counted");
	}

	@ParameterizedTest
	@CsvSource({ "0,1,db-pool.budget.workers is '0'", "1,0,db-pool.budget.replicas is '0'",
			"-1,1,db-pool.budget.workers is '-1'" })
	void refusesAFleetWithoutProcesses(int workers, int replicas, String message) {
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(() -> new Fleet(workers, replicas, new Amount(0, false)))
			.withMessage(message + ", but must be at least 1. Set " + message.substring(0, message.indexOf(' '))
					+ " to 1 or more.");
	}

	@Test
	void othersAreNoProblemWhereThereIsRoom() {
		ConnectionBudget budget = direct(4, 1, "0");
		assertThat(clients(0).warning(budget, 20)).isNull();
		assertThat(clients(17).warning(budget, 20)).isNull();
		assertThat(clients(18).warning(budget, 20)).isEqualTo("Others hold 18 connections ('cron' as batch: 18). "
				+ "Together with the 80 that the processes of this application may need, this is more than the 97 "
				+ "that the database has for ordinary roles (max_connections 100 - 3).");
		assertThat(clients(0).warning(direct(6, 1, "0"), 20)).isNull();
	}

	private static ConnectedClients clients(int others) {
		return new ConnectedClients(List.of(new ConnectedClients.Client("app", "app", 50),
				new ConnectedClients.Client("cron", "batch", others)), Set.of("app"), Set.of("app"));
	}

	/**
	 * Whatever was asked for and whatever shrank, what all processes together may open
	 * fits, and leaves to others what is reserved for them.
	 */
	@Test
	void noCombinationExceedsTheBudget() {
		int[] maximums = { 1, 5, 60, 97, 100, 500 };
		String[] reserves = { "0", "3", "20%", "33%" };
		int[] workers = { 1, 2, 3, 7, 16 };
		int[] replicas = { 1, 3, 10 };
		String[] surges = { "0", "1", "25%" };
		int accepted = 0;
		int[] radix = { maximums.length, reserves.length, workers.length, replicas.length, surges.length, 3 };
		for (int n = 0; n < product(radix); n++) {
			int[] pick = digits(n, radix);
			accepted += check(maximums[pick[0]], Amount.parse("reserved", reserves[pick[1]]),
					new Fleet(workers[pick[2]], replicas[pick[3]], Amount.parse("surge", surges[pick[4]])), pick[5]);
		}
		assertThat(accepted).isGreaterThan(50_000);
	}

	private static int check(int maximum, Amount reserve, Fleet fleet, int share) {
		ConnectionBudget budget = new ConnectionBudget(new BudgetSettings("db-pool", Via.DIRECT, Via.DIRECT, fleet,
				null, reserve, new ServerLimits(maximum, 0, 0, -1, -1), false, null, null, share, Alongside.NONE));
		int[] sizes = { 1, 2, 10, 50 };
		int[] overflows = { 0, 1, 10 };
		int accepted = 0;
		int[] radix = { sizes.length, overflows.length, 2, 2, 2 };
		for (int n = 0; n < product(radix); n++) {
			int[] pick = digits(n, radix);
			PoolSize asked = new PoolSize(sizes[pick[0]], overflows[pick[1]]);
			try {
				PoolSize decided = PoolSizing
					.decide(budget, asked, pick[2] == 0, pick[3] == 0,
							(pick[4] == 0) ? OnExceeded.FAIL : OnExceeded.SHRINK)
					.size();
				long needed = (long) fleet.processes() * Math.max(decided.maximum(), share);
				boolean fits = needed <= budget.available() && needed + reserve.of(maximum) <= maximum
						&& decided.size() >= 1 && decided.size() <= asked.size() && decided.maxOverflow() >= 0
						&& decided.maxOverflow() <= asked.maxOverflow();
				if (!fits) {
					fail("%s became %s in %s".formatted(asked, decided, budget.inWords(decided.maximum())));
				}
				accepted++;
			}
			catch (BudgetExceededException ex) {
				// Also good: no process starts.
			}
		}
		return accepted;
	}

	private static int product(int[] radix) {
		return Arrays.stream(radix).reduce(1, (product, factor) -> product * factor);
	}

	private static int[] digits(int number, int[] radix) {
		int[] digits = new int[radix.length];
		int rest = number;
		for (int i = 0; i < radix.length; i++) {
			digits[i] = rest % radix[i];
			rest /= radix[i];
		}
		return digits;
	}

	/**
	 * Each client of a session pooler is a client of it and one of its server
	 * connections.
	 */
	@ParameterizedTest
	@CsvSource({ "DIRECT,1", "SESSION_POOLER,2" })
	void whatMigratesThroughASessionPoolerCountsThere(Via migrationVia, int perProcess) {
		BudgetSettings settings = new BudgetSettings("db-pool", Via.SESSION_POOLER, migrationVia,
				new Fleet(4, 1, new Amount(0, false)), null, new Amount(20, true), HUNDRED, false, 50, 15, 2,
				Alongside.NONE);
		assertThat(new ConnectionBudget(settings).demands(1)).containsExactly(
				new Demand(Demand.Side.DATABASE, 0, 4, 2, 80),
				new Demand(Demand.Side.POOLER_SERVERS, 0, 4, perProcess, 15),
				new Demand(Demand.Side.POOLER_CLIENTS, 0, 4, perProcess, 50));
	}

	private static PoolSizing explicitly(ConnectionBudget budget, OnExceeded onExceeded) {
		return PoolSizing.decide(budget, TEN_AND_TEN, true, true, onExceeded);
	}

	private static ConnectionBudget direct(int workers, int replicas, String surge) {
		return budget(Via.DIRECT, workers, replicas, surge, HUNDRED, null, null, null, 0);
	}

	private static ConnectionBudget budget(Via via, int workers, int replicas, String surge,
			@Nullable ServerLimits limits, @Nullable Integer configured, @Nullable Integer clients,
			@Nullable Integer poolSize, int share) {
		return new ConnectionBudget(new BudgetSettings("db-pool", via, Via.DIRECT,
				new Fleet(workers, replicas, Amount.parse("surge", surge)), configured, new Amount(20, true), limits,
				false, clients, poolSize, share, Alongside.NONE));
	}

}
