package dev.dbpool.sizing;

import java.util.ArrayList;
import java.util.List;

import dev.dbpool.Via;
import dev.dbpool.sizing.Demand.Side;
import org.jspecify.annotations.Nullable;

/**
 * The connections that the database, and a pooler in front of it, can give to this
 * application. Immutable; {@code docs/sizing.md} shows the arithmetic.
 * <p>
 * Going directly to the database, or through a pooler in session mode, each process needs
 * its whole pool there, or what it opens before its pool if that is more: migration is
 * over before the pool opens. If that goes through a session pooler too, it counts there
 * in the same way. Through a pooler in transaction mode the pools need clients of the
 * pooler, and the database must hold the pooler's own connections and those of the
 * processes that are starting.
 */
public final class ConnectionBudget {

	/**
	 * What a database is taken to allow until it answers: as little as the smallest plan
	 * of a well-known provider.
	 */
	static final int ASSUMED = 20;

	private final BudgetSettings settings;

	private final @Nullable Integer maximum;

	private final int reserved;

	private final @Nullable Integer available;

	/**
	 * Calculates the budget.
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

	private int available(int left, @Nullable ServerLimits limits) {
		Alongside others = this.settings.alongside();
		long processes = this.settings.fleet().processes();
		long available = left - others();
		if (limits != null && limits.roleLimit() >= 0) {
			available = Math.min(available, limits.roleLimit() - processes * others.sameRole());
		}
		if (limits != null && limits.databaseLimit() >= 0) {
			available = Math.min(available, limits.databaseLimit() - processes * others.sameDatabase());
		}
		return (int) Math.max(0, available);
	}

	/**
	 * Returns what the other pools of the application need on the same server.
	 */
	long others() {
		return this.settings.alongside().fixed()
				+ (long) this.settings.fleet().processes() * this.settings.alongside().perProcess();
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
		return demands(1).stream()
			.filter((demand) -> demand.perProcess() > 0 && demand.fixed() == 0)
			.map((demand) -> demand.limit() / demand.processes())
			.min(Integer::compare)
			.orElse(null);
	}

	/**
	 * Returns how many connections each process may have on the server, whatever the
	 * limits of role and database are.
	 * @return 0 or more, {@link Long#MAX_VALUE} if there is no limit
	 */
	public long room() {
		if (this.maximum != null) {
			return Math.max(0, this.maximum - this.reserved - others()) / this.settings.fleet().processes();
		}
		Integer cautious = cautious();
		return (cautious != null) ? cautious : Long.MAX_VALUE;
	}

	/**
	 * Whether the limits of the database are known.
	 * @return {@code false} also while the database is still to answer
	 */
	public boolean checked() {
		return this.maximum != null && !this.settings.awaited();
	}

	/**
	 * Returns how large a pool of default size may be while the database is still to
	 * answer.
	 * @return 1 or more; {@code null} if nothing holds it back
	 */
	@Nullable Integer cautious() {
		if (!this.settings.awaited() || this.maximum != null || this.settings.via() == Via.TRANSACTION_POOLER) {
			return null;
		}
		long left = ASSUMED - this.settings.reserved().of(ASSUMED) - others();
		return (int) Math.max(1, left / this.settings.fleet().processes());
	}

	/**
	 * Returns what the fleet needs on each side whose limit is known.
	 * @param maximum the largest size of one process's pool
	 * @return the demands, those that do not fit included
	 */
	public List<Demand> demands(int maximum) {
		int processes = this.settings.fleet().processes();
		int share = this.settings.startUpShare();
		int clients = (this.settings.migrationVia() == Via.SESSION_POOLER) ? Math.max(maximum, share) : maximum;
		Integer poolerSize = this.settings.poolerSize();
		Integer poolerClients = this.settings.poolerClients();
		List<Demand> demands = new ArrayList<>();
		if (this.settings.via() == Via.TRANSACTION_POOLER) {
			if (this.available != null && poolerSize != null) {
				demands.add(new Demand(Side.DATABASE, poolerSize, processes, share, this.available));
			}
		}
		else {
			if (this.available != null) {
				demands.add(new Demand(Side.DATABASE, 0, processes, Math.max(maximum, share), this.available));
			}
			if (this.settings.via() == Via.SESSION_POOLER && poolerSize != null) {
				demands.add(new Demand(Side.POOLER_SERVERS, 0, processes, clients, poolerSize));
			}
		}
		if (this.settings.via() != Via.DIRECT && poolerClients != null) {
			long left = poolerClients - (long) processes * this.settings.alongside().poolerClients();
			demands.add(new Demand(Side.POOLER_CLIENTS, 0, processes, clients, (int) Math.max(0, left)));
		}
		return demands;
	}

	/**
	 * Returns the limits that are unknown, so that they could not be checked.
	 * @return for example {@code database (max_connections is unknown)}
	 */
	public List<String> notChecked() {
		boolean pooler = this.settings.via() != Via.DIRECT;
		List<String> notChecked = new ArrayList<>();
		if (this.maximum == null) {
			notChecked.add(Side.DATABASE + ((this.settings.migrationVia() == null)
					? " (spring.datasource.url is not set)" : " (max_connections is unknown)"));
		}
		if (pooler && this.settings.poolerSize() == null) {
			notChecked.add(Side.POOLER_SERVERS + " (" + this.settings.prefix() + ".pooler.pool-size is not set)");
		}
		if (pooler && this.settings.poolerClients() == null) {
			notChecked.add(
					Side.POOLER_CLIENTS + " (" + this.settings.prefix() + ".pooler.max-client-connections is not set)");
		}
		return notChecked;
	}

	/**
	 * Returns the arithmetic for one size.
	 * @param maximum the largest size of one process's pool
	 * @return one line
	 */
	public String inWords(int maximum) {
		String demands = String.join(", ", demands(maximum).stream().map(Demand::inWords).toList());
		return inWords() + (demands.isEmpty() ? "" : ": " + demands);
	}

	/**
	 * Returns how the numbers came about, without the arithmetic for a size.
	 * @return one line
	 */
	String inWords() {
		String fleet = this.settings.fleet().inWords();
		if (this.maximum != null) {
			return availableInWords(this.maximum) + "; " + fleet;
		}
		Integer cautious = cautious();
		return (cautious != null)
				? "max_connections is not known yet, so a pool of default size has at most %d, as if it were %d; %s"
					.formatted(cautious, ASSUMED, fleet)
				: fleet;
	}

	private String availableInWords(int maximum) {
		ServerLimits limits = this.settings.limits();
		int left = maximum - this.reserved;
		List<String> parts = new ArrayList<>();
		parts.add("max_connections %d (%s) - %d reserved (%s) = %d".formatted(maximum, origin(limits), this.reserved,
				reservedOrigin(maximum, limits), left));
		if (others() > 0) {
			parts.add("%d for other pools of the application".formatted(others()));
		}
		if (limits != null && limits.roleLimit() >= 0) {
			parts.add("CONNECTION LIMIT of the role %d".formatted(limits.roleLimit()));
		}
		if (limits != null && limits.databaseLimit() >= 0) {
			parts.add("CONNECTION LIMIT of the database %d".formatted(limits.databaseLimit()));
		}
		boolean said = parts.size() == 1 && left >= 0;
		return String.join(", ", parts) + (said ? "" : ": " + this.available) + " available";
	}

	private String origin(@Nullable ServerLimits limits) {
		boolean configured = this.settings.maxConnections() != null
				&& (limits == null || this.settings.maxConnections() <= limits.maxConnections());
		return configured ? "db-pool.budget.max-connections" : "from the server";
	}

	private String reservedOrigin(int maximum, @Nullable ServerLimits limits) {
		boolean kept = limits != null && limits.keptBack() > this.settings.reserved().of(maximum);
		return kept ? "kept back by the server" : "db-pool.budget.reserved " + this.settings.reserved();
	}

}
