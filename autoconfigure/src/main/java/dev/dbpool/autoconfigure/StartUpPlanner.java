package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.plan.ConnectionPlanner;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.ProbeResult;
import dev.dbpool.server.ServerFacts;
import dev.dbpool.server.ServerProbe;
import dev.dbpool.server.SessionDefaults;
import dev.dbpool.sizing.Alongside;
import dev.dbpool.sql.Masking;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Does the input and output of the start-up: asks the credentials provider and the
 * servers, has the plan made from their answers, and logs it.
 */
final class StartUpPlanner {

	private static final Log logger = LogFactory.getLog(StartUpPlanner.class);

	private final StartUpSettings settings;

	private final ConnectionPlanner connections;

	private final Consumer<SQLException> failures;

	private final List<String> refused;

	private final List<String> unanswered = new CopyOnWriteArrayList<>();

	/**
	 * Creates the planner, and asks the credentials provider if there is one.
	 * @param settings what the plan is made from
	 * @param failures sees what a connection failed with
	 * @throws InvalidSettingException if there is a URL that cannot be used, or if the
	 * provider does not return credentials
	 */
	StartUpPlanner(StartUpSettings settings, Consumer<SQLException> failures) {
		this.settings = settings;
		ConnectionPlanner asSet = new ConnectionPlanner(settings.connections());
		ConnectionTarget first = (asSet.direct() != null) ? asSet.direct() : asSet.pooler();
		Refusals refusals = new Refusals(observes());
		this.connections = (first != null && settings.login().isProvidedFor(first)) ? refusals.decide(
				() -> new ConnectionPlanner(settings.connections().with(settings.login().atStart(first))), () -> asSet)
				: asSet;
		this.refused = Stream.concat(settings.refused().stream(), refusals.told().stream()).toList();
		this.failures = failures;
	}

	/**
	 * Makes the plan.
	 * @param answers what the servers said
	 * @param alongside what the other pools of the application need
	 * @param running whether it is too late to stop the start-up
	 * @throws InvalidSettingException if a setting cannot work
	 */
	StartUpPlan plan(StartUpAnswers answers, Alongside alongside, boolean running) {
		return StartUpPlan.of(this.settings, this.connections, answers, alongside, running);
	}

	/**
	 * Logs the plan, unless the pool is only observed: then the report has it all.
	 */
	void log(StartUpPlan plan) {
		if (observes()) {
			return;
		}
		plan.lines().forEach(logger::info);
		plan.warnings().forEach(logger::warn);
	}

	/**
	 * Asks, at most once for each URL, and once more where the direct one is a pooler.
	 */
	StartUpAnswers ask() {
		ConnectionTarget target = this.connections.direct();
		StartUpAnswers answers = (target != null) ? askDirect(target) : StartUpAnswers.NONE;
		ConnectionTarget pooler = this.connections.pooler();
		return (pooler != null) ? askPooler(pooler, answers) : answers;
	}

	private StartUpAnswers askDirect(ConnectionTarget target) {
		boolean probe = this.settings.properties().probe();
		Duration limit = this.settings.properties().probeTimeout();
		ServerFacts facts = null;
		ProbeResult result = null;
		try {
			if (this.settings.properties().budget().detect()) {
				facts = ServerFacts.read(target, this.connections.runtimeLogin().username(), limit);
				result = facts.pooled() ? ProbeResult.POOLER : ProbeResult.DATABASE;
			}
			else if (probe) {
				result = ServerProbe.ask(target, limit).result();
			}
		}
		catch (SQLException ex) {
			warn(noAnswerFromDirect(), ex);
		}
		if (probe && result == ProbeResult.POOLER) {
			result = ServerProbe.watch(target, limit);
		}
		return new StartUpAnswers(facts, result, null, null, (facts != null) ? facts.defaults() : null);
	}

	private StartUpAnswers askPooler(ConnectionTarget target, StartUpAnswers direct) {
		ServerProbe.Answer pooler = this.settings.properties().probe() ? askPooler(target) : null;
		ProbeResult result = (pooler != null) ? pooler.result() : null;
		SessionDefaults defaults = (pooler != null) ? pooler.defaults() : null;
		String database = null;
		if (direct.facts() != null && this.connections.namesDifferentDatabases()) {
			database = (pooler != null) ? pooler.database() : askDatabase(target);
		}
		return new StartUpAnswers(direct.facts(), direct.direct(), result, database, defaults);
	}

	/**
	 * Returns how long one question may take.
	 */
	Duration limit() {
		return this.settings.properties().probeTimeout();
	}

	/**
	 * Asks the database once more for its limits.
	 * @param limit how long it may take
	 * @throws SQLException if it still does not answer
	 */
	ServerFacts askAgain(Duration limit) throws SQLException {
		return ServerFacts.read(this.settings.login().now(Objects.requireNonNull(this.connections.direct())),
				this.connections.runtimeLogin().username(), limit);
	}

	private String noAnswerFromDirect() {
		if (!this.settings.properties().budget().detect()) {
			return "Could not ask whether %s is the database itself (db-pool.probe=false turns this off)"
				.formatted(this.connections.names().directUrl());
		}
		return "Could not read the limits of the database, so they do not count in the size of the pool "
				+ "(db-pool.budget.detect=false%s turns this off)"
					.formatted(this.settings.properties().probe() ? " with db-pool.probe=false" : "");
	}

	private ServerProbe.@Nullable Answer askPooler(ConnectionTarget target) {
		try {
			return ServerProbe.ask(target, this.settings.properties().probeTimeout());
		}
		catch (SQLException ex) {
			warn("Could not ask whether %s is a pooler (db-pool.probe=false turns this off)"
				.formatted(this.connections.names().poolerUrl()), ex);
			return null;
		}
	}

	private @Nullable String askDatabase(ConnectionTarget target) {
		try {
			return ServerFacts.database(target, this.settings.properties().probeTimeout());
		}
		catch (SQLException ex) {
			warn("Could not ask the server whether " + this.connections.names().poolerUrl() + " and "
					+ this.connections.names().directUrl() + " connect to the same database", ex);
			return null;
		}
	}

	boolean observes() {
		return this.settings.properties().observes();
	}

	/**
	 * Returns what would be refused before anything is planned, where the pool is only
	 * observed.
	 */
	List<String> refused() {
		return this.refused;
	}

	/**
	 * Returns which servers did not answer, where the pool is only observed.
	 */
	List<String> unanswered() {
		return List.copyOf(this.unanswered);
	}

	private void warn(String problem, SQLException ex) {
		this.failures.accept(ex);
		String warning = problem + ": " + Masking.mask(String.valueOf(ex.getMessage()));
		if (observes()) {
			this.unanswered.add(warning);
		}
		else {
			logger.warn(warning);
		}
	}

}
