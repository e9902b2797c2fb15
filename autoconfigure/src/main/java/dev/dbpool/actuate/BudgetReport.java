package dev.dbpool.actuate;

import java.util.List;

import dev.dbpool.sizing.BudgetSettings;
import dev.dbpool.sizing.ConnectionBudget;
import dev.dbpool.sizing.Demand;
import dev.dbpool.sizing.PoolSize;
import dev.dbpool.sizing.ServerLimits;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of a connection budget.
 *
 * @param limits what the server said; {@code null} if it was not asked or did not answer
 * @param configuredMaxConnections {@code db-pool.budget.max-connections}, if set
 * @param maxConnections the smaller of both
 * @param reserved connections left for others
 * @param available what the database can give to this application
 * @param workers processes per replica
 * @param replicas replicas
 * @param surge extra replicas during a deploy, as set
 * @param processes processes that may be alive at the same time
 * @param startUpShare connections that a starting process opens before its pool
 * @param size idle connections that each process keeps ready
 * @param maxOverflow how far its pool may grow beyond
 * @param maximum both together
 * @param perProcess the largest maximum that fits; {@code null} if no limit is known
 * @param fits whether all of that fits; {@code null} if no limit is known
 * @param sums what the fleet needs on each side whose limit is known
 * @param notChecked the limits that are unknown
 * @param sentence the same in words
 */
public record BudgetReport(@Nullable ServerLimits limits, @Nullable Integer configuredMaxConnections,
		@Nullable Integer maxConnections, int reserved, @Nullable Integer available, int workers, int replicas,
		String surge, int processes, int startUpShare, int size, int maxOverflow, int maximum,
		@Nullable Integer perProcess, @Nullable Boolean fits, List<DemandDescriptor> sums, List<String> notChecked,
		String sentence) {

	static BudgetReport of(ConnectionBudget budget, PoolSize size) {
		BudgetSettings settings = budget.settings();
		List<Demand> demands = budget.demands(size.maximum());
		return new BudgetReport(settings.limits(), settings.maxConnections(), budget.maxConnections(),
				budget.reserved(), budget.available(), settings.fleet().workers(), settings.fleet().replicas(),
				settings.fleet().surge().toString(), settings.fleet().processes(), settings.startUpShare(), size.size(),
				size.maxOverflow(), size.maximum(), budget.perProcess(),
				demands.isEmpty() ? null : demands.stream().allMatch(Demand::fits),
				demands.stream().map(DemandDescriptor::of).toList(), budget.notChecked(), sentence(budget, size));
	}

	private static String sentence(ConnectionBudget budget, PoolSize size) {
		String words = budget.inWords(size.maximum());
		return budget.notChecked().isEmpty() ? words
				: words + "; not checked: " + String.join(", ", budget.notChecked());
	}

	/**
	 * One side of the budget.
	 *
	 * @param name what is limited
	 * @param needed what the fleet needs there
	 * @param limit what there is
	 * @param fits whether that is enough
	 * @param sum the arithmetic
	 */
	public record DemandDescriptor(String name, long needed, int limit, boolean fits, String sum) {

		static DemandDescriptor of(Demand demand) {
			return new DemandDescriptor(demand.side().toString(), demand.needed(), demand.limit(), demand.fits(),
					demand.inWords());
		}

	}

}
