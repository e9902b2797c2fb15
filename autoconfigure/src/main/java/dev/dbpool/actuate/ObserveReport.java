package dev.dbpool.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.dbpool.guard.SessionBoundSql;
import dev.dbpool.lease.Observation;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a pool since the start.
 *
 * @param wouldRefuse why a managed application would not start
 * @param wouldWarn what a managed application would warn of at its start
 * @param maximumUsed how many connections were borrowed at the same time, at most
 * @param maximumUsedAt when that was first
 * @param neededConnections how many of them were needed at the same time, at most: so
 * many would have done if each had been given back after the transaction
 * @param neededConnectionsAt when that was first
 * @param idleShare for which share of the time that connections were borrowed nothing ran
 * in them, from 0 to 1
 * @param mostIdle which leases were idle for longest, those that were used for the same
 * together
 * @param sessionBound the SQL that needs a session of its own, the most frequent first
 */
public record ObserveReport(List<String> wouldRefuse, List<String> wouldWarn, int maximumUsed,
		@Nullable Instant maximumUsedAt, int neededConnections, @Nullable Instant neededConnectionsAt, double idleShare,
		List<KindDescriptor> mostIdle, List<SessionBoundSql.Seen> sessionBound) {

	static @Nullable ObserveReport of(@Nullable Observed observed) {
		if (observed == null) {
			return null;
		}
		Observation figures = observed.figures();
		return new ObserveReport(observed.wouldRefuse(), observed.wouldWarn(), figures.used().number(),
				figures.used().at(), figures.needed().number(), figures.needed().at(), rounded(figures.idleShare()),
				figures.mostIdle().stream().map(KindDescriptor::of).toList(), observed.sessionBound().seen());
	}

	private static double rounded(double share) {
		return Math.round(share * 1000) / 1000.0;
	}

	/**
	 * Leases that were used for the same.
	 *
	 * @param transaction the name of their last transaction
	 * @param lastSql their last SQL, without literals, shortened
	 * @param leases how many there were
	 * @param heldMillis for how long all of them lasted together
	 * @param idleMillis for how long of that nothing ran in them
	 * @param idleShare the same as a share, from 0 to 1
	 */
	public record KindDescriptor(@Nullable String transaction, @Nullable String lastSql, long leases, long heldMillis,
			long idleMillis, double idleShare) {

		static KindDescriptor of(Observation.Kind kind) {
			Duration held = kind.held();
			return new KindDescriptor(kind.transaction(), kind.lastSql(), kind.leases(), held.toMillis(),
					kind.idle().toMillis(), rounded((double) kind.idle().toNanos() / Math.max(1, held.toNanos())));
		}

	}

}
