package dev.dbpool.autoconfigure;

import java.sql.SQLException;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionPlanner;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.ProbeResult;
import dev.dbpool.server.ServerFacts;
import dev.dbpool.server.ServerProbe;
import dev.dbpool.sql.Masking;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What is asked before anything uses the connections: the limits of the database, and
 * whether each URL leads where it should.
 *
 * @param facts the limits; {@code null} if they were not asked for or not to be had
 * @param direct what is behind the direct URL; {@code null} if that is not known
 * @param pooler what is behind the pooler URL; {@code null} if that is not known
 */
record StartUpProbe(@Nullable ServerFacts facts, @Nullable ProbeResult direct, ServerProbe.@Nullable Answer pooler) {

	private static final Log logger = LogFactory.getLog(StartUpProbe.class);

	private static final String TURN_OFF = " db-pool.probe=false turns the check off.";

	/**
	 * Asks, at most once for each URL, and once more where the direct one is a pooler.
	 * @param properties what the user wants to be asked
	 * @param planner where to connect
	 * @param migrates whether something migrates through the direct URL at start-up
	 * @return the answers
	 * @throws InvalidSettingException if an answer shows that the application cannot work
	 */
	static StartUpProbe of(DbPoolProperties properties, ConnectionPlanner planner, boolean migrates) {
		boolean probe = properties.probe();
		ServerFacts facts = null;
		ProbeResult direct = null;
		ServerProbe.Answer pooler = null;
		try {
			if (properties.budget().detect()) {
				facts = ServerFacts.read(planner.direct(), planner.runtimeLogin().username());
				direct = facts.pooled() ? ProbeResult.POOLER : ProbeResult.DATABASE;
			}
			else if (probe) {
				direct = ServerProbe.ask(planner.direct()).result();
			}
		}
		catch (SQLException ex) {
			PoolerErrorFailureAnalyzer.remember(ex);
			logger.warn(unanswered(properties) + Masking.mask(String.valueOf(ex.getMessage())));
		}
		if (probe && direct == ProbeResult.POOLER) {
			direct = ServerProbe.watch(planner.direct());
		}
		check(direct, planner.direct(), migrates);
		if (probe && planner.pooler() != null) {
			pooler = askPooler(planner.pooler());
		}
		return new StartUpProbe(facts, direct, pooler);
	}

	private static String unanswered(DbPoolProperties properties) {
		if (!properties.budget().detect()) {
			return "Could not ask whether %s is the database itself (db-pool.probe=false does not try): "
				.formatted(ConnectionPlan.DIRECT_URL);
		}
		return "Could not read the limits of the database, so they do not count in the size of the pool "
				+ "(db-pool.budget.detect=false%s does not try): "
					.formatted(properties.probe() ? " with db-pool.probe=false" : "");
	}

	private static void check(@Nullable ProbeResult direct, ConnectionTarget target, boolean migrates) {
		if (direct == ProbeResult.STATEMENT_POOLER) {
			throw statementMode(ConnectionPlan.DIRECT_URL, target,
					"Set " + ConnectionPlan.DIRECT_URL + " to the database itself, and " + ConnectionPlan.POOLER_URL
							+ " to a pooler in transaction mode.");
		}
		if (direct == ProbeResult.TRANSACTION_POOLER && migrates) {
			throw new InvalidSettingException(ConnectionPlan.DIRECT_URL, target,
					"which is a transaction pooler: transactions were seen to move between server connections. "
							+ "Migrations through it deadlock, or leave locks behind that block the next one.",
					"Set " + ConnectionPlan.DIRECT_URL + " to the database itself, and " + ConnectionPlan.POOLER_URL
							+ " to this one." + TURN_OFF);
		}
	}

	private static ServerProbe.@Nullable Answer askPooler(ConnectionTarget target) {
		try {
			ServerProbe.Answer answer = ServerProbe.ask(target);
			if (answer.result() == ProbeResult.STATEMENT_POOLER) {
				throw statementMode(ConnectionPlan.POOLER_URL, target,
						"Let the pooler run in transaction mode, or use another one.");
			}
			return answer;
		}
		catch (SQLException ex) {
			PoolerErrorFailureAnalyzer.remember(ex);
			logger.warn("Could not ask whether %s is a pooler (db-pool.probe=false does not try): %s"
				.formatted(ConnectionPlan.POOLER_URL, Masking.mask(String.valueOf(ex.getMessage()))));
			return null;
		}
	}

	private static InvalidSettingException statementMode(String property, ConnectionTarget target, String action) {
		return new InvalidSettingException(property, target,
				"which is a pooler in statement mode: it does not allow transactions.", action + TURN_OFF);
	}

	@Nullable ProbeResult poolerResult() {
		return (this.pooler != null) ? this.pooler.result() : null;
	}

}
