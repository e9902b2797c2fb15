package dev.dbpool.sizing;

import java.util.ArrayList;
import java.util.List;

import dev.dbpool.Via;
import org.jspecify.annotations.Nullable;

/**
 * The connections that the database, and a pooler in front of it, can give to this
 * application. Immutable; {@code docs/sizing.md} works the sum through.
 * <p>
 * Going directly to the database, or through a pooler in session mode, each process needs
 * its whole pool there, or what it opens before its pool if that is more: migration is
 * over before the pool opens. Through a pooler in transaction mode the pools need clients
 * of the pooler, and the database must hold the pooler's own connections and those of the
 * processes that are starting.
 */
public final class ConnectionBudget {

	private final BudgetSettings settings;

	private final @Nullable Integer maximum;

	private final int reserved;

	private final @Nullable Integer available;

	/**
	 * Does the sum.
	 * @param settings what it is made from
	 */
	public ConnectionBudget(BudgetSettings settings) {
		this.settings = settings;
		ServerLimits limits = settings.limits();
		this.maximum = smaller(settings.maxConnections(), (limits != null) ? limits.maxConnections() : null);
		long reserve = (this.maximum != null) ? settings.reserved().of(this.maximum) : 0;
		this.reserved = (int) Math.max(reserve, (limits != null) ? limits.keptBack() : 0);
		this.available = (this.maximum != null) ? available(this.maximum - this.reserved, limits) : null;
	}

	private static int available(int left, @Nullable ServerLimits limits) {
		int available = left;
		if (limits != null && limits.roleLimit() >= 0) {
			available = Math.min(available, limits.roleLimit());
		}
		if (limits != null && limits.databaseLimit() >= 0) {
			available = Math.min(available, limits.databaseLimit());
		}
		return Math.max(0, available);
	}

	private static @Nullable Integer smaller(@Nullable Integer one, @Nullable Integer other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return Math.min(one, other);
	}

	/**
	 * Returns what the budget is made from.
	 * @return the settings
	 */
	public BudgetSettings settings() {
		return this.settings;
	}

	/**
	 * Returns how many connections the database allows in all.
	 * @return the number, {@code null} if unknown
	 */
	public @Nullable Integer maxConnections() {
		return this.maximum;
	}

	/**
	 * Returns how many of them are left for others.
	 * @return 0 or more
	 */
	public int reserved() {
		return this.reserved;
	}

	/**
	 * Returns how many connections the database can give to this application.
	 * @return 0 or more, {@code null} if unknown
	 */
	public @Nullable Integer available() {
		return this.available;
	}

	/**
	 * Returns how large the pool of one process can be.
	 * @return 0 or more, {@code null} if no limit is known
	 */
	public @Nullable Integer perProcess() {
		return sums(1).stream()
			.filter((sum) -> sum.perProcess() > 0 && sum.fixed() == 0)
			.map((sum) -> sum.limit() / sum.processes())
			.min(Integer::compare)
			.orElse(null);
	}

	/**
	 * Returns what the fleet needs on each side whose limit is known.
	 * @param maximum the largest size of one process's pool
	 * @return the sums, those that do not fit included
	 */
	public List<Sum> sums(int maximum) {
		int processes = this.settings.fleet().processes();
		int share = this.settings.startUpShare();
		List<Sum> sums = new ArrayList<>();
		if (this.settings.via() == Via.TRANSACTION_POOLER) {
			if (this.available != null && this.settings.poolerSize() != null) {
				sums.add(new Sum("database", this.settings.poolerSize(), processes, share, this.available));
			}
		}
		else {
			if (this.available != null) {
				sums.add(new Sum("database", 0, processes, Math.max(maximum, share), this.available));
			}
			if (this.settings.via() == Via.SESSION_POOLER && this.settings.poolerSize() != null) {
				sums.add(
						new Sum("server connections of the pooler", 0, processes, maximum, this.settings.poolerSize()));
			}
		}
		if (this.settings.via() != Via.DIRECT && this.settings.poolerClients() != null) {
			sums.add(new Sum("clients of the pooler", 0, processes, maximum, this.settings.poolerClients()));
		}
		return sums;
	}

	/**
	 * Returns the limits that are unknown, so that they could not be checked.
	 * @return for example {@code database (max_connections is unknown)}
	 */
	public List<String> notChecked() {
		boolean pooler = this.settings.via() != Via.DIRECT;
		List<String> notChecked = new ArrayList<>();
		if (this.maximum == null) {
			notChecked.add("database (max_connections is unknown)");
		}
		if (pooler && this.settings.poolerSize() == null) {
			notChecked.add("server connections of the pooler (db-pool.pooler.pool-size is not set)");
		}
		if (pooler && this.settings.poolerClients() == null) {
			notChecked.add("clients of the pooler (db-pool.pooler.max-client-connections is not set)");
		}
		return notChecked;
	}

	/**
	 * Returns how the numbers came about, and the sums for one size.
	 * @param maximum the largest size of one process's pool
	 * @return one line
	 */
	public String inWords(int maximum) {
		String sums = String.join(", ", sums(maximum).stream().map(Sum::inWords).toList());
		String notChecked = String.join(", ", notChecked());
		return inWords() + (sums.isEmpty() ? "" : ": " + sums)
				+ (notChecked.isEmpty() ? "" : "; not checked: " + notChecked);
	}

	/**
	 * Returns how the numbers came about, without the sums.
	 * @return one line
	 */
	String inWords() {
		String fleet = this.settings.fleet().inWords();
		if (this.maximum == null) {
			return fleet;
		}
		ServerLimits limits = this.settings.limits();
		StringBuilder words = new StringBuilder("max_connections %d (%s) - %d reserved (%s) = %d".formatted(
				this.maximum, origin(limits), this.reserved, reservedOrigin(limits), this.maximum - this.reserved));
		if (limits != null && limits.roleLimit() >= 0) {
			words.append(", CONNECTION LIMIT of the role %d".formatted(limits.roleLimit()));
		}
		if (limits != null && limits.databaseLimit() >= 0) {
			words.append(", CONNECTION LIMIT of the database %d".formatted(limits.databaseLimit()));
		}
		return words.append(": %d available; %s".formatted(this.available, fleet)).toString();
	}

	private String origin(@Nullable ServerLimits limits) {
		boolean configured = this.settings.maxConnections() != null
				&& (limits == null || this.settings.maxConnections() < limits.maxConnections());
		return configured ? "db-pool.budget.max-connections" : "from the server";
	}

	private String reservedOrigin(@Nullable ServerLimits limits) {
		boolean kept = limits != null && this.maximum != null
				&& limits.keptBack() > this.settings.reserved().of(this.maximum);
		return kept ? "kept back by the server" : "db-pool.budget.reserved " + this.settings.reserved();
	}

}
