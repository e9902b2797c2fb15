package dev.dbpool.autoconfigure;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.plan.ConnectionPlanner;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.ProbeResult;
import dev.dbpool.plan.PropertyNames;
import dev.dbpool.server.ServerFacts;
import dev.dbpool.server.SessionDefaults;
import org.jspecify.annotations.Nullable;

/**
 * What the servers said before anything uses the connections. Each answer is {@code null}
 * where the server was not asked or did not answer.
 *
 * @param facts what the database says of itself
 * @param direct what is behind the direct URL
 * @param pooler what is behind the pooler URL
 * @param runtimeDatabase the database behind the runtime's URL; only asked for if the two
 * URLs name different databases
 * @param defaults what the sessions of the runtime begin with
 */
record StartUpAnswers(@Nullable ServerFacts facts, @Nullable ProbeResult direct, @Nullable ProbeResult pooler,
		@Nullable String runtimeDatabase, @Nullable SessionDefaults defaults) {

	/**
	 * No server was asked.
	 */
	static final StartUpAnswers NONE = new StartUpAnswers(null, null, null, null, null);

	private static final String TURN_OFF = " db-pool.probe=false turns the check off.";

	/**
	 * Returns the same with a late answer.
	 */
	StartUpAnswers with(ServerFacts late) {
		return new StartUpAnswers(late, this.direct, this.pooler, this.runtimeDatabase, this.defaults);
	}

	/**
	 * Refuses URLs with which the application cannot work.
	 * @param connections where the URLs lead
	 * @param migrates whether something migrates through the direct URL at start-up
	 * @throws InvalidSettingException if an answer shows that one of them is wrong
	 */
	void check(ConnectionPlanner connections, boolean migrates) {
		PropertyNames names = connections.names();
		ConnectionTarget direct = connections.direct();
		if (this.direct == ProbeResult.STATEMENT_POOLER && direct != null) {
			throw statementMode(direct, "Set " + names.directUrl() + " to the database itself, and " + names.poolerUrl()
					+ " to a pooler in transaction mode.");
		}
		if (this.direct == ProbeResult.TRANSACTION_POOLER && direct != null && migrates) {
			String claim = connections.directIsSetToSession() ? ", although " + names.directMode() + " is 'session'"
					: "";
			throw new InvalidSettingException(names.directUrl(), direct,
					"which is a transaction pooler" + claim + ": transactions moved between server connections. "
							+ "Migrations through it deadlock, or leave locks behind that block the next one.",
					"Set " + names.directUrl() + " to the database itself, and " + names.poolerUrl() + " to this one."
							+ TURN_OFF);
		}
		ConnectionTarget pooler = connections.pooler();
		if (this.pooler == ProbeResult.STATEMENT_POOLER && pooler != null) {
			throw statementMode(pooler, "Let the pooler run in transaction mode, or use another one.");
		}
		if (this.facts != null && this.runtimeDatabase != null && !this.facts.database().equals(this.runtimeDatabase)) {
			throw new InvalidSettingException(
					"%s connects to the database '%s', but %s connects to '%s': the application would query one database and migrate another."
						.formatted(names.poolerUrl(), this.runtimeDatabase, names.directUrl(), this.facts.database()),
					"Point both URLs to the same database.");
		}
	}

	private static InvalidSettingException statementMode(ConnectionTarget target, String action) {
		return new InvalidSettingException(target.property(), target,
				"which is a pooler in statement mode: it does not allow transactions.", action + TURN_OFF);
	}

}
