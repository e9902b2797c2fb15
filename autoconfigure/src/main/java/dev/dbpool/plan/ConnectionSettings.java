package dev.dbpool.plan;

import java.util.Map;
import java.util.function.Predicate;

import dev.dbpool.DirectMode;
import dev.dbpool.PoolerMode;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ConnectionPlan} is made from: what the user set, nothing derived.
 *
 * @param names what the settings are called
 * @param directUrl {@code spring.datasource.url}; {@code null} if unset
 * @param directLogin user name and password of the data source
 * @param directMode {@code db-pool.direct.mode}
 * @param poolerUrl {@code db-pool.pooler.url}; {@code null} or blank if there is no
 * pooler
 * @param poolerLogin {@code db-pool.pooler.username} and {@code .password}
 * @param poolerMode {@code db-pool.pooler.mode}
 * @param preparedStatements {@code db-pool.pooler.prepared-statements}; {@code null} if
 * unset
 * @param driverProperties {@code spring.datasource.hikari.data-source-properties}
 * @param schema {@code spring.datasource.hikari.schema}
 * @param applicationName {@code spring.application.name}
 * @param knownToDriver whether the driver knows a parameter of this name
 */
public record ConnectionSettings(PropertyNames names, @Nullable String directUrl, Login directLogin,
		DirectMode directMode, @Nullable String poolerUrl, Login poolerLogin, PoolerMode poolerMode,
		@Nullable Boolean preparedStatements, Map<String, String> driverProperties, @Nullable String schema,
		@Nullable String applicationName, Predicate<String> knownToDriver) {

	/**
	 * Returns these settings with another login for the direct URL.
	 * @param login what a credentials provider returned
	 * @return new settings
	 */
	public ConnectionSettings with(Login login) {
		return new ConnectionSettings(this.names, this.directUrl, login, this.directMode, this.poolerUrl,
				this.poolerLogin, this.poolerMode, this.preparedStatements, this.driverProperties, this.schema,
				this.applicationName, this.knownToDriver);
	}

	@Override
	public String toString() {
		return "ConnectionSettings[" + Masking.MASK + "]";
	}

}
