package dev.dbpool.autoconfigure;

import java.util.Map;

import dev.dbpool.sizing.PoolSize;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * What the user set under {@code spring.datasource.hikari}, as far as it matters here.
 * The data source itself cannot tell what was set from what is its default.
 */
record HikariSettings(@Nullable String username, @Nullable String password, @Nullable String schema,
		@Nullable String connectionInitSql, @Nullable Integer maximumPoolSize, @Nullable Integer minimumIdle,
		@Nullable Long maxLifetime, @Nullable Long connectionTimeout, @Nullable Long idleTimeout,
		@Nullable Long keepaliveTime, @DefaultValue Map<String, String> dataSourceProperties) {

	static final String PREFIX = "spring.datasource.hikari";

	static HikariSettings of(Environment environment) {
		return Binder.get(environment).bindOrCreate(PREFIX, Bindable.of(HikariSettings.class));
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
