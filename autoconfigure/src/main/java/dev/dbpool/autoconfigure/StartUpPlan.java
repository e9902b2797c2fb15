package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.dbpool.Decision;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Release;
import dev.dbpool.TransactionSettings;
import dev.dbpool.Via;
import dev.dbpool.lease.ConnectionRules;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionPlanner;
import dev.dbpool.plan.ConnectionSettings;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.Login;
import dev.dbpool.plan.PostgresUrl;
import dev.dbpool.server.OtherClients;
import dev.dbpool.server.ServerFacts;
import dev.dbpool.server.SessionDefaults;
import dev.dbpool.sizing.Amount;
import dev.dbpool.sizing.BudgetSettings;
import dev.dbpool.sizing.ConnectedClients;
import dev.dbpool.sizing.ConnectionBudget;
import dev.dbpool.sizing.Fleet;
import dev.dbpool.sql.Masking;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * All that is decided before the first connection of the pool: where to connect, and how
 * large the pool is.
 */
record StartUpPlan(ConnectionPlan connections, ConnectionBudget budget, PoolPlan pool, ConnectionRules rules,
		DbPoolProperties.Lease lease, DirectLogin login) {

	private static final Log logger = LogFactory.getLog(StartUpPlan.class);

	/**
	 * Makes the plan and logs its warnings.
	 * @throws InvalidSettingException if a setting cannot work
	 */
	static StartUpPlan of(DbPoolProperties properties, DataSourceProperties dataSource, HikariSettings hikari,
			TransactionSettings transactionSettings, Environment environment, List<StartUpShare> shares) {
		DirectLogin login = DirectLogin.of(environment, new Login(hikari.username(), hikari.password())
			.orElse(new Login(dataSource.getUsername(), dataSource.getPassword())));
		ConnectionSettings settings = settings(properties, dataSource, hikari, login, environment);
		PoolerErrorFailureAnalyzer.forget();
		boolean migrates = shares.stream().anyMatch(StartUpShare::direct);
		ConnectionPlanner planner = new ConnectionPlanner(settings);
		StartUpProbe probe = StartUpProbe.of(properties, planner, migrates);
		ServerFacts facts = probe.facts();
		ConnectionPlan connections = planner.plan(probe.direct(), probe.poolerResult());
		connections.warnings().forEach(logger::warn);
		if (connections.via() == Via.TRANSACTION_POOLER) {
			SchemaWork.warnings(environment).forEach(logger::warn);
		}
		if (hikari.connectionInitSql() != null) {
			logger.warn(HikariSettings.PREFIX + ".connection-init-sql does not run for migrations: "
					+ "they do not use the pool. Flyway has spring.flyway.init-sqls.");
		}
		if (planner.namesDifferentDatabases() && facts != null) {
			checkDatabase(connections, facts.database(), probe);
		}
		// One tool migrates after the other.
		int startUpShare = shares.stream().mapToInt(StartUpShare::connections).max().orElse(0);
		ConnectionBudget budget = budget(properties, connections.via(), facts, startUpShare);
		PoolPlan pool = PoolPlan.of(properties, hikari, budget, connections);
		pool.sizing().warnings().forEach(logger::warn);
		if (facts != null) {
			String warning = OtherClients.of(connections, facts).warning(budget, pool.sizing().size().maximum());
			if (warning != null) {
				logger.warn(warning);
			}
		}
		ConnectionRules rules = RuntimeRules.of(connections, hikari,
				runtimeDefaults(probe, StringUtils.hasText(properties.pooler().url())), properties.pooler().poolSize(),
				transactionSettings, properties.lease().release(), properties.guard().sessionState());
		// Refuses what cannot be.
		properties.lease().settings();
		return new StartUpPlan(connections, budget, pool, rules, properties.lease(), login);
	}

	private static ConnectionSettings settings(DbPoolProperties properties, DataSourceProperties dataSource,
			HikariSettings hikari, DirectLogin login, Environment environment) {
		DbPoolProperties.Pooler pooler = properties.pooler();
		return new ConnectionSettings(dataSource.getUrl(), login.atStart(), pooler.url(),
				new Login(pooler.username(), pooler.password()), pooler.mode(), pooler.preparedStatements(),
				hikari.dataSourceProperties(), hikari.schema(), environment.getProperty("spring.application.name"),
				(name) -> PGProperty.forName(name) != null);
	}

	private static @Nullable SessionDefaults runtimeDefaults(StartUpProbe probe, boolean hasPooler) {
		if (hasPooler) {
			return (probe.pooler() != null) ? probe.pooler().defaults() : null;
		}
		return (probe.facts() != null) ? probe.facts().defaults() : null;
	}

	private static void checkDatabase(ConnectionPlan connections, String database, StartUpProbe probe) {
		try {
			String runtime = (probe.pooler() != null) ? probe.pooler().database()
					: ServerFacts.database(connections.runtime());
			if (!database.equals(runtime)) {
				throw new InvalidSettingException(
						"%s leads to the database '%s', but %s leads to '%s': the application would query one database and migrate another."
							.formatted(ConnectionPlan.POOLER_URL, runtime, ConnectionPlan.DIRECT_URL, database),
						"Let both URLs lead to the same database.");
			}
		}
		catch (SQLException ex) {
			logger.warn("Could not ask the server whether " + ConnectionPlan.POOLER_URL + " and "
					+ ConnectionPlan.DIRECT_URL + " lead to the same database: "
					+ Masking.mask(String.valueOf(ex.getMessage())));
		}
	}

	private static ConnectionBudget budget(DbPoolProperties properties, Via via, @Nullable ServerFacts facts,
			int startUpShare) {
		DbPoolProperties.Budget budget = properties.budget();
		Fleet fleet = new Fleet(budget.workers(), budget.replicas(),
				Amount.parse("db-pool.budget.surge", budget.surge()));
		return new ConnectionBudget(new BudgetSettings(via, fleet, budget.maxConnections(),
				Amount.parse("db-pool.budget.reserved", budget.reserved()), (facts != null) ? facts.limits() : null,
				properties.pooler().maxClientConnections(), properties.pooler().poolSize(), startUpShare));
	}

	/**
	 * Where migrations and session-bound work connect now.
	 */
	ConnectionTarget migration() throws SQLException {
		ConnectionTarget planned = this.connections.migration();
		return planned.with(this.login.now(planned.login()));
	}

	/**
	 * Asks the database, in a connection of its own.
	 */
	ConnectedClients connectedClients() throws SQLException {
		return OtherClients.of(this.connections,
				ServerFacts.read(migration(), this.connections.runtime().login().username()));
	}

	List<Decision> decisions() {
		List<Decision> decisions = new ArrayList<>(this.connections.decisions());
		decisions.addAll(this.pool.decisions());
		decisions.add(release());
		return decisions;
	}

	private Decision release() {
		String value = this.rules.afterTransaction() ? "after-transaction" : "on-close";
		return (this.lease.release() != Release.AUTO) ? Decision.byProperty("release", value, "db-pool.lease.release")
				: Decision.byDefault("release", value);
	}

	/**
	 * Returns the line of the log.
	 * @return one line, without secrets
	 */
	String inWords() {
		PostgresUrl url = this.connections.runtime().url();
		String runtime = (this.connections.via() == Via.DIRECT) ? "directly to the database" : "via the %s at %s:%s"
			.formatted(this.connections.via().toString().replace('-', ' '), url.host(), url.port());
		String line = "db-pool: runtime %s (%s), prepared statements %s; migrations directly to the database (%s), without a pool; %s, release %s (%s); budget %s%s";
		String notChecked = String.join(", ", this.budget.notChecked());
		return Masking.printable(line.formatted(runtime, this.connections.runtime().property(),
				this.connections.preparedStatements() ? "on" : "off", ConnectionPlan.DIRECT_URL, this.pool.inWords(),
				release().value(), release().origin(), this.budget.inWords(this.pool.sizing().size().maximum()),
				notChecked.isEmpty() ? "" : "; not checked: " + notChecked));
	}

}
