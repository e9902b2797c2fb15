package dev.dbpool.plan;

import java.util.Map;
import java.util.function.Predicate;

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
 * @param directIsPooled whether the server behind the direct URL turned out to be a
 * pooler; {@code null} if it was not asked
 * @param knownToDriver whether the driver knows a parameter of this name
 */
public record ConnectionSettings(@Nullable String directUrl, Login directLogin, @Nullable String poolerUrl,
		Login poolerLogin, PoolerMode poolerMode, boolean preparedStatements, Map<String, String> driverProperties,
		@Nullable String schema, @Nullable Boolean directIsPooled, Predicate<String> knownToDriver) {

	/**
	 * Returns the same with what a probe of the direct URL found.
	 * @param pooled whether there is a pooler
	 * @return new settings
	 */
	public ConnectionSettings withDirectIsPooled(boolean pooled) {
		return new ConnectionSettings(this.directUrl, this.directLogin, this.poolerUrl, this.poolerLogin,
				this.poolerMode, this.preparedStatements, this.driverProperties, this.schema, pooled,
				this.knownToDriver);
	}

	@Override
	public String toString() {
		return "ConnectionSettings[" + Masking.MASK + "]";
	}

}
