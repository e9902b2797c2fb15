package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.GuardMode;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Release;
import dev.dbpool.TransactionSettings;
import dev.dbpool.Via;
import dev.dbpool.error.PoolerErrors;
import dev.dbpool.guard.SessionStateGuard;
import dev.dbpool.lease.ConnectionRules;
import dev.dbpool.lease.SqlCheck;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.PropertyNames;
import dev.dbpool.server.SessionDefaults;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Makes the {@link ConnectionRules} from what the user set. Refuses what cannot be made
 * safe behind a transaction pooler.
 */
final class ConnectionRulesFactory {

	private static final String READ_ONLY_MODE = "readOnlyMode";

	private ConnectionRulesFactory() {
	}

	/**
	 * Makes the rules.
	 * @param defaults what the sessions of the runtime begin with; {@code null} if that
	 * is not known
	 * @param serverConnections what the pooler has for this database and role;
	 * {@code null} if that is not known
	 * @param refusals takes what cannot be made safe
	 */
	static ConnectionRules of(ConnectionPlan plan, HikariSettings hikari, @Nullable SessionDefaults defaults,
			@Nullable Integer serverConnections, TransactionSettings settings, Release release, GuardMode sessionState,
			Refusals refusals) {
		boolean pooled = plan.via() == Via.TRANSACTION_POOLER;
		if (pooled) {
			PropertyNames names = plan.names();
			refusals.check(() -> refuseSchema(names.ofHikari("schema"), hikari.schema()));
			refusals.check(() -> refuseInitSql(names.ofHikari("connection-init-sql"), hikari.connectionInitSql()));
			refusals.check(() -> refuseReadOnlyMode(plan.runtime().property(), plan.runtime().url().parameters()));
			refusals.check(() -> refuseReadOnlyMode(names.driverProperties(), hikari.dataSourceProperties()));
		}
		boolean afterTransaction = release.afterTransaction(pooled);
		SessionDefaults known = setsSomething(hikari.connectionInitSql()) ? null : defaults;
		int defaultIsolation = (known != null) ? known.isolationLevel() : Connection.TRANSACTION_NONE;
		int isolation = Connection.TRANSACTION_NONE;
		if (StringUtils.hasText(hikari.transactionIsolation())) {
			isolation = TransactionIsolation.parse(plan.names().ofHikari("transaction-isolation"),
					hikari.transactionIsolation());
			// Otherwise Hikari has set it for the session.
			defaultIsolation = pooled ? defaultIsolation : isolation;
		}
		return new ConnectionRules(afterTransaction, pooled,
				(pooled && serverConnections != null) ? serverConnections : Integer.MAX_VALUE, defaultIsolation,
				isolation, (known != null) ? known.schema() : null, settings,
				pooled ? SessionStateGuard.of(sessionState) : check(afterTransaction), PoolerErrors::explained);
	}

	/**
	 * Makes the rules for another data source, of which nothing else is known.
	 */
	static ConnectionRules ofOther(String name, HikariDataSource pool, Release release) {
		boolean afterTransaction = release.afterTransaction(false);
		String url = pool.getJdbcUrl();
		if (afterTransaction && url != null && !ConnectionPlan.isPlainPostgres(url)) {
			throw notPostgres("the data source '" + name + "' has another driver");
		}
		return ConnectionRules.direct(afterTransaction, check(afterTransaction));
	}

	static InvalidSettingException notPostgres(String reason) {
		return new InvalidSettingException("db-pool.lease.release", "after-transaction",
				"but that needs the PostgreSQL driver, which tells whether a transaction is open, and " + reason + ".",
				"Set db-pool.lease.release to on-close, or leave it out.");
	}

	/**
	 * What only a session can do needs the same physical connection until the end.
	 */
	private static SqlCheck check(boolean afterTransaction) {
		return afterTransaction ? SessionStateGuard.pinning() : SqlCheck.NONE;
	}

	private static void refuseSchema(String property, @Nullable String schema) {
		if (StringUtils.hasText(schema)) {
			throw new InvalidSettingException(property, schema,
					"but behind a transaction pooler it would reach other clients and not last.",
					"Set it for the role, in the database itself: ALTER ROLE ... SET search_path = " + schema
							+ "; or qualify the names (spring.jpa.properties.hibernate.default_schema).");
		}
	}

	private static boolean setsSomething(@Nullable String sql) {
		return sql != null && StringUtils.hasText(sql) && SessionStateGuard.explain(sql) != null;
	}

	private static void refuseInitSql(String property, @Nullable String sql) {
		String problem = StringUtils.hasText(sql) ? SessionStateGuard.explain(sql) : null;
		if (sql != null && problem != null) {
			throw new InvalidSettingException(property, SessionStateGuard.shape(sql),
					"but behind a transaction pooler it reaches other clients and does not last: " + problem,
					"Set it for the role, in the database itself: ALTER ROLE ... SET ...");
		}
	}

	private static void refuseReadOnlyMode(String property, Map<String, String> parameters) {
		if ("always".equalsIgnoreCase(parameters.get(READ_ONLY_MODE))) {
			throw new InvalidSettingException(property, READ_ONLY_MODE + "=always",
					"but behind a transaction pooler it makes other clients' sessions read only.",
					"Remove it: read-only transactions are enforced by the server without it.");
		}
	}

}
