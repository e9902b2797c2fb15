package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.actuate.ConnectionUse;
import dev.dbpool.actuate.PoolView;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.server.OtherClients;
import dev.dbpool.server.ServerFacts;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.DataSourceUnwrapper;

/**
 * The pools that db-pool manages. Those of one server share its connections. Thread-safe.
 */
final class ManagedPools implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(ManagedPools.class);

	private final Consumer<SQLException> failures;

	private final LateAnswers late = new LateAnswers(this::answered);

	// Mutable state, guarded by this

	private final Map<String, ManagedPool> pools = new LinkedHashMap<>();

	private final List<PoolMonitor> leasedOnly = new ArrayList<>();

	private final Map<HikariDataSource, String> names = new IdentityHashMap<>();

	/**
	 * Creates an empty registry.
	 * @param failures sees what a connection of the planner failed with
	 */
	ManagedPools(Consumer<SQLException> failures) {
		this.failures = failures;
	}

	/**
	 * Plans a pool, and makes room for it beside the others.
	 * @param name the name of its bean
	 * @param settings what is set for it
	 * @throws InvalidSettingException if a setting cannot work, or all pools of the
	 * server together do not fit
	 */
	StartUpPlan plan(String name, StartUpSettings settings) {
		StartUpPlanner planner = new StartUpPlanner(settings, this.failures);
		ManagedPool pool = new ManagedPool(name, planner, planner.ask());
		synchronized (this) {
			settle(pool, false);
			this.pools.put(name, pool);
		}
		planner.log(pool.plan());
		if (pool.isAwaiting()) {
			this.late.await(pool);
		}
		return pool.plan();
	}

	/**
	 * Divides the connections of one server among a pool and the others there.
	 * @param running whether it is too late to stop the start-up
	 */
	private void settle(ManagedPool changed, boolean running) {
		List<ManagedPool> together = Stream
			.concat(this.pools.values().stream().filter((pool) -> pool != changed), Stream.of(changed))
			.filter((pool) -> pool == changed || pool.sharesServerWith(changed))
			.toList();
		PoolShares shares = new PoolShares(together);
		Map<ManagedPool, StartUpPlan> plans = new LinkedHashMap<>();
		// If they do not fit together, it is this one that is told.
		plans.put(changed, changed.replan(shares.alongside(changed), running));
		together.stream()
			.filter((pool) -> pool != changed)
			.forEach((pool) -> plans.put(pool, pool.replan(shares.alongside(pool), running)));
		// Only now: if one of them does not fit, all stay as they were.
		plans.forEach((pool, plan) -> {
			String before = pool.plan().sizesInWords();
			pool.resize(plan, running);
			if (pool != changed && !pool.observed() && !before.equals(plan.sizesInWords())) {
				logger.info(plan.connections().names().prefix() + ": with '" + changed.name() + "' on the same server: "
						+ plan.sizesInWords());
			}
		});
	}

	/**
	 * Takes what the database of a pool said after the start-up.
	 */
	private synchronized void answered(ManagedPool pool, ServerFacts facts) {
		List<String> known = pool.plan().warnings();
		pool.answered(facts);
		settle(pool, true);
		if (pool.observed()) {
			return;
		}
		String who = pool.plan().connections().names().prefix() + ": the database has answered: ";
		String problem = pool.problem();
		if (problem != null) {
			logger.error(who + problem);
			return;
		}
		logger.info(who + pool.plan().sizesInWords());
		pool.plan().warnings().stream().filter((warning) -> !known.contains(warning)).forEach(logger::warn);
	}

	/**
	 * Gives a pool its name.
	 * @param property the setting that names it
	 * @throws InvalidSettingException if it has another one already
	 */
	synchronized void claim(String property, String name, HikariDataSource hikari) {
		String other = this.names.putIfAbsent(hikari, name);
		if (other != null && !other.equals(name)) {
			throw new InvalidSettingException(property, name, "but that is the same pool as '" + other + "'.",
					"Name one of them only.");
		}
	}

	/**
	 * Takes the pool of a plan.
	 */
	synchronized void attach(String name, HikariDataSource hikari, LeasingDataSource leasing) {
		Objects.requireNonNull(this.pools.get(name)).attach(hikari, leasing);
	}

	/**
	 * Takes a pool that is leased and otherwise as the application made it.
	 */
	synchronized void attachLeasedOnly(String name, LeasingDataSource leasing) {
		this.leasedOnly.add(new PoolMonitor(name, leasing));
	}

	synchronized @Nullable ManagedPool find(String name) {
		return this.pools.get(name);
	}

	/**
	 * Returns the pools, Spring Boot's own first.
	 */
	synchronized List<ManagedPool> all() {
		return this.pools.values()
			.stream()
			.sorted(Comparator.comparing((pool) -> !pool.name().equals(PoolPlanner.MAIN)))
			.toList();
	}

	/**
	 * Returns the monitors of all pools that are there, those that are only leased last.
	 */
	synchronized List<PoolMonitor> monitors() {
		List<PoolMonitor> monitors = new ArrayList<>();
		for (ManagedPool pool : all()) {
			if (pool.monitor() != null) {
				monitors.add(pool.monitor());
			}
		}
		monitors.addAll(this.leasedOnly);
		return monitors;
	}

	/**
	 * Returns the pools that are there, as operators see them.
	 * @param primary the data source that comes first, if it is one of them
	 * @param uses who connects where, for Spring Boot's pool
	 */
	List<PoolView> views(@Nullable DataSource primary, List<ConnectionUse> uses) {
		ManagedPool first = main(primary);
		return all().stream()
			.sorted(Comparator.comparing((pool) -> pool != first))
			.flatMap((pool) -> Stream.ofNullable(view(pool, uses)))
			.toList();
	}

	/**
	 * Returns one pool, as operators see it.
	 * @return {@code null} if it is not there yet
	 */
	@Nullable PoolView view(String name) {
		ManagedPool pool = find(name);
		return (pool != null) ? view(pool, List.of()) : null;
	}

	private static @Nullable PoolView view(ManagedPool pool, List<ConnectionUse> uses) {
		PoolMonitor monitor = pool.monitor();
		if (monitor == null) {
			return null;
		}
		StartUpPlan plan = pool.plan();
		ConnectionPlan connections = plan.connections();
		ConnectionTarget runtime = connections.runtime();
		boolean main = pool.name().equals(PoolPlanner.MAIN) && !uses.isEmpty();
		return new PoolView(pool.name(), monitor, connections, plan.budget(), plan.pool().sizing().size(),
				main ? uses : List.of(new ConnectionUse("application", runtime.toString(), runtime.property())),
				plan.decisions(), pool.problem(), pool.observation(),
				() -> OtherClients.read(connections, plan.direct(), pool.planner().limit()));
	}

	/**
	 * Returns the pool that is below a data source.
	 * @return {@code null} if db-pool does not manage it
	 */
	@Nullable ManagedPool below(@Nullable DataSource dataSource) {
		LeasingDataSource leasing = (dataSource != null) ? leasing(dataSource) : null;
		return all().stream().filter((pool) -> leasing != null && pool.leasing() == leasing).findFirst().orElse(null);
	}

	/**
	 * Returns the pool of the database that the application has above all.
	 * @param primary the data source that is injected where none is named; {@code null}
	 * if there is none, or more than one
	 * @return {@code null} if db-pool does not manage it, or if that is open
	 */
	@Nullable ManagedPool main(@Nullable DataSource primary) {
		List<ManagedPool> all = all();
		return (primary != null || all.size() != 1) ? below(primary) : all.get(0);
	}

	private static @Nullable LeasingDataSource leasing(DataSource dataSource) {
		LeasingDataSource leasing = DataSourceUnwrapper.unwrap(dataSource, LeasingDataSource.class);
		if (leasing != null) {
			return leasing;
		}
		try {
			// One that routes answers for the pool of this moment.
			return dataSource.isWrapperFor(LeasingDataSource.class) ? dataSource.unwrap(LeasingDataSource.class) : null;
		}
		catch (SQLException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Lets all pools keep no connections ready, until {@link #restart()}.
	 */
	synchronized void pause() {
		this.pools.values().forEach(ManagedPool::pause);
	}

	/**
	 * Lets all pools keep as many connections ready as before {@link #pause()}.
	 */
	synchronized void restart() {
		this.pools.values().forEach(ManagedPool::restart);
	}

	@Override
	public void close() {
		this.late.close();
	}

}
