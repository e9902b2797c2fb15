package dev.dbpool.sizing;

import java.util.ArrayList;
import java.util.List;

import dev.dbpool.OnExceeded;
import dev.dbpool.Via;
import org.jspecify.annotations.Nullable;

/**
 * The size of a process's pool: what was asked for, made to fit the budget.
 *
 * @param size the size
 * @param shrunk whether it is less than what was asked for
 * @param warnings what the user should know
 */
public record PoolSizing(PoolSize size, boolean shrunk, List<String> warnings) {

	/**
	 * Decides. Defaults shrink to fit, overflow first, then size, never below 1. If what
	 * the user set does not fit, {@code onExceeded} decides. A budget of less than one
	 * connection for each process is always refused.
	 * @param budget the budget
	 * @param asked the size that was asked for
	 * @param sizeIsSet whether the user set the size
	 * @param overflowIsSet whether the user set the overflow
	 * @param onExceeded what to do with sizes that do not fit
	 * @return the size to use
	 * @throws BudgetExceededException if none fits, or none may be used
	 */
	public static PoolSizing decide(ConnectionBudget budget, PoolSize asked, boolean sizeIsSet, boolean overflowIsSet,
			OnExceeded onExceeded) {
		Integer perProcess = budget.perProcess();
		PoolSize careful = shrink(asked, budget.cautious(), sizeIsSet, overflowIsSet);
		PoolSize best = shrink(careful, perProcess, sizeIsSet, overflowIsSet);
		List<Demand> exceeded = exceeded(budget, best.maximum());
		if (exceeded.isEmpty()) {
			return new PoolSizing(best, !best.equals(asked), List.of());
		}
		String reason = reason(budget, exceeded, best);
		if (perProcess == null || perProcess >= 1) {
			PoolSize smaller = shrink(asked, perProcess, false, false);
			if (onExceeded == OnExceeded.SHRINK && exceeded(budget, smaller.maximum()).isEmpty()) {
				return new PoolSizing(smaller, true, List
					.of(reason + " The pool shrinks to %d + %d.".formatted(smaller.size(), smaller.maxOverflow())));
			}
			if (onExceeded == OnExceeded.WARN) {
				return new PoolSizing(best, !best.equals(asked), List.of(reason));
			}
		}
		throw new BudgetExceededException(reason, waysOut(budget, exceeded, best));
	}

	/**
	 * Decides as {@link #decide} does, but for a pool that is in use: where that refuses,
	 * there is a warning.
	 * @param budget the budget
	 * @param asked the size that was asked for
	 * @param sizeIsSet whether the user set the size
	 * @param overflowIsSet whether the user set the overflow
	 * @param onExceeded what to do with sizes that do not fit
	 * @return the size to use
	 */
	public static PoolSizing ofRunning(ConnectionBudget budget, PoolSize asked, boolean sizeIsSet,
			boolean overflowIsSet, OnExceeded onExceeded) {
		try {
			return decide(budget, asked, sizeIsSet, overflowIsSet, onExceeded);
		}
		catch (BudgetExceededException ex) {
			PoolSize best = shrink(asked, budget.perProcess(), sizeIsSet, overflowIsSet);
			return new PoolSizing(best, !best.equals(asked), List.of(String.valueOf(ex.getMessage())));
		}
	}

	private static List<Demand> exceeded(ConnectionBudget budget, int maximum) {
		return budget.demands(maximum).stream().filter((demand) -> !demand.fits()).toList();
	}

	private static PoolSize shrink(PoolSize asked, @Nullable Integer limit, boolean keepSize, boolean keepOverflow) {
		if (limit == null) {
			return asked;
		}
		int overflow = keepOverflow ? asked.maxOverflow()
				: Math.min(asked.maxOverflow(), Math.max(0, limit - asked.size()));
		int size = keepSize ? asked.size() : Math.min(asked.size(), Math.max(1, limit - overflow));
		return new PoolSize(size, overflow);
	}

	private static String reason(ConnectionBudget budget, List<Demand> exceeded, PoolSize asked) {
		List<String> demands = exceeded.stream().map((demand) -> demand.side() + ": " + demand.inWords()).toList();
		return "The pools of all processes together need more connections than there are. %s. %s; size %d + max-overflow %d = %d per process%s."
			.formatted(String.join("; ", demands), budget.inWords(), asked.size(), asked.maxOverflow(), asked.maximum(),
					(budget.settings().startUpShare() > 0)
							? ", %d while it migrates".formatted(budget.settings().startUpShare()) : "");
	}

	private static String waysOut(ConnectionBudget budget, List<Demand> exceeded, PoolSize asked) {
		String prefix = budget.settings().prefix();
		List<String> ways = new ArrayList<>();
		Integer fits = budget.perProcess();
		if (fits != null && fits >= 1 && exceeded(budget, fits).isEmpty()) {
			PoolSize smaller = shrink(asked, fits, false, false);
			ways.add("let each process have at most %d (for example %s.size=%d and %s.max-overflow=%d)".formatted(fits,
					prefix, smaller.size(), prefix, smaller.maxOverflow()));
		}
		for (Demand demand : exceeded) {
			ways.add(wayOut(budget, demand));
		}
		if (!budget.settings().alongside().equals(Alongside.NONE)) {
			ways.add("make other pools of the application smaller");
		}
		if (budget.settings().via() == Via.DIRECT) {
			ways.add("put a transaction pooler in front of the database and set " + prefix + ".pooler.url");
		}
		else if (budget.settings().via() == Via.TRANSACTION_POOLER && budget.settings().poolerSize() != null) {
			ways.add("let the pooler open fewer server connections (" + prefix + ".pooler.pool-size)");
		}
		return "Either " + String.join(", or ", ways) + ". " + startsAnyway(budget, asked);
	}

	private static String startsAnyway(ConnectionBudget budget, PoolSize asked) {
		Integer fits = budget.perProcess();
		if (fits != null && fits < 1) {
			return "With less than one connection for each process the application cannot start at all.";
		}
		boolean shrinks = exceeded(budget, shrink(asked, fits, false, false).maximum()).isEmpty();
		return "db-pool.budget.on-exceeded=warn%s starts anyway.".formatted(shrinks ? " or shrink" : "");
	}

	private static String wayOut(ConnectionBudget budget, Demand demand) {
		return switch (demand.side()) {
			case DATABASE -> raise(budget, demand);
			case POOLER_CLIENTS -> "let the pooler accept %d clients and set %s.pooler.max-client-connections to it"
				.formatted(demand.needed()
						+ (long) budget.settings().fleet().processes() * budget.settings().alongside().poolerClients(),
						budget.settings().prefix());
			case POOLER_SERVERS -> "let the pooler open %d server connections and set %s.pooler.pool-size to it"
				.formatted(demand.needed(), budget.settings().prefix());
		};
	}

	private static String raise(ConnectionBudget budget, Demand demand) {
		ServerLimits limits = budget.settings().limits();
		Alongside others = budget.settings().alongside();
		int processes = budget.settings().fleet().processes();
		long role = demand.needed() + (long) processes * others.sameRole();
		long database = demand.needed() + (long) processes * others.sameDatabase();
		long needed = demand.needed() + budget.others();
		List<String> raise = new ArrayList<>();
		if (limits != null && limits.roleLimit() >= 0 && limits.roleLimit() < role) {
			raise.add("the CONNECTION LIMIT of the role to " + role);
		}
		if (limits != null && limits.databaseLimit() >= 0 && limits.databaseLimit() < database) {
			raise.add("the CONNECTION LIMIT of the database to " + database);
		}
		long keptBack = (limits != null) ? limits.keptBack() : 0;
		if (budget.maxConnections() != null && budget.maxConnections() - budget.reserved() < needed) {
			Amount reserved = budget.settings().reserved();
			long maximum = (reserved.percentage() && reserved.value() < 100)
					? (needed * 100 + 99 - reserved.value()) / (100 - reserved.value()) : needed + reserved.value();
			raise.add("max_connections to " + Math.max(maximum, needed + keptBack));
		}
		return "raise " + String.join(" and ", raise);
	}

}
