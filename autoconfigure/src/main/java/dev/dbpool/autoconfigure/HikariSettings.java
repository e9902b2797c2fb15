package dev.dbpool.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.sizing.PoolSize;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * What the user set under {@code spring.datasource.hikari}, as far as it matters here.
 * The data source itself cannot tell what was set from what is its default.
 */
record HikariSettings(@Nullable String username, @Nullable String password, @Nullable String schema,
		@Nullable String connectionInitSql, @Nullable String transactionIsolation, @Nullable Integer maximumPoolSize,
		@Nullable Integer minimumIdle, @Nullable Long maxLifetime, @Nullable Long connectionTimeout,
		@Nullable Long idleTimeout, @Nullable Long keepaliveTime, @Nullable Long validationTimeout,
		@DefaultValue Map<String, String> dataSourceProperties) {

	static final String PREFIX = "spring.datasource.hikari";

	/**
	 * Variables whose names Spring Boot's binder also reads as properties of a
	 * {@code connection}: it then calls {@code getConnection()} in order to bind them.
	 */
	private static final Map<String, String> TRAPS = Map.of("CONNECTION_TIMEOUT", "CONNECTIONTIMEOUT",
			"CONNECTION_INIT_SQL", "CONNECTIONINITSQL", "CONNECTION_TEST_QUERY", "CONNECTIONTESTQUERY");

	/**
	 * Refuses variables that do not do what they say.
	 */
	static void refuseTraps(ConfigurableEnvironment environment) {
		TRAPS.forEach((name, instead) -> refuseVariable(environment, "SPRING_DATASOURCE_HIKARI_", name, instead));
	}

	static HikariSettings of(ConfigurableEnvironment environment) {
		return Binder.get(environment).bindOrCreate(PREFIX, Bindable.of(HikariSettings.class));
	}

	private static void refuseVariable(ConfigurableEnvironment environment, String prefix, String name,
			String instead) {
		for (PropertySource<?> source : environment.getPropertySources()) {
			if (source instanceof SystemEnvironmentPropertySource variables
					&& variables.getSource().containsKey(prefix + name)) {
				throw new InvalidSettingException(
						"The environment variable %s%s makes Spring Boot start the pool before it is configured, and lose a connection."
							.formatted(prefix, name),
						"Name it %s%s, or set the property in a file or as an argument.".formatted(prefix, instead));
			}
		}
	}

	/**
	 * Returns what is set for a pool of the application itself. What is as by default
	 * counts as unset.
	 */
	static HikariSettings of(HikariDataSource pool) {
		HikariConfig defaults = new HikariConfig();
		Map<String, String> properties = new LinkedHashMap<>();
		pool.getDataSourceProperties().forEach((name, value) -> properties.put(name.toString(), value.toString()));
		if (pool.isRunning()) {
			// Hikari has filled in what was left out.
			defaults.setMaximumPoolSize(10);
			defaults.setMinimumIdle(pool.getMaximumPoolSize());
		}
		return new HikariSettings(pool.getUsername(), pool.getPassword(), pool.getSchema(), pool.getConnectionInitSql(),
				pool.getTransactionIsolation(), set(pool, defaults, HikariConfig::getMaximumPoolSize),
				set(pool, defaults, HikariConfig::getMinimumIdle), set(pool, defaults, HikariConfig::getMaxLifetime),
				set(pool, defaults, HikariConfig::getConnectionTimeout),
				set(pool, defaults, HikariConfig::getIdleTimeout), set(pool, defaults, HikariConfig::getKeepaliveTime),
				set(pool, defaults, HikariConfig::getValidationTimeout), properties);
	}

	private static <T> @Nullable T set(HikariConfig pool, HikariConfig defaults, Function<HikariConfig, T> setting) {
		T value = setting.apply(pool);
		return value.equals(setting.apply(defaults)) ? null : value;
	}

	boolean setsSize() {
		return this.maximumPoolSize != null || this.minimumIdle != null;
	}

	/**
	 * Returns the size that Hikari would take: 10 unless set, all of them kept ready
	 * unless set.
	 */
	PoolSize size() {
		int maximum = (this.maximumPoolSize != null) ? this.maximumPoolSize : 10;
		int size = (this.minimumIdle != null) ? Math.min(this.minimumIdle, maximum) : maximum;
		return new PoolSize(size, maximum - size);
	}

	@Override
	public String toString() {
		return "HikariSettings[maximumPoolSize=" + this.maximumPoolSize + ", minimumIdle=" + this.minimumIdle + "]";
	}

}
