package dev.dbpool.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.dbpool.Decision;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.monitor.PoolMonitors;
import dev.dbpool.monitor.PoolSnapshot;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * The report: the pool's counts, who connects where, how that was decided, and the
 * budget's arithmetic. It shows host names and SQL without its literals, so it is not
 * exposed unless the user exposes it. User names and passwords are not in it;
 * {@code connections} shows roles.
 */
@Endpoint(id = "dbpool")
public class DbPoolEndpoint {

	private final Supplier<List<PoolView>> pools;

	private final PoolMonitors leases;

	/**
	 * Creates the endpoint.
	 * @param pools returns the pools as they are now, the application's main one first
	 * @param leases watches all pools whose connections are leased
	 */
	public DbPoolEndpoint(Supplier<List<PoolView>> pools, PoolMonitors leases) {
		this.pools = pools;
		this.leases = leases;
	}

	/**
	 * Returns the report.
	 * @return the report of this moment; {@code null} if there is no pool
	 */
	@ReadOperation
	public @Nullable Report report() {
		List<PoolView> all = this.pools.get();
		if (all.isEmpty()) {
			return null;
		}
		PoolView main = all.get(0);
		Map<String, PoolReport> others = new LinkedHashMap<>();
		all.stream().skip(1).forEach((pool) -> others.put(pool.name(), PoolReport.of(pool)));
		return new Report(Pool.of(main), LeasesReport.of(this.leases.all()), Plan.of(main),
				BudgetReport.of(main.budget(), main.size()), ObserveReport.of(main.observed()), others);
	}

	/**
	 * Returns a part of the report.
	 * @param part {@code budget}: the arithmetic, for another fleet or size if arguments
	 * are given; {@code connections}: what is connected to the database
	 * @param replicas replicas, 1 or more
	 * @param workers processes per replica, 1 or more
	 * @param surge extra replicas during a deploy, a number or a percentage
	 * @param size idle connections that each process keeps ready, 1 or more
	 * @param maxOverflow how far its pool may grow beyond, 0 or more
	 * @return the part, {@code null} if there is none of that name; status 400 with the
	 * reason if an argument is invalid, 503 if the database does not answer
	 */
	@ReadOperation
	public @Nullable WebEndpointResponse<?> part(@Selector String part, @Nullable String replicas,
			@Nullable String workers, @Nullable String surge, @Nullable String size, @Nullable String maxOverflow) {
		return switch (part) {
			case "budget" -> budget(new WhatIf(replicas, workers, surge, size, maxOverflow));
			case "connections" -> connections();
			default -> null;
		};
	}

	private @Nullable WebEndpointResponse<?> budget(WhatIf question) {
		PoolView main = main();
		if (main == null) {
			return null;
		}
		try {
			return new WebEndpointResponse<>(question.answer(main.budget(), main.size()));
		}
		catch (InvalidSettingException ex) {
			return new WebEndpointResponse<>(Map.of("error", Masking.mask(ex.getReason())),
					WebEndpointResponse.STATUS_BAD_REQUEST);
		}
	}

	private @Nullable WebEndpointResponse<?> connections() {
		PoolView main = main();
		if (main == null) {
			return null;
		}
		try {
			return new WebEndpointResponse<>(
					ConnectionsReport.of(main.clients().call(), main.budget(), main.size().maximum()));
		}
		catch (Exception ex) {
			return new WebEndpointResponse<>(Map.of("error", Masking.mask(String.valueOf(ex.getMessage()))),
					WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
		}
	}

	private @Nullable PoolView main() {
		return this.pools.get().stream().findFirst().orElse(null);
	}

	/**
	 * The body of the report.
	 *
	 * @param pool the pool at this moment
	 * @param leases who holds its connections, and those of other data sources that are
	 * leased, by the names of the data sources
	 * @param plan the connection plan
	 * @param budget the arithmetic of the pool's size
	 * @param observe what was observed; {@code null} if the pool is managed
	 * @param dataSources the same of the other pools that are managed, by the names of
	 * their beans
	 */
	public record Report(Pool pool, Map<String, LeasesReport> leases, Plan plan, BudgetReport budget,
			@Nullable ObserveReport observe, Map<String, PoolReport> dataSources) {

	}

	/**
	 * What the report says about one of several pools.
	 *
	 * @param pool the pool at this moment
	 * @param plan the connection plan
	 * @param budget the arithmetic of the pool's size
	 * @param observe what was observed; {@code null} if the pool is managed
	 */
	public record PoolReport(Pool pool, Plan plan, BudgetReport budget, @Nullable ObserveReport observe) {

		static PoolReport of(PoolView view) {
			return new PoolReport(Pool.of(view), Plan.of(view), BudgetReport.of(view.budget(), view.size()),
					ObserveReport.of(view.observed()));
		}

	}

	/**
	 * The counts of the health endpoint.
	 *
	 * @param state how the pool is doing
	 * @param size idle connections that are kept ready
	 * @param maxOverflow how far it may grow beyond
	 * @param maximum both together
	 * @param total how many it has
	 * @param checkedOut how many are borrowed
	 * @param checkedIn how many are not
	 * @param overflow how far it has grown beyond its size
	 * @param waiting borrowers that wait for one
	 * @param invalid connections discarded as broken since the start
	 * @param timeouts borrowers that gave up since the start
	 * @param poolerQueued notices of the pooler, since the start, that a client waits for
	 * a server connection
	 * @param budget whether the limits of the database are known: {@code checked} or
	 * {@code unchecked}
	 * @param problem what the database said too late to stop the start-up; {@code null}
	 * if there is none
	 */
	public record Pool(String state, int size, int maxOverflow, int maximum, int total, int checkedOut, int checkedIn,
			int overflow, int waiting, long invalid, long timeouts, long poolerQueued, String budget,
			@Nullable String problem) {

		static Pool of(PoolView view) {
			PoolSnapshot pool = view.monitor().snapshot();
			return new Pool(pool.state().toString(), pool.size(), pool.maxOverflow(), pool.maximum(), pool.total(),
					pool.checkedOut(), pool.checkedIn(), pool.overflow(), pool.waiting(), pool.invalid(),
					pool.timeouts(), pool.poolerQueued(), view.budgetState(), view.problem());
		}

	}

	/**
	 * The connection plan.
	 *
	 * @param via what the runtime goes through
	 * @param runtime the runtime URL, secrets masked
	 * @param migration the URL of migrations and session-bound work, secrets masked;
	 * {@code null} if there is none
	 * @param migrationVia what these go through; {@code null} if there is no such URL
	 * @param preparedStatements whether the runtime uses server-side prepared statements,
	 * {@code on} or {@code off}
	 * @param uses who connects where
	 * @param decisions how it was decided
	 */
	public record Plan(String via, String runtime, @Nullable String migration, @Nullable String migrationVia,
			String preparedStatements, List<ConnectionUse> uses, List<DecisionDescriptor> decisions) {

		static Plan of(PoolView view) {
			ConnectionPlan plan = view.plan();
			return new Plan(plan.via().toString(), plan.runtime().toString(), text(plan.migration()),
					text(plan.migrationVia()), plan.preparedStatements() ? "on" : "off", view.uses(),
					view.decisions().stream().map(DecisionDescriptor::of).toList());
		}

		private static @Nullable String text(@Nullable Object value) {
			return (value != null) ? value.toString() : null;
		}

	}

	/**
	 * One decision.
	 *
	 * @param name what was decided
	 * @param value the outcome
	 * @param source {@code property}, {@code default} or {@code detected}
	 * @param property the property that decided, if one did
	 */
	public record DecisionDescriptor(String name, String value, String source, @Nullable String property) {

		static DecisionDescriptor of(Decision decision) {
			return new DecisionDescriptor(decision.name(), decision.value(), decision.source().toString(),
					decision.property());
		}

	}

}
