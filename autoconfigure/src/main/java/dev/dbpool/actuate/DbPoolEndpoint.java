package dev.dbpool.actuate;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import dev.dbpool.Decision;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.monitor.PoolSnapshot;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.sizing.ConnectedClients;
import dev.dbpool.sizing.ConnectionBudget;
import dev.dbpool.sizing.PoolSize;
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

	private final PoolMonitor monitor;

	private final ConnectionPlan plan;

	private final ConnectionBudget budget;

	private final PoolSize size;

	private final List<ConnectionUse> uses;

	private final List<Decision> decisions;

	private final Callable<ConnectedClients> clients;

	/**
	 * Creates the endpoint.
	 * @param monitor watches the pool
	 * @param plan the connection plan
	 * @param budget the connection budget
	 * @param size the size that was decided
	 * @param uses who connects where
	 * @param decisions all decisions of the start-up, the plan's included
	 * @param clients asks the database, in a connection of its own, what is connected
	 */
	public DbPoolEndpoint(PoolMonitor monitor, ConnectionPlan plan, ConnectionBudget budget, PoolSize size,
			List<ConnectionUse> uses, List<Decision> decisions, Callable<ConnectedClients> clients) {
		this.monitor = monitor;
		this.plan = plan;
		this.budget = budget;
		this.size = size;
		this.uses = List.copyOf(uses);
		this.decisions = List.copyOf(decisions);
		this.clients = clients;
	}

	/**
	 * Returns the report.
	 * @return the report of this moment
	 */
	@ReadOperation
	public Report report() {
		return new Report(Pool.of(this.monitor.snapshot()), LeasesReport.of(this.monitor.ledgers()),
				new Plan(this.plan.via().toString(), this.plan.runtime().toString(), text(this.plan.migration()),
						text(this.plan.migrationVia()), this.plan.preparedStatements() ? "on" : "off", this.uses,
						decisions()),
				BudgetReport.of(this.budget, this.size));
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

	private WebEndpointResponse<?> budget(WhatIf question) {
		try {
			return new WebEndpointResponse<>(question.answer(this.budget, this.size));
		}
		catch (InvalidSettingException ex) {
			return new WebEndpointResponse<>(Map.of("error", Masking.mask(ex.getReason())),
					WebEndpointResponse.STATUS_BAD_REQUEST);
		}
	}

	private WebEndpointResponse<?> connections() {
		try {
			return new WebEndpointResponse<>(
					ConnectionsReport.of(this.clients.call(), this.budget, this.size.maximum()));
		}
		catch (Exception ex) {
			return new WebEndpointResponse<>(Map.of("error", Masking.mask(String.valueOf(ex.getMessage()))),
					WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
		}
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value != null) ? value.toString() : null;
	}

	private List<DecisionDescriptor> decisions() {
		return this.decisions.stream()
			.map((decision) -> new DecisionDescriptor(decision.name(), decision.value(), decision.source().toString(),
					decision.property()))
			.toList();
	}

	/**
	 * The body of the report.
	 *
	 * @param pool the pool at this moment
	 * @param leases who holds its connections, and those of other data sources that are
	 * leased, by the names of the data sources
	 * @param plan the connection plan
	 * @param budget the arithmetic of the pool's size
	 */
	public record Report(Pool pool, Map<String, LeasesReport> leases, Plan plan, BudgetReport budget) {

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
	 */
	public record Pool(String state, int size, int maxOverflow, int maximum, int total, int checkedOut, int checkedIn,
			int overflow, int waiting, long invalid, long timeouts, long poolerQueued) {

		static Pool of(PoolSnapshot pool) {
			return new Pool(pool.state().toString(), pool.size(), pool.maxOverflow(), pool.maximum(), pool.total(),
					pool.checkedOut(), pool.checkedIn(), pool.overflow(), pool.waiting(), pool.invalid(),
					pool.timeouts(), pool.poolerQueued());
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

	}

}
