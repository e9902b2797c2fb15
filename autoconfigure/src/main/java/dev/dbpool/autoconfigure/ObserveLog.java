package dev.dbpool.autoconfigure;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import dev.dbpool.actuate.Observed;
import dev.dbpool.sql.Masking;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * All that is logged where pools are only observed: one line at the start, and one a day.
 */
class ObserveLog implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(ObserveLog.class);

	private final ManagedPools pools;

	ObserveLog(ManagedPools pools) {
		this.pools = pools;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Collection<Observed> observed = observed().values();
		logger.info("db-pool observes: it changes and refuses nothing. Would be refused: %d; would be warned of: %d. "
			.formatted(observed.stream().mapToInt((pool) -> pool.wouldRefuse().size()).sum(),
					observed.stream().mapToInt((pool) -> pool.wouldWarn().size()).sum())
				+ "The report /actuator/dbpool says of what, and what was measured (observe)");
	}

	/**
	 * Returns what was observed so far.
	 */
	String day() {
		return "db-pool observed " + observed().entrySet()
			.stream()
			.map((pool) -> Masking.printable(pool.getKey()) + ": " + pool.getValue().inWords())
			.collect(Collectors.joining("; "));
	}

	private Map<String, Observed> observed() {
		Map<String, Observed> all = new LinkedHashMap<>();
		for (ManagedPool pool : this.pools.all()) {
			Observed observed = pool.observation();
			if (observed != null) {
				all.put(pool.name(), observed);
			}
		}
		return all;
	}

}
