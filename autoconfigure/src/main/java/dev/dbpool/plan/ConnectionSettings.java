package dev.dbpool.plan;

import java.util.Map;
import java.util.function.Predicate;

import dev.dbpool.PoolerMode;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ConnectionPlan} is made from: what the user set, nothing derived.
 *
 * @param directUrl {@code spring.datasource.url}; {@code null} if unset
 * @param directLogin user name and password of the data source
 * @param poolerUrl {@code db-pool.pooler.url}; {@code null} or blank if there is no
 * pooler
 * @param poolerLogin {@code db-pool.pooler.username} and {@code .password}
 * @param poolerMode {@code db-pool.pooler.mode}
 * @param preparedStatements {@code db-pool.pooler.prepared-statements}
 * @param driverProperties {@code spring.datasource.hikari.data-source-properties}
 * @param schema {@code spring.datasource.hikari.schema}
 * @param applicationName {@code spring.application.name}
 * @param probedDirect what a probe found behind the direct URL; {@code null} if there was
 * none
 * @param probedPooler what a probe found behind the pooler URL; {@code null} if there was
 * none
 * @param knownToDriver whether the driver knows a parameter of this name
 */
public record ConnectionSettings(@Nullable String directUrl, Login directLogin, @Nullable String poolerUrl,
		Login poolerLogin, PoolerMode poolerMode, boolean preparedStatements, Map<String, String> driverProperties,
		@Nullable String schema, @Nullable String applicationName, @Nullable ProbeResult probedDirect,
		@Nullable ProbeResult probedPooler, Predicate<String> knownToDriver) {

	/**
	 * Returns the same with what probes found.
	 * @param direct behind the direct URL; {@code null} if it was not probed
	 * @param pooler behind the pooler URL; {@code null} if it was not probed
	 * @return new settings
	 */
	public ConnectionSettings withProbed(@Nullable ProbeResult direct, @Nullable ProbeResult pooler) {
		return new ConnectionSettings(this.directUrl, this.directLogin, this.poolerUrl, this.poolerLogin,
				this.poolerMode, this.preparedStatements, this.driverProperties, this.schema, this.applicationName,
				direct, pooler, this.knownToDriver);
	}

	@Override
	public String toString() {
		return "ConnectionSettings[" + Masking.MASK + "]";
	}

}
