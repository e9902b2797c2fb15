package dev.dbpool.lease;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every state that a lease can reach, and every step from there, beside a specification
 * that is too simple to be wrong. The races are in the module {@code stress}.
 */
class LeaseUsesTests {

	/**
	 * How many statements and calls there are at most at the same time.
	 */
	private static final int MOST = 2;

	@Test
	void everyStepFromEveryStateDoesWhatIsSpecified() {
		Map<Expected, List<Step>> paths = new LinkedHashMap<>();
		Deque<Expected> unexplored = new ArrayDeque<>();
		for (Step begin : Step.BEGINNINGS) {
			paths.put(begin.from(null), List.of(begin));
			unexplored.add(begin.from(null));
		}
		Set<Step> taken = EnumSet.copyOf(Step.BEGINNINGS);
		while (!unexplored.isEmpty()) {
			Expected state = unexplored.remove();
			for (Step step : Step.values()) {
				if (step.isPossible(state)) {
					List<Step> path = new ArrayList<>(paths.get(state));
					path.add(step);
					Expected next = step.from(state);
					Lease lease = Lease.before(path);
					assertThat(lease.take(step)).describedAs("%s", path).isEqualTo(!step.adds() || !state.closed());
					assertThat(lease.hasIdleStatementOnly()).describedAs("%s", path)
						.isEqualTo(next.hasIdleStatementOnly());
					assertThat(lease.drain()).describedAs("%s", path).isEqualTo(next);
					taken.add(step);
					if (paths.putIfAbsent(next, path) == null) {
						unexplored.add(next);
					}
				}
			}
		}
		assertThat(taken).containsExactlyInAnyOrder(Step.values());
		assertStatesOfAllKindsAreReached(paths.keySet());
	}

	private static void assertStatesOfAllKindsAreReached(Collection<Expected> states) {
		assertThat(states).allMatch((state) -> state.ended() != state.isNeeded())
			.anyMatch(Expected::ended)
			.anyMatch((state) -> state.closed() && !state.ended())
			.anyMatch((state) -> state.broken() && !state.ended())
			.anyMatch((state) -> state.ended() && state.statements() == MOST)
			.anyMatch((state) -> state.pinned() && state.calls() + state.statements() == 0 && !state.ended())
			.anyMatch((state) -> state.transaction() && state.calls() + state.statements() == 0 && !state.ended())
			.anyMatch((state) -> state.atServer() && !state.transaction() && !state.pinned()
					&& state.calls() + state.statements() == 0 && !state.ended())
			.anyMatch((state) -> state.calls() == MOST && state.statements() == MOST && state.transaction()
					&& state.pinned() && state.broken() && state.closed());
	}

	/**
	 * What can happen to a lease.
	 */
	private enum Step {

		BEGIN_WITH_STATEMENT, BEGIN_WITH_CALL, BEGIN_PINNED_WITH_STATEMENT, BEGIN_PINNED_WITH_CALL,

		OPEN_STATEMENT, CLOSE_STATEMENT, BEGIN_CALL, END_CALL, END_CALL_AND_STATEMENT,

		BEGIN_TRANSACTION, END_TRANSACTION, SERVER_BEGINS, SERVER_ENDS,

		PIN, BREAK, CLOSE, RECLAIM, ABORT;

		private static final List<Step> BEGINNINGS = List.of(BEGIN_WITH_STATEMENT, BEGIN_WITH_CALL,
				BEGIN_PINNED_WITH_STATEMENT, BEGIN_PINNED_WITH_CALL);

		/**
		 * Whether the callers of the lease may do this in a state. The server's
		 * transaction begins and ends by what is sent to it, which is within a call.
		 */
		boolean isPossible(Expected state) {
			return switch (this) {
				case BEGIN_WITH_STATEMENT, BEGIN_WITH_CALL, BEGIN_PINNED_WITH_STATEMENT, BEGIN_PINNED_WITH_CALL ->
					false;
				case OPEN_STATEMENT -> state.statements() < MOST;
				case BEGIN_CALL -> state.calls() < MOST;
				case CLOSE_STATEMENT -> state.statements() > 0;
				case END_CALL_AND_STATEMENT -> state.calls() > 0 && state.statements() > 0;
				case END_CALL, BEGIN_TRANSACTION, END_TRANSACTION, ABORT -> state.calls() > 0;
				case SERVER_BEGINS -> state.calls() > 0 && !state.atServer();
				case SERVER_ENDS -> state.calls() > 0 && state.atServer();
				case PIN, BREAK, CLOSE, RECLAIM -> true;
			};
		}

		/**
		 * Whether this is refused once the lease was closed or has ended.
		 */
		boolean adds() {
			return this == OPEN_STATEMENT || this == BEGIN_CALL;
		}

		/**
		 * The specification: what a state becomes by this.
		 */
		Expected from(Expected old) {
			Expected next = switch (this) {
				case BEGIN_WITH_STATEMENT -> new Expected(1, 0, false, false, false, false, false, false);
				case BEGIN_WITH_CALL -> new Expected(0, 1, false, false, false, false, false, false);
				case BEGIN_PINNED_WITH_STATEMENT -> new Expected(1, 0, false, false, true, false, false, false);
				case BEGIN_PINNED_WITH_CALL -> new Expected(0, 1, false, false, true, false, false, false);
				case OPEN_STATEMENT -> old.closed() ? old : old.with(old.statements() + 1, old.calls());
				case BEGIN_CALL -> old.closed() ? old : old.with(old.statements(), old.calls() + 1);
				case CLOSE_STATEMENT -> old.with(old.statements() - 1, old.calls());
				case END_CALL -> old.with(old.statements(), old.calls() - 1);
				case END_CALL_AND_STATEMENT -> old.with(old.statements() - 1, old.calls() - 1);
				case BEGIN_TRANSACTION -> old.inTransaction(true, old.atServer());
				case END_TRANSACTION -> old.inTransaction(false, old.atServer());
				case SERVER_BEGINS -> old.inTransaction(old.transaction(), true);
				case SERVER_ENDS -> old.inTransaction(old.transaction(), false);
				case PIN -> old.flagged(true, old.broken(), old.closed());
				case BREAK -> old.flagged(old.pinned(), true, old.closed());
				case CLOSE, RECLAIM -> old.flagged(old.pinned(), old.broken(), true);
				case ABORT -> old.with(old.statements(), old.calls() - 1).flagged(old.pinned(), true, true);
			};
			return next.endedIfNotNeeded();
		}

	}

	/**
	 * A state as the specification has it. One that has ended is closed as well: it takes
	 * nothing more.
	 */
	private record Expected(int statements, int calls, boolean transaction, boolean atServer, boolean pinned,
			boolean broken, boolean closed, boolean ended) {

		Expected with(int statements, int calls) {
			return new Expected(statements, calls, this.transaction, this.atServer, this.pinned, this.broken,
					this.closed, this.ended);
		}

		Expected inTransaction(boolean transaction, boolean atServer) {
			return new Expected(this.statements, this.calls, transaction, atServer, this.pinned, this.broken,
					this.closed, this.ended);
		}

		Expected flagged(boolean pinned, boolean broken, boolean closed) {
			return new Expected(this.statements, this.calls, this.transaction, this.atServer, pinned, broken, closed,
					this.ended);
		}

		boolean hasIdleStatementOnly() {
			return this.statements > 0 && this.calls == 0 && !this.pinned;
		}

		/**
		 * A running call keeps the connection whatever happens. Everything else does so
		 * until the connection is broken or closed.
		 */
		boolean isNeeded() {
			boolean holds = this.statements > 0 || this.transaction || this.atServer || this.pinned;
			return this.calls > 0 || (holds && !this.broken && !this.closed);
		}

		Expected endedIfNotNeeded() {
			boolean ended = this.ended || !isNeeded();
			return new Expected(this.statements, this.calls, this.transaction, this.atServer, this.pinned, this.broken,
					this.closed || ended, ended);
		}

	}

	/**
	 * The real thing, without a connection.
	 */
	private static final class Lease extends LeaseUses {

		private boolean atServer;

		private int ends;

		Lease(long first) {
			super(first, false);
		}

		/**
		 * Begins, and takes all steps but the last.
		 */
		static Lease before(List<Step> path) {
			long first = path.get(0).name().endsWith("CALL") ? CALL : STATEMENT;
			Lease lease = new Lease(path.get(0).name().contains("PINNED") ? first | PINNED : first);
			path.subList(1, path.size() - 1).forEach(lease::take);
			return lease;
		}

		/**
		 * Takes a step.
		 * @return whether that was accepted
		 */
		boolean take(Step step) {
			if (step.adds()) {
				return add((step == Step.BEGIN_CALL) ? CALL : STATEMENT);
			}
			switch (step) {
				case CLOSE_STATEMENT -> remove(STATEMENT);
				case END_CALL -> remove(CALL);
				case END_CALL_AND_STATEMENT -> remove(CALL + STATEMENT);
				case BEGIN_TRANSACTION -> update(0, TRANSACTION);
				case END_TRANSACTION -> endTransaction();
				case SERVER_BEGINS, SERVER_ENDS -> sent(step);
				case PIN -> update(0, PINNED);
				case BREAK -> update(0, BROKEN);
				case CLOSE -> update(0, CLOSED);
				case RECLAIM -> reclaim();
				case ABORT -> update(-CALL, BROKEN | CLOSED);
				default -> throw new IllegalArgumentException(step.toString());
			}
			return true;
		}

		private void sent(Step step) {
			this.atServer = (step == Step.SERVER_BEGINS);
		}

		private void reclaim() {
			if (change(0, CLOSED)) {
				end();
			}
		}

		@Override
		boolean hasOpenTransaction() {
			return this.atServer;
		}

		@Override
		void end() {
			assertThat(isRunning()).isFalse();
			assertThat(isActive()).isFalse();
			assertThat(++this.ends).isOne();
		}

		/**
		 * Returns the state. Counts by taking away what is there.
		 */
		Expected drain() {
			boolean ended = !isActive();
			assertThat(this.ends).isEqualTo(ended ? 1 : 0);
			boolean transaction = isInTransaction();
			boolean pinned = isPinned();
			boolean broken = isBroken();
			boolean closed = !add(CALL);
			if (!closed) {
				remove(CALL);
			}
			int calls = 0;
			for (; isRunning(); calls++) {
				remove(CALL);
			}
			int statements = 0;
			for (; hasStatements(); statements++) {
				remove(STATEMENT);
			}
			return new Expected(statements, calls, transaction, this.atServer, pinned, broken, closed, ended);
		}

	}

}
