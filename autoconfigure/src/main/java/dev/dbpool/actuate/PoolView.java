package dev.dbpool.actuate;

import java.util.List;
import java.util.concurrent.Callable;

import dev.dbpool.Decision;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.sizing.ConnectedClients;
import dev.dbpool.sizing.ConnectionBudget;
import dev.dbpool.sizing.PoolSize;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of one pool at one moment.
 *
 * @param name the name of its bean
 * @param monitor watches it
 * @param plan where it connects
 * @param budget the connections that it may have
 * @param size the size that was decided
 * @param uses who connects where
 * @param decisions all decisions of the start-up, the plan's included
 * @param problem what the database said too late to stop the start-up; {@code null} if
 * there is none
 * @param observed what was observed; {@code null} if the pool is managed
 * @param clients asks the database, in a connection of its own, what is connected
 */
public record PoolView(String name, PoolMonitor monitor, ConnectionPlan plan, ConnectionBudget budget, PoolSize size,
		List<ConnectionUse> uses, List<Decision> decisions, @Nullable String problem, @Nullable Observed observed,
		Callable<ConnectedClients> clients) {

	/**
	 * Returns whether the limits of the database are known.
	 * @return {@code checked} or {@code unchecked}
	 */
	String budgetState() {
		return this.budget.checked() ? "checked" : "unchecked";
	}

}
