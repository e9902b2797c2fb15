package dev.dbpool.autoconfigure;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import dev.dbpool.Via;
import dev.dbpool.sizing.Alongside;
import dev.dbpool.sizing.BudgetSettings;
import dev.dbpool.sizing.ConnectionBudget;
import dev.dbpool.sizing.FairShares;
import dev.dbpool.sizing.FairShares.Wish;
import dev.dbpool.sizing.ServerLimits;
import org.jspecify.annotations.Nullable;

/**
 * Divides what a server, its roles and databases, and the poolers in front of it allow
 * among the pools that are there.
 */
final class PoolShares {

	private final Map<ManagedPool, Integer> shares = new LinkedHashMap<>();

	PoolShares(List<ManagedPool> pools) {
		pools.forEach((pool) -> this.shares.put(pool, Math.max(pool.wish().maximum(), atStart(pool))));
		pools.forEach(this::limit);
	}

	private void limit(ManagedPool pool) {
		BudgetSettings settings = pool.plan().budget().settings();
		int processes = settings.fleet().processes();
		if (settings.via() != Via.DIRECT && settings.poolerClients() != null) {
			divide(settings.poolerClients() / processes, pool::sharesPoolerWith);
		}
		if (pool.isBehindTransactionPooler()) {
			return;
		}
		Predicate<ManagedPool> connected = (other) -> !other.isBehindTransactionPooler();
		ServerLimits limits = settings.limits();
		if (limits != null && limits.roleLimit() >= 0) {
			divide(limits.roleLimit() / processes, connected.and(pool::sharesRoleWith));
		}
		if (limits != null && limits.databaseLimit() >= 0) {
			divide(limits.databaseLimit() / processes, connected.and(pool::sharesDatabaseWith));
		}
		int starting = this.shares.keySet()
			.stream()
			.filter(ManagedPool::isBehindTransactionPooler)
			.mapToInt(PoolShares::atStart)
			.sum();
		Alongside poolers = new Alongside(starting, poolers(null), 0, 0, 0);
		divide(new ConnectionBudget(settings.with(poolers)).room(), connected);
	}

	private void divide(long room, Predicate<ManagedPool> group) {
		List<ManagedPool> members = this.shares.keySet().stream().filter(group).toList();
		List<Integer> divided = FairShares.of(room, members.stream().map(this::wish).toList());
		for (int i = 0; i < members.size(); i++) {
			this.shares.put(members.get(i), divided.get(i));
		}
	}

	private Wish wish(ManagedPool pool) {
		int share = this.shares.getOrDefault(pool, 0);
		return new Wish(share, Math.min(share, Math.max(pool.wish().least(), atStart(pool))));
	}

	/**
	 * Returns how many connections to the database a process needs before this pool.
	 */
	private static int atStart(ManagedPool pool) {
		return pool.plan().budget().settings().startUpShare();
	}

	/**
	 * Returns what the other pools need where one of them is.
	 */
	Alongside alongside(ManagedPool pool) {
		Alongside sum = new Alongside(0, poolers(pool), 0, 0, 0);
		for (Map.Entry<ManagedPool, Integer> entry : this.shares.entrySet()) {
			ManagedPool other = entry.getKey();
			if (other != pool) {
				int share = entry.getValue();
				int connected = other.isBehindTransactionPooler() ? atStart(other) : share;
				sum = sum.and(new Alongside(connected, 0, other.sharesRoleWith(pool) ? connected : 0,
						other.sharesDatabaseWith(pool) ? connected : 0, other.sharesPoolerWith(pool) ? share : 0));
			}
		}
		return sum;
	}

	/**
	 * Returns how many connections transaction poolers open, each once for a database and
	 * a role.
	 * @param except the pool whose own pooler does not count
	 */
	private int poolers(@Nullable ManagedPool except) {
		Set<List<?>> counted = new HashSet<>();
		if (except != null && except.isBehindTransactionPooler()) {
			counted.add(except.poolOfPooler());
		}
		int sum = 0;
		for (ManagedPool pool : this.shares.keySet()) {
			Integer size = pool.plan().budget().settings().poolerSize();
			if (pool.isBehindTransactionPooler() && counted.add(pool.poolOfPooler()) && size != null) {
				sum += size;
			}
		}
		return sum;
	}

}
