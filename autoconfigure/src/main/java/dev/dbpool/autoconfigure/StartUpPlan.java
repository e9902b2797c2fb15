package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.dbpool.Decision;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Release;
import dev.dbpool.Via;
import dev.dbpool.lease.ConnectionRules;
import dev.dbpool.lease.LeaseSettings;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionPlanner;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.PropertyNames;
import dev.dbpool.server.OtherClients;
import dev.dbpool.server.ServerFacts;
import dev.dbpool.sizing.Alongside;
import dev.dbpool.sizing.Amount;
import dev.dbpool.sizing.BudgetSettings;
import dev.dbpool.sizing.ConnectionBudget;
import dev.dbpool.sizing.Demand;
import dev.dbpool.sizing.Fleet;
import dev.dbpool.sizing.PoolSize;
import dev.dbpool.sizing.PoolSizing;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * All that is decided before the first connection of the pool. A value: {@link #of} asks
 * no server and writes no log.
 *
 * @param connections which URL serves which use
 * @param budget the connections that the database can give to this application
 * @param pool how large the pool is, and its times
 * @param rules how the connections of the runtime behave
 * @param leaseSettings what makes a lease a suspect
 * @param release when a connection goes back to the pool
 * @param login who logs in to the database
 * @param warnings what the user should know, secrets masked
 * @param refused what would stop the start-up, where the pool is only observed
 */
record StartUpPlan(ConnectionPlan connections, ConnectionBudget budget, PoolSettings pool, ConnectionRules rules,
		LeaseSettings leaseSettings, Decision release, DirectLogin login, List<String> warnings, List<String> refused) {

	/**
	 * Decides.
	 * @param settings what the user set
	 * @param planner makes the connection plan
	 * @param answers what the servers said
	 * @param alongside what the other pools of the application need
	 * @param running whether it is too late to stop the start-up: sizes that do not fit
	 * are a warning then
	 * @throws dev.dbpool.InvalidSettingException if a setting cannot work
	 */
	static StartUpPlan of(StartUpSettings settings, ConnectionPlanner planner, StartUpAnswers answers,
			Alongside alongside, boolean running) {
		DbPoolProperties properties = settings.properties();
		Refusals refusals = new Refusals(properties.observes());
		refuseToMigrateThroughAPooler(settings, planner);
		refusals.check(() -> answers.check(planner, settings.migrates()));
		ConnectionPlan connections = planner.plan(answers.direct(), answers.pooler());
		ConnectionBudget budget = budget(settings, connections, answers, alongside);
		PoolSettings pool = PoolSettings.of(properties, settings.hikari(), budget, connections, refusals, running);
		ConnectionRules rules = ConnectionRulesFactory.of(connections, settings.hikari(), answers.defaults(),
				properties.pooler().poolSize(), settings.transactionSettings(), properties.lease().release(),
				properties.guard().sessionState(), refusals);
		return new StartUpPlan(connections, budget, pool, rules, properties.lease().settings(),
				release(settings, rules), settings.login(), warnings(settings, answers, connections, budget, pool),
				refusals.told());
	}

	private static void refuseToMigrateThroughAPooler(StartUpSettings settings, ConnectionPlanner planner) {
		StartUpShare share = settings.migration();
		if (planner.direct() == null && share != null) {
			PropertyNames names = planner.names();
			throw new InvalidSettingException(
					"%s is set, but %s is not. %s would migrate through the pooler.".formatted(names.poolerUrl(),
							names.directUrl(), share.tool()),
					"Set %s to the database itself: migrations must not go through a pooler. If nothing is to migrate in this process, set %s."
						.formatted(names.directUrl(), share.off()));
		}
	}

	private static ConnectionBudget budget(StartUpSettings settings, ConnectionPlan connections, StartUpAnswers answers,
			Alongside alongside) {
		DbPoolProperties.Budget budget = settings.properties().budget();
		DbPoolProperties.Pooler pooler = settings.properties().pooler();
		ServerFacts facts = answers.facts();
		Fleet fleet = new Fleet(budget.workers(), budget.replicas(),
				Amount.parse("db-pool.budget.surge", budget.surge()));
		return new ConnectionBudget(new BudgetSettings(connections.names().prefix(), connections.via(),
				connections.migrationVia(), fleet, budget.maxConnections(),
				Amount.parse("db-pool.budget.reserved", budget.reserved()), (facts != null) ? facts.limits() : null,
				facts == null && budget.detect() && connections.migration() != null, pooler.maxClientConnections(),
				pooler.poolSize(), settings.startUpShare(), alongside));
	}

	private static List<String> warnings(StartUpSettings settings, StartUpAnswers answers, ConnectionPlan connections,
			ConnectionBudget budget, PoolSettings pool) {
		List<String> warnings = new ArrayList<>(connections.warnings());
		String unused = settings.login().warning(connections);
		if (unused != null) {
			warnings.add(unused);
		}
		if (connections.via() == Via.TRANSACTION_POOLER) {
			warnings.addAll(settings.schemaWork());
		}
		if (settings.hikari().connectionInitSql() != null) {
			warnings.add(connections.names().ofHikari("connection-init-sql") + " does not run for migrations: "
					+ "they do not use the pool. Flyway has spring.flyway.init-sqls.");
		}
		warnings.addAll(pool.sizing().warnings());
		if (answers.facts() != null) {
			String others = OtherClients.of(connections, answers.facts())
				.warning(budget, pool.sizing().size().maximum());
			if (others != null) {
				warnings.add(others);
			}
		}
		if (!budget.notChecked().isEmpty()) {
			warnings.add(connections.names().prefix() + ": not checked: " + String.join(", ", budget.notChecked()));
		}
		return List.copyOf(warnings);
	}

	/**
	 * Returns where to connect now for work that needs the direct URL.
	 * @throws SQLException if there is none, or no login for it
	 */
	ConnectionTarget direct() throws SQLException {
		try {
			return this.login.now(this.connections.direct());
		}
		catch (InvalidSettingException ex) {
			throw new SQLException(ex.getMessage(), ex);
		}
	}

	/**
	 * Returns how all that was decided, for the report.
	 */
	List<Decision> decisions() {
		return Stream.of(this.connections.decisions(), this.pool.decisions(), List.of(this.release))
			.flatMap(List::stream)
			.toList();
	}

	private static Decision release(StartUpSettings settings, ConnectionRules rules) {
		String value = rules.afterTransaction() ? "after-transaction" : "on-close";
		return (settings.properties().lease().release() != Release.AUTO)
				? Decision.byProperty("release", value, settings.releaseProperty())
				: Decision.byDefault("release", value);
	}

	/**
	 * Returns the plan in words, for the log.
	 * @return one line for each idea, without secrets
	 */
	List<String> lines() {
		String pool = Stream.concat(this.pool.decisions().stream(), Stream.of(this.release))
			.map((decision) -> "%s %s (%s)".formatted(decision.name(), decision.value(), decision.origin()))
			.collect(Collectors.joining(", "));
		return Stream
			.of(connectionsInWords(), this.login.inWords(this.connections), "pool " + pool,
					"budget " + this.budget.inWords(this.pool.sizing().size().maximum()))
			.filter(Objects::nonNull)
			.map((line) -> Masking.printable(this.connections.names().prefix() + ": " + line))
			.toList();
	}

	/**
	 * Returns how large the pool is and why, for the log.
	 */
	String sizesInWords() {
		PoolSize size = this.pool.sizing().size();
		return Masking.printable("size %d, max-overflow %d; budget %s".formatted(size.size(), size.maxOverflow(),
				this.budget.inWords(size.maximum())));
	}

	/**
	 * Returns what does not fit the budget.
	 * @return {@code null} if all does
	 */
	@Nullable String exceeded() {
		PoolSizing sizing = this.pool.sizing();
		boolean fits = this.budget.demands(sizing.size().maximum()).stream().allMatch(Demand::fits);
		return fits ? null : String.join(" ", sizing.warnings());
	}

	private String connectionsInWords() {
		ConnectionPlan plan = this.connections;
		String migrations = (plan.migration() != null && plan.migrationVia() != null)
				? "migrations %s, without a pool".formatted(inWords("through", plan.migrationVia(), plan.migration()))
				: "no direct connections: %s is not set".formatted(plan.names().directUrl());
		return "runtime %s, prepared statements %s; %s".formatted(inWords("via", plan.via(), plan.runtime()),
				plan.preparedStatements() ? "on" : "off", migrations);
	}

	private static String inWords(String preposition, Via via, ConnectionTarget target) {
		String way = (via == Via.DIRECT) ? "directly to the database" : "%s the %s at %s:%s".formatted(preposition,
				via.toString().replace('-', ' '), target.url().host(), target.url().port());
		return "%s (%s)".formatted(way, target.property());
	}

}
