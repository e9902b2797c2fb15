package dev.dbpool.actuate;

import java.util.List;

import dev.dbpool.guard.SessionBoundSql;
import dev.dbpool.lease.Observation;

/**
 * What there is to tell of a pool that is only observed.
 *
 * @param wouldRefuse why a managed application would not start
 * @param wouldWarn what a managed application would warn of at its start
 * @param figures what was measured
 * @param sessionBound the SQL that needs a session of its own
 */
public record Observed(List<String> wouldRefuse, List<String> wouldWarn, Observation figures,
		SessionBoundSql sessionBound) {

	/**
	 * Returns the figures in words, for the log.
	 * @return a part of a line
	 */
	public String inWords() {
		return ("at most %d connections in use at the same time, and at most %d needed; idle for %d %% of the time "
				+ "that they were held; session-bound statements: %d; would be refused: %d")
			.formatted(this.figures.used().number(), this.figures.needed().number(),
					Math.round(100 * this.figures.idleShare()), this.sessionBound.total(), this.wouldRefuse.size());
	}

}
