package dev.dbpool.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.dbpool.Decision;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionSettings;
import dev.dbpool.plan.Login;
import dev.dbpool.plan.Masking;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.PGProperty;

import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;

/**
 * All that is decided before the first connection: where to connect, and how large the
 * pool is.
 */
record StartUpPlan(ConnectionPlan connections, PoolPlan pool) {

	private static final Log logger = LogFactory.getLog(StartUpPlan.class);

	/**
	 * Makes the plan and logs its warnings.
	 * @throws InvalidSettingException if a setting cannot work
	 */
	static StartUpPlan of(DbPoolProperties properties, DataSourceProperties dataSource, HikariSettings hikari) {
		DbPoolProperties.Pooler pooler = properties.pooler();
		Login login = new Login(hikari.username(), hikari.password())
			.orElse(new Login(dataSource.getUsername(), dataSource.getPassword()));
		ConnectionPlan connections = ConnectionPlan.of(new ConnectionSettings(dataSource.getUrl(), login, pooler.url(),
				new Login(pooler.username(), pooler.password()), pooler.mode(), pooler.preparedStatements(),
				hikari.dataSourceProperties(), hikari.schema(), (name) -> PGProperty.forName(name) != null));
		connections.warnings().forEach(logger::warn);
		if (hikari.connectionInitSql() != null) {
			logger.warn(HikariSettings.PREFIX + ".connection-init-sql does not run for migrations: "
					+ "they do not use the pool. Flyway has spring.flyway.init-sqls.");
		}
		if (connections.namesDifferentDatabases()) {
			DatabaseNames.check(connections);
		}
		return new StartUpPlan(connections, PoolPlan.of(properties, hikari, connections.via()));
	}

	List<Decision> decisions() {
		List<Decision> decisions = new ArrayList<>(this.connections.decisions());
		decisions.addAll(this.pool.decisions());
		return decisions;
	}

	/**
	 * Returns the line of the log.
	 * @return one line, without secrets
	 */
	String inWords() {
		String runtime = switch (this.connections.via()) {
			case DIRECT -> "directly to the database (%s)".formatted(ConnectionPlan.DIRECT_URL);
			case TRANSACTION_POOLER, SESSION_POOLER -> "via the %s at %s:%s (%s)".formatted(
					this.connections.via().toString().replace('-', ' '), this.connections.runtime().url().host(),
					this.connections.runtime().url().port(), ConnectionPlan.POOLER_URL);
		};
		return Masking.mask("db-pool: runtime %s, prepared statements %s; migrations directly to the database (%s), "
			.formatted(runtime, this.connections.preparedStatements() ? "on" : "off", ConnectionPlan.DIRECT_URL)
				+ "without a pool; " + this.pool.inWords());
	}

}
