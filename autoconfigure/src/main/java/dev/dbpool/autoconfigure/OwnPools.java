package dev.dbpool.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.dbpool.autoconfigure.DbPoolProperties.Own;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * What is set for pools of the application itself, by the names of their beans. Needs no
 * bean, because it is asked for each data source that is made.
 *
 * @param pools the pools that are handed over, and those that are left alone knowingly
 * @param leasedOnly the pools that are leased, and otherwise as the application made them
 */
record OwnPools(Map<String, Own> pools, List<String> leasedOnly) {

	static final String PREFIX = "db-pool.data-sources";

	/**
	 * The shorter way, where nothing but the leases is wanted.
	 */
	static final String LEASED_ONLY = "db-pool.lease.data-sources";

	static OwnPools of(Environment environment) {
		Binder binder = Binder.get(environment);
		return new OwnPools(binder.bind(PREFIX, Bindable.mapOf(String.class, Own.class)).orElse(Map.of()),
				binder.bind(LEASED_ONLY, Bindable.listOf(String.class)).orElse(List.of()));
	}

	boolean isEmpty() {
		return handedOver().isEmpty() && this.leasedOnly.isEmpty();
	}

	/**
	 * Returns the names of the pools that are handed over.
	 */
	List<String> handedOver() {
		return this.pools.entrySet()
			.stream()
			.filter((pool) -> pool.getValue().enabled())
			.map(Map.Entry::getKey)
			.toList();
	}

	/**
	 * Returns what is set for one pool.
	 * @param bean the name of its bean
	 * @return {@code null} if nothing is
	 */
	@Nullable Own find(String bean) {
		Own exact = this.pools.get(bean);
		return (exact != null) ? exact
				: this.pools.entrySet()
					.stream()
					.filter((pool) -> uniform(pool.getKey()).equals(uniform(bean)))
					.map(Map.Entry::getValue)
					.findFirst()
					.orElse(null);
	}

	/**
	 * Environment variables know neither case nor dashes.
	 */
	private static String uniform(String name) {
		return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
	}

}
