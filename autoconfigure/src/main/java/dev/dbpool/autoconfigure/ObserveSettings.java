package dev.dbpool.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.Mode;
import dev.dbpool.sql.Masking;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Refuses what contradicts {@link Mode#OBSERVE}: what would change a pool that stays as
 * it is, or stop a start-up that is never stopped. Runs before anything connects, and
 * whether or not there is a pool to observe.
 */
class ObserveSettings implements BeanFactoryPostProcessor {

	private static final String PREFIX = "db-pool.";

	/**
	 * What would change the pool if it is set at all.
	 */
	private static final List<String> CHANGES = List.of("size", "max-overflow", "recycle", "timeout", "socket-timeout",
			"pooler.url", "pooler.username", "pooler.password", "pooler.prepared-statements");

	/**
	 * Those of them that a pool may have for itself.
	 */
	private static final List<String> CHANGES_OF_ONE = List.of("size", "max-overflow", "pooler.url", "pooler.username",
			"pooler.password", "pooler.prepared-statements");

	/**
	 * What would change something, or refuse something, with one value.
	 */
	private static final Map<String, String> VALUES = Map.of("lease.release", "after-transaction",
			"guard.session-state", "fail", "budget.on-exceeded", "shrink", "required", "true");

	private static final Map<String, String> VALUES_OF_ONE = Map.of("lease.release", "after-transaction",
			"guard.session-state", "fail");

	private static final Set<String> LOGIN = Set.of("pooler.username", "pooler.password");

	private final Environment environment;

	ObserveSettings(Environment environment) {
		this.environment = environment;
	}

	static boolean isOn(Environment environment) {
		return Binder.get(environment).bind("db-pool.mode", Mode.class).orElse(Mode.MANAGE) == Mode.OBSERVE;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		if (!isOn(this.environment)) {
			return;
		}
		check(PREFIX, CHANGES, VALUES);
		OwnPools own = OwnPools.of(this.environment);
		own.keys().forEach((bean) -> check(OwnPools.PREFIX + "." + bean + ".", CHANGES_OF_ONE, VALUES_OF_ONE));
		if (!own.leasedOnly().isEmpty()) {
			throw contradiction(OwnPools.LEASED_ONLY, String.join(",", own.leasedOnly()));
		}
		List<String> settings = AllTransactionSettings.names(beans).toList();
		if (!settings.isEmpty()) {
			throw new InvalidSettingException(
					"db-pool.mode is 'observe', but the application has a bean of type TransactionSettings ('%s'): it would not be in force, and queries could read or change the data of another tenant."
						.formatted(String.join("', '", settings)),
					"Set db-pool.mode to manage, or remove the bean.");
		}
	}

	private void check(String prefix, List<String> changes, Map<String, String> values) {
		Binder binder = Binder.get(this.environment);
		for (String name : changes) {
			String value = binder.bind(prefix + name, String.class).orElse("");
			if (!value.isBlank()) {
				throw contradiction(prefix + name, LOGIN.contains(name) ? "******" : Masking.mask(value));
			}
		}
		values.forEach((name, contradicting) -> {
			String value = binder.bind(prefix + name, String.class).orElse("");
			if (value.strip().replace('_', '-').equalsIgnoreCase(contradicting)) {
				throw contradiction(prefix + name, value);
			}
		});
	}

	private static InvalidSettingException contradiction(String property, String value) {
		return new InvalidSettingException(property, value, "but db-pool.mode is 'observe', which changes nothing.",
				"Leave %s out while db-pool observes, or set db-pool.mode to manage.".formatted(property));
	}

}
