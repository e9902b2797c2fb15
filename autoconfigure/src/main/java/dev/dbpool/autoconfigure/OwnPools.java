package dev.dbpool.autoconfigure;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import dev.dbpool.autoconfigure.DbPoolProperties.Own;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;

/**
 * What is set for pools of the application itself, by the names of their beans. Needs no
 * bean, because it is asked for each data source that is made.
 *
 * @param binder reads the settings of one pool
 * @param keys the names of the pools that are handed over or left alone knowingly, as
 * they are written
 * @param leasedOnly the pools that are leased, and otherwise as the application made them
 */
record OwnPools(Binder binder, Set<String> keys, List<String> leasedOnly) {

	static final String PREFIX = "db-pool.data-sources";

	/**
	 * The shorter way, where nothing but the leases is wanted.
	 */
	static final String LEASED_ONLY = "db-pool.lease.data-sources";

	static OwnPools of(Environment environment) {
		Binder binder = Binder.get(environment);
		return new OwnPools(binder,
				binder.bind(PREFIX, Bindable.mapOf(String.class, Own.class)).orElse(Map.of()).keySet(),
				binder.bind(LEASED_ONLY, Bindable.listOf(String.class)).orElse(List.of()));
	}

	boolean isEmpty() {
		return handedOver().isEmpty() && this.leasedOnly.isEmpty();
	}

	/**
	 * Returns the names of the pools that are handed over, as they are written.
	 */
	List<String> handedOver() {
		return this.keys.stream().filter(this::isHandedOver).toList();
	}

	/**
	 * Returns the beans that are handed over.
	 * @param factory knows the names of beans
	 * @return their names; a name that no bean has is as it is written
	 */
	Set<String> beans(ListableBeanFactory factory) {
		String[] names = factory.getBeanNamesForType(DataSource.class, true, false);
		Set<String> beans = new LinkedHashSet<>();
		for (String key : handedOver()) {
			beans
				.add(Arrays.stream(names).filter((name) -> uniform(name).equals(uniform(key))).findFirst().orElse(key));
		}
		return beans;
	}

	boolean isHandedOver(String bean) {
		Own own = find(bean);
		return own != null && own.enabled();
	}

	/**
	 * Returns what is set for one pool.
	 * @param bean the name of its bean
	 * @return {@code null} if nothing is
	 */
	@Nullable Own find(String bean) {
		if (this.keys.stream().noneMatch((key) -> uniform(key).equals(uniform(bean)))) {
			return null;
		}
		// The map above would have one entry for each spelling.
		String name = bean.matches("[\\w-]+") ? PREFIX + "." + bean : PREFIX + "[" + bean + "]";
		return this.binder.bind(ConfigurationPropertyName.adapt(name, '.'), Bindable.of(Own.class)).orElse(null);
	}

	/**
	 * Environment variables know neither case nor dashes.
	 */
	private static String uniform(String name) {
		return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
	}

}
