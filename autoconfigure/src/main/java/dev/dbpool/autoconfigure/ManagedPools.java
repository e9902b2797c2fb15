package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
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
import dev.dbpool.sizing.Alongside;
import dev.dbpool.sizing.ConnectionBudget;
import dev.dbpool.sizing.FairShares;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.DataSourceUnwrapper;

/**
 * The pools that db-pool manages. Those of one server share its connections. Thread-safe.
 */
final class ManagedPools implements AutoCloseable {

	private final Consumer<SQLException> failures;

	private final LateAnswers late = new LateAnswers(this::answered);

	// Mutable state, guarded by this

	private final Map<String, ManagedPool> pools = new LinkedHashMap<>();

	private final List<PoolMonitor> leasedOnly = new ArrayList<>();

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
			settle(pool);
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
	 */
	private void settle(ManagedPool added) {
		List<ManagedPool> together = new ArrayList<>(
				this.pools.values().stream().filter((pool) -> pool != added && pool.sharesServerWith(added)).toList());
		if (together.isEmpty()) {
			added.resize(added.replan(Alongside.NONE));
			return;
		}
		together.add(added);
		List<Integer> shares = FairShares.of(room(together), together.stream().map(ManagedPool::wish).toList());
		Map<ManagedPool, StartUpPlan> plans = new LinkedHashMap<>();
		for (ManagedPool pool : together) {
			Alongside alongside = Alongside.NONE;
			for (int i = 0; i < together.size(); i++) {
				if (together.get(i) != pool) {
					alongside = alongside.and(together.get(i).alongside(pool, shares.get(i)));
				}
			}
			plans.put(pool, pool.replan(alongside));
		}
		// Only now: if one of them does not fit, all stay as they were.
		plans.forEach(ManagedPool::resize);
	}

	/**
	 * Returns how many connections a process may have on the server of these pools.
	 */
	private static long room(List<ManagedPool> together) {
		int fixed = together.stream().mapToInt((pool) -> pool.alongside(pool, 0).fixed()).sum();
		return together.stream()
			.map((pool) -> new ConnectionBudget(pool.plan().budget().settings().with(new Alongside(0, fixed, 0, 0, 0))))
			.mapToLong(ConnectionBudget::room)
			.min()
			.orElseThrow();
	}

	/**
	 * Takes what the database of a pool said after the start-up.
	 */
	private synchronized void answered(ManagedPool pool, ServerFacts facts) {
		pool.answered(facts);
		try {
			settle(pool);
		}
		catch (InvalidSettingException ex) {
			// Too late to stop: the application runs.
			pool.warnOf(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Takes the pool of a plan.
	 * @throws InvalidSettingException if it is another one's
	 */
	synchronized void attach(String name, HikariDataSource hikari, LeasingDataSource leasing) {
		for (ManagedPool other : this.pools.values()) {
			if (other.hikari() == hikari) {
				throw new InvalidSettingException("db-pool.data-sources", name,
						"but that is the same pool as '" + other.name() + "'.", "Name one of them only.");
			}
		}
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
	 * @param uses who connects where, for the main pool
	 */
	List<PoolView> views(List<ConnectionUse> uses) {
		return all().stream().flatMap((pool) -> Stream.ofNullable(view(pool, uses))).toList();
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
		boolean main = pool.name().equals(PoolPlanner.MAIN);
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
		LeasingDataSource leasing = (dataSource != null)
				? DataSourceUnwrapper.unwrap(dataSource, LeasingDataSource.class) : null;
		if (leasing == null) {
			return null;
		}
		return all().stream().filter((pool) -> pool.leasing() == leasing).findFirst().orElse(null);
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
