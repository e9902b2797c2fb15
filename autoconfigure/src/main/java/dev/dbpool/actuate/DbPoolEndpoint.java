package dev.dbpool.actuate;

import java.util.List;

import dev.dbpool.Decision;
import dev.dbpool.lease.PoolMonitor;
import dev.dbpool.lease.PoolSnapshot;
import dev.dbpool.plan.ConnectionPlan;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The report: the pool's counts, who connects where, and how that was decided. It shows
 * host names, so it is not exposed unless the user exposes it. User names, passwords and
 * SQL are not in it.
 */
@Endpoint(id = "dbpool")
public class DbPoolEndpoint {

	private final PoolMonitor monitor;

	private final ConnectionPlan plan;

	private final List<ConnectionUse> uses;

	private final List<Decision> decisions;

	/**
	 * Creates the endpoint.
	 * @param monitor watches the pool
	 * @param plan the connection plan
	 * @param uses who connects where
	 * @param decisions all decisions of the start-up, the plan's included
	 */
	public DbPoolEndpoint(PoolMonitor monitor, ConnectionPlan plan, List<ConnectionUse> uses,
			List<Decision> decisions) {
		this.monitor = monitor;
		this.plan = plan;
		this.uses = List.copyOf(uses);
		this.decisions = List.copyOf(decisions);
	}

	/**
	 * Returns the report.
	 * @return the report of this moment
	 */
	@ReadOperation
	public Report report() {
		return new Report(Pool.of(this.monitor.snapshot()),
				new Plan(this.plan.via().toString(), this.plan.runtime().toString(), this.plan.migration().toString(),
						this.plan.preparedStatements() ? "on" : "off", this.uses, decisions()));
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
	 * @param plan the connection plan
	 */
	public record Report(Pool pool, Plan plan) {

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
	 */
	public record Pool(String state, int size, int maxOverflow, int maximum, int total, int checkedOut, int checkedIn,
			int overflow, int waiting, @Nullable Long invalid, long timeouts) {

		static Pool of(PoolSnapshot pool) {
			return new Pool(pool.state().toString(), pool.size(), pool.maxOverflow(), pool.maximum(), pool.total(),
					pool.checkedOut(), pool.checkedIn(), pool.overflow(), pool.waiting(), pool.invalid(),
					pool.timeouts());
		}

	}

	/**
	 * The connection plan.
	 *
	 * @param via what the runtime goes through
	 * @param runtime the runtime URL, secrets masked
	 * @param migration the URL of migrations and session-bound work, secrets masked
	 * @param preparedStatements whether the runtime uses server-side prepared statements,
	 * {@code on} or {@code off}
	 * @param uses who connects where
	 * @param decisions how it was decided
	 */
	public record Plan(String via, String runtime, String migration, String preparedStatements,
			List<ConnectionUse> uses, List<DecisionDescriptor> decisions) {

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
