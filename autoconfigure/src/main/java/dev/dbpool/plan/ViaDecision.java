package dev.dbpool.plan;

import java.util.ArrayList;
import java.util.List;

import dev.dbpool.Decision;
import dev.dbpool.PoolerMode;
import dev.dbpool.Source;
import dev.dbpool.Via;
import dev.dbpool.plan.KnownEndpoints.KnownEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * What the runtime goes through: as the user says, else as a probe found, else as the
 * endpoint's name suggests. Doubt counts as a transaction pooler.
 *
 * @param via what it goes through
 * @param decision how that was decided
 * @param warnings what the user should know about it
 */
record ViaDecision(Via via, Decision decision, List<String> warnings) {

	private static final String NAME = "via";

	/**
	 * Decides for a pooler URL.
	 */
	static ViaDecision ofPooler(PropertyNames names, PostgresUrl pooler, PoolerMode mode,
			@Nullable ProbeResult probed) {
		ViaDecision decided = ofPoolerUnchecked(names, pooler, mode, probed);
		if (probed != ProbeResult.DATABASE) {
			return decided;
		}
		return decided.with(("%s seems to be the database itself, not a pooler: the process id of a connection is that "
				+ "of its server process, where a pooler makes one up. It is treated as %s. "
				+ "Set it to the pooler, or leave it out.")
			.formatted(names.poolerUrl(),
					(decided.via == Via.DIRECT) ? "the database" : "a " + decided.via.toString().replace('-', ' ')));
	}

	private static ViaDecision ofPoolerUnchecked(PropertyNames names, PostgresUrl pooler, PoolerMode mode,
			@Nullable ProbeResult probed) {
		if (mode != PoolerMode.AUTO) {
			return byMode(names, mode);
		}
		KnownEndpoint known = KnownEndpoints.find(pooler);
		if (probed == ProbeResult.DATABASE && !isHostOfPooler(known)) {
			return detected(Via.DIRECT);
		}
		if (known == null || (known.via() == Via.DIRECT && probed != null)) {
			return byDefault(Via.TRANSACTION_POOLER);
		}
		if (known.via() == Via.DIRECT) {
			return detected(Via.DIRECT)
				.with("%s looks like the database itself (%s), not like a pooler. If it is a pooler, set %s."
					.formatted(names.poolerUrl(), known.provider(), names.poolerMode()));
		}
		return detected(known.via());
	}

	/**
	 * Decides for a direct URL alone. It should be the database itself. Where it is not,
	 * at least the runtime must be safe.
	 */
	static ViaDecision ofDirect(PropertyNames names, PostgresUrl direct, PoolerMode mode,
			@Nullable ProbeResult probed) {
		KnownEndpoint known = KnownEndpoints.find(direct);
		if (!isPooled(known, probed)) {
			return byDefault(Via.DIRECT);
		}
		return ofPooledDirect(names, known, mode, probed).with(directIsPooled(names, known, probed,
				"Move it to " + names.poolerUrl() + ", and set " + names.directUrl() + " to the database itself."));
	}

	private static ViaDecision ofPooledDirect(PropertyNames names, @Nullable KnownEndpoint known, PoolerMode mode,
			@Nullable ProbeResult probed) {
		if (probed == ProbeResult.TRANSACTION_POOLER) {
			return detected(Via.TRANSACTION_POOLER);
		}
		if (mode != PoolerMode.AUTO) {
			return byMode(names, mode);
		}
		return detected(
				(known != null && known.via() == Via.SESSION_POOLER) ? Via.SESSION_POOLER : Via.TRANSACTION_POOLER);
	}

	/**
	 * Adds what is wrong with a direct URL beside which there is a pooler URL.
	 */
	ViaDecision besideDirect(PropertyNames names, PostgresUrl direct, @Nullable ProbeResult probed) {
		if (probed == null || probed == ProbeResult.DATABASE) {
			return this;
		}
		return with(directIsPooled(names, KnownEndpoints.find(direct), probed,
				"Set " + names.directUrl() + " to the database itself."));
	}

	private static String directIsPooled(PropertyNames names, @Nullable KnownEndpoint known,
			@Nullable ProbeResult probed, String wayOut) {
		String verb = (probed == null || probed == ProbeResult.DATABASE) ? "looks like" : "is";
		String kind = (probed == ProbeResult.TRANSACTION_POOLER) ? "a transaction pooler" : "a pooler";
		String provider = (known != null) ? " (" + known.provider() + ")" : "";
		String consequence = switch ((probed != null) ? probed : ProbeResult.POOLER) {
			case POOLER_WITHOUT_PROOF ->
				", so migrations go through it. Its mode is not known: no transaction moved to another server "
						+ "connection while db-pool watched, but that proves nothing. In session mode migrations work, "
						+ "in transaction mode they deadlock or leave locks behind.";
			case TRANSACTION_POOLER -> ". What needs a session, as migrations and @DirectDataSource do, breaks there.";
			default -> ", so migrations go through it.";
		};
		return names.directUrl() + " " + verb + " " + kind + provider + consequence + " " + wayOut;
	}

	private static boolean isPooled(@Nullable KnownEndpoint known, @Nullable ProbeResult probed) {
		if (probed == null) {
			return known != null && known.via() != Via.DIRECT;
		}
		return probed != ProbeResult.DATABASE || isHostOfPooler(known);
	}

	/**
	 * Whether a provider says that this host is its pooler. Unlike a port's number, equal
	 * process ids do not overrule that: a pooler that passes them on and is taken for the
	 * database would serve one client another client's data.
	 */
	private static boolean isHostOfPooler(@Nullable KnownEndpoint known) {
		return known != null && known.via() != Via.DIRECT && !known.isAnyHost();
	}

	private static ViaDecision byMode(PropertyNames names, PoolerMode mode) {
		Via via = (mode == PoolerMode.SESSION) ? Via.SESSION_POOLER : Via.TRANSACTION_POOLER;
		return new ViaDecision(via, Decision.byProperty(NAME, via, names.poolerMode()), List.of());
	}

	private static ViaDecision byDefault(Via via) {
		return new ViaDecision(via, Decision.byDefault(NAME, via), List.of());
	}

	private static ViaDecision detected(Via via) {
		return new ViaDecision(via, new Decision(NAME, via.toString(), Source.DETECTED, null), List.of());
	}

	private ViaDecision with(String warning) {
		List<String> all = new ArrayList<>(this.warnings);
		all.add(warning);
		return new ViaDecision(this.via, this.decision, List.copyOf(all));
	}

}
