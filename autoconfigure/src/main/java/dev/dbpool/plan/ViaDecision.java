package dev.dbpool.plan;

import java.util.ArrayList;
import java.util.List;

import dev.dbpool.Decision;
import dev.dbpool.DirectMode;
import dev.dbpool.PoolerMode;
import dev.dbpool.Source;
import dev.dbpool.Via;
import dev.dbpool.plan.KnownEndpoints.KnownEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * What the runtime, or what the direct URL, goes through: as the user says, else as a
 * probe found, else as the endpoint's name suggests. Doubt counts as a transaction
 * pooler.
 *
 * @param via what it goes through
 * @param source where that came from
 * @param property the property that decided, if one did
 * @param warnings what the user should know about it
 */
record ViaDecision(Via via, Source source, @Nullable String property, List<String> warnings) {

	Decision decision(String name) {
		return new Decision(name, this.via.toString(), this.source, this.property);
	}

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
	 * Decides for a direct URL alone. It should be the database itself, or a session
	 * pooler, which serves migrations as well. Where it is neither, at least the runtime
	 * must be safe.
	 */
	static ViaDecision ofDirect(ConnectionSettings settings, PostgresUrl direct, @Nullable ProbeResult probed) {
		KnownEndpoint known = KnownEndpoints.find(direct);
		PoolerMode mode = settings.poolerMode();
		ViaDecision session = ofSession(settings, (mode != PoolerMode.TRANSACTION) ? known : null, probed);
		if (session != null) {
			return session;
		}
		if (!isPooled(known, probed)) {
			return byDefault(Via.DIRECT);
		}
		PropertyNames names = settings.names();
		boolean moves = probed == ProbeResult.TRANSACTION_POOLER;
		ViaDecision decided = (mode != PoolerMode.AUTO && !moves) ? byMode(names, mode)
				: detected(Via.TRANSACTION_POOLER);
		return decided.with(directIsPooled(settings, known, probed,
				"Move it to " + names.poolerUrl() + ", and set " + names.directUrl() + " to the database itself."));
	}

	/**
	 * Decides for a direct URL beside which there is a pooler URL. The runtime does not
	 * use it.
	 */
	static ViaDecision besidePooler(ConnectionSettings settings, PostgresUrl direct, @Nullable ProbeResult probed) {
		KnownEndpoint known = KnownEndpoints.find(direct);
		ViaDecision session = ofSession(settings, known, probed);
		if (session != null) {
			return session;
		}
		if (probed == null || probed == ProbeResult.DATABASE) {
			return byDefault(Via.DIRECT);
		}
		return detected(Via.TRANSACTION_POOLER).with(directIsPooled(settings, known, probed,
				"Set " + settings.names().directUrl() + " to the database itself."));
	}

	/**
	 * Decides for a direct URL that is a session pooler, as the user says or as its
	 * provider does. Only proof of the contrary overrules them.
	 */
	private static @Nullable ViaDecision ofSession(ConnectionSettings settings, @Nullable KnownEndpoint known,
			@Nullable ProbeResult probed) {
		if (probed == ProbeResult.TRANSACTION_POOLER) {
			return null;
		}
		if (settings.directMode() == DirectMode.SESSION) {
			return byProperty(Via.SESSION_POOLER, settings.names().directMode());
		}
		return (known != null && known.via() == Via.SESSION_POOLER) ? detected(Via.SESSION_POOLER) : null;
	}

	private static String directIsPooled(ConnectionSettings settings, @Nullable KnownEndpoint known,
			@Nullable ProbeResult probed, String wayOut) {
		PropertyNames names = settings.names();
		boolean moves = probed == ProbeResult.TRANSACTION_POOLER;
		String verb = (probed == null || probed == ProbeResult.DATABASE) ? "looks like" : "is";
		String kind = moves ? "a transaction pooler" : "a pooler";
		String provider = (known != null) ? " (" + known.provider() + ")" : "";
		String claim = (settings.directMode() == DirectMode.SESSION)
				? ", although " + names.directMode() + " is 'session'" : "";
		String consequence = switch ((probed != null) ? probed : ProbeResult.POOLER) {
			case POOLER_WITHOUT_PROOF ->
				", so migrations go through it. Its mode is not known: no transaction moved to another server "
						+ "connection while db-pool watched, but that proves nothing. In session mode migrations work, "
						+ "in transaction mode they deadlock or leave locks behind.";
			case TRANSACTION_POOLER -> ". What needs a session, as migrations and @DirectDataSource do, breaks there.";
			default -> ", so migrations go through it.";
		};
		String other = (moves || isHostOfPooler(known)) ? ""
				: " If it is a pooler in session mode, set " + names.directMode() + "=session.";
		return names.directUrl() + " " + verb + " " + kind + provider + claim + consequence + " " + wayOut + other;
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
		return byProperty((mode == PoolerMode.SESSION) ? Via.SESSION_POOLER : Via.TRANSACTION_POOLER,
				names.poolerMode());
	}

	private static ViaDecision byProperty(Via via, String property) {
		return new ViaDecision(via, Source.PROPERTY, property, List.of());
	}

	private static ViaDecision byDefault(Via via) {
		return new ViaDecision(via, Source.DEFAULT, null, List.of());
	}

	private static ViaDecision detected(Via via) {
		return new ViaDecision(via, Source.DETECTED, null, List.of());
	}

	private ViaDecision with(String warning) {
		List<String> all = new ArrayList<>(this.warnings);
		all.add(warning);
		return new ViaDecision(this.via, this.source, this.property, List.copyOf(all));
	}

}
