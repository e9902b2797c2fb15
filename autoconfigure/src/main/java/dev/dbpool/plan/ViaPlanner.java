package dev.dbpool.plan;

import java.util.List;

import dev.dbpool.Decision;
import dev.dbpool.PoolerMode;
import dev.dbpool.Source;
import dev.dbpool.Via;
import dev.dbpool.plan.KnownEndpoints.KnownEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the runtime goes through: as the user says, else as a probe found, else as
 * the endpoint's name suggests. Doubt counts as a transaction pooler.
 */
final class ViaPlanner {

	private final ConnectionSettings settings;

	private final List<Decision> decisions;

	private final List<String> warnings;

	ViaPlanner(ConnectionSettings settings, List<Decision> decisions, List<String> warnings) {
		this.settings = settings;
		this.decisions = decisions;
		this.warnings = warnings;
	}

	Via ofPooler(PostgresUrl pooler) {
		Via via = decideOfPooler(pooler);
		if (this.settings.probedPooler() == ProbeResult.DATABASE) {
			this.warnings
				.add(("%s seems to lead to the database itself, not to a pooler: the process id of a connection "
						+ "is that of its server process, where a pooler makes one up. It is treated as %s. "
						+ "Let it lead to the pooler, or leave it out.")
					.formatted(ConnectionPlan.POOLER_URL, (via == Via.DIRECT) ? "the database" : "a " + words(via)));
		}
		return via;
	}

	private Via decideOfPooler(PostgresUrl pooler) {
		PoolerMode mode = this.settings.poolerMode();
		if (mode != PoolerMode.AUTO) {
			Via via = (mode == PoolerMode.SESSION) ? Via.SESSION_POOLER : Via.TRANSACTION_POOLER;
			this.decisions.add(Decision.byProperty("via", via, "db-pool.pooler.mode"));
			return via;
		}
		KnownEndpoint known = KnownEndpoints.find(pooler);
		ProbeResult probed = this.settings.probedPooler();
		if (probed == ProbeResult.DATABASE && !isHostOfPooler(known)) {
			return detected(Via.DIRECT);
		}
		if (known == null || (known.via() == Via.DIRECT && probed != null)) {
			this.decisions.add(Decision.byDefault("via", Via.TRANSACTION_POOLER));
			return Via.TRANSACTION_POOLER;
		}
		if (known.via() == Via.DIRECT) {
			this.warnings
				.add("%s looks like the database itself (%s), not like a pooler. ".formatted(ConnectionPlan.POOLER_URL,
						known.provider()) + "If it is a pooler, set db-pool.pooler.mode.");
		}
		return detected(known.via());
	}

	/**
	 * The direct URL should be the database itself. Where it is not, at least the runtime
	 * must be safe.
	 */
	Via ofDirect(PostgresUrl direct) {
		KnownEndpoint known = KnownEndpoints.find(direct);
		ProbeResult probed = this.settings.probedDirect();
		if (!isPooled(known, probed)) {
			this.decisions.add(Decision.byDefault("via", Via.DIRECT));
			return Via.DIRECT;
		}
		warnAboutDirect(known, probed, "Move it to " + ConnectionPlan.POOLER_URL + ", and set "
				+ ConnectionPlan.DIRECT_URL + " to the database itself.");
		if (probed == ProbeResult.TRANSACTION_POOLER) {
			return detected(Via.TRANSACTION_POOLER);
		}
		Via via = switch (this.settings.poolerMode()) {
			case SESSION -> Via.SESSION_POOLER;
			case TRANSACTION -> Via.TRANSACTION_POOLER;
			case AUTO -> (known != null && known.via() == Via.SESSION_POOLER) ? known.via() : Via.TRANSACTION_POOLER;
		};
		return detected(via);
	}

	/**
	 * Says what is wrong with a direct URL beside which there is a pooler URL.
	 */
	void checkDirectBesidePooler(PostgresUrl direct) {
		ProbeResult probed = this.settings.probedDirect();
		if (probed != null && probed != ProbeResult.DATABASE) {
			warnAboutDirect(KnownEndpoints.find(direct), probed,
					"Set " + ConnectionPlan.DIRECT_URL + " to the database itself.");
		}
	}

	private void warnAboutDirect(@Nullable KnownEndpoint known, @Nullable ProbeResult probed, String wayOut) {
		String verb = (probed == null || probed == ProbeResult.DATABASE) ? "looks like" : "is";
		String kind = (probed == ProbeResult.TRANSACTION_POOLER) ? "a transaction pooler" : "a pooler";
		String provider = (known != null) ? " (" + known.provider() + ")" : "";
		String consequence = switch ((probed != null) ? probed : ProbeResult.POOLER) {
			case POOLER_WITHOUT_PROOF ->
				", so migrations go through it. In which mode is not known: no transaction was seen to move to another "
						+ "server connection, but that is no proof. In session mode migrations work, in transaction mode they "
						+ "deadlock or leave locks behind.";
			case TRANSACTION_POOLER -> ". What needs a session, as migrations and @DirectDataSource do, breaks there.";
			default -> ", so migrations go through it.";
		};
		this.warnings.add(ConnectionPlan.DIRECT_URL + " " + verb + " " + kind + provider + consequence + " " + wayOut);
	}

	private static boolean isPooled(@Nullable KnownEndpoint known, @Nullable ProbeResult probed) {
		if (probed == null) {
			return known != null && known.via() != Via.DIRECT;
		}
		return probed != ProbeResult.DATABASE || isHostOfPooler(known);
	}

	/**
	 * Whether a provider says that this host is its pooler. Unlike a port's number, equal
	 * process ids do not overrule that: taken for the database, a pooler that passes them
	 * on would serve one client another one's data.
	 */
	private static boolean isHostOfPooler(@Nullable KnownEndpoint known) {
		return known != null && known.via() != Via.DIRECT && !known.isAnyHost();
	}

	private Via detected(Via via) {
		this.decisions.add(new Decision("via", via.toString(), Source.DETECTED, null));
		return via;
	}

	private static String words(Via via) {
		return via.toString().replace('-', ' ');
	}

}
