package dev.dbpool.sizing;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.Via;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ConnectionBudget} is made from.
 *
 * @param prefix what the properties of the pool begin with, for example {@code db-pool}
 * @param via what the runtime goes through
 * @param migrationVia what the connections of a starting process go through; {@code null}
 * if there is no direct URL
 * @param fleet the processes that share the database
 * @param maxConnections what the user says that the database allows; {@code null} if
 * nothing
 * @param reserved what is left for others
 * @param limits what the server says; {@code null} if it was not asked or did not answer
 * @param awaited whether the server was asked, did not answer, and is asked again
 * @param poolerClients the clients that the pooler accepts; {@code null} if unknown
 * @param poolerSize the server connections that the pooler opens for this database and
 * role; {@code null} if unknown
 * @param startUpShare connections that a starting process opens to the database before
 * its pool
 * @param alongside what the other pools of the application need
 */
public record BudgetSettings(String prefix, Via via, @Nullable Via migrationVia, Fleet fleet,
		@Nullable Integer maxConnections, Amount reserved, @Nullable ServerLimits limits, boolean awaited,
		@Nullable Integer poolerClients, @Nullable Integer poolerSize, int startUpShare, Alongside alongside) {

	public BudgetSettings {
		check("db-pool.budget.max-connections", maxConnections);
		check(prefix + ".pooler.max-client-connections", poolerClients);
		check(prefix + ".pooler.pool-size", poolerSize);
		if (reserved.percentage() && reserved.value() > 100) {
			throw new InvalidSettingException("db-pool.budget.reserved", reserved, "but it cannot be more than 100%.",
					"Set db-pool.budget.reserved to a number of connections or a percentage of them.");
		}
	}

	private static void check(String property, @Nullable Integer value) {
		if (value != null) {
			Fleet.atLeastOne(property, value);
		}
	}

	/**
	 * Returns the same beside other pools.
	 * @param others what they need
	 * @return new settings
	 */
	public BudgetSettings with(Alongside others) {
		return new BudgetSettings(this.prefix, this.via, this.migrationVia, this.fleet, this.maxConnections,
				this.reserved, this.limits, this.awaited, this.poolerClients, this.poolerSize, this.startUpShare,
				others);
	}

	/**
	 * Returns the same for another fleet.
	 * @param other the other fleet
	 * @return new settings
	 */
	public BudgetSettings with(Fleet other) {
		return new BudgetSettings(this.prefix, this.via, this.migrationVia, other, this.maxConnections, this.reserved,
				this.limits, this.awaited, this.poolerClients, this.poolerSize, this.startUpShare, this.alongside);
	}

}
