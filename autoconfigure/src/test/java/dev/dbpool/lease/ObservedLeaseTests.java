package dev.dbpool.lease;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.dbpool.queue.Place;
import org.junit.jupiter.api.Test;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every state of an observed connection, and every step from there: is the connection
 * needed then, and is it counted once?
 */
class ObservedLeaseTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private final PeakCount needed = new PeakCount(() -> NOW);

	private TransactionState state = TransactionState.IDLE;

	@Test
	void everyStepFromEveryStateCountsWhatIsNeededOnce() {
		Map<Expected, List<Step>> paths = new LinkedHashMap<>();
		Deque<Expected> unexplored = new ArrayDeque<>();
		Expected idle = new Expected(0, 0, false, false, false);
		paths.put(idle, List.of());
		unexplored.add(idle);
		while (!unexplored.isEmpty()) {
			Expected from = unexplored.remove();
			for (Step step : Step.values()) {
				if (step.isPossible(from)) {
					List<Step> path = new ArrayList<>(paths.get(from));
					path.add(step);
					Expected to = step.from(from);
					ObservedLease lease = lease(path);
					assertThat(lease.isActive()).describedAs("%s", path).isEqualTo(to.isNeeded());
					lease.close();
					for (int i = 0; i < to.calls(); i++) {
						lease.remove(LeaseUses.CALL);
					}
					assertThat(lease.isActive()).describedAs("%s, closed", path).isFalse();
					assertThat(lease.need(LeaseUses.CALL)).describedAs("%s, closed", path).isFalse();
					if (paths.putIfAbsent(to, path) == null) {
						unexplored.add(to);
					}
				}
			}
		}
		assertThat(paths.keySet()).anyMatch((to) -> !to.isNeeded() && !to.closed())
			.anyMatch((to) -> to.inTransaction() && to.calls() + to.statements() == 0)
			.anyMatch((to) -> to.pinned() && to.calls() + to.statements() == 0)
			.anyMatch((to) -> to.closed() && to.calls() > 0);
		// One lease at a time was needed, and none of them is counted any more.
		assertThat(this.needed.peak()).isEqualTo(new Observation.Peak(1, NOW));
		this.needed.up();
		assertThat(this.needed.peak().number()).isOne();
		this.needed.up();
		assertThat(this.needed.peak().number()).isEqualTo(2);
	}

	@Test
	void withoutTheDriverItIsNeededUntilItIsClosed() {
		ObservedLease lease = new ObservedLease(this.needed, new Place(), null, false);
		assertThat(lease.need(LeaseUses.CALL)).isTrue();
		lease.remove(LeaseUses.CALL);
		assertThat(lease.isActive()).isTrue();
		lease.close();
		assertThat(lease.isActive()).isFalse();
		assertThat(this.needed.peak().number()).isOne();
		this.needed.up();
		assertThat(this.needed.peak().number()).isOne();
	}

	private ObservedLease lease(List<Step> path) {
		this.state = TransactionState.IDLE;
		BaseConnection driver = (BaseConnection) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { BaseConnection.class }, (proxy, method, arguments) -> {
					assertThat(method.getName()).isEqualTo("getTransactionState");
					return this.state;
				});
		ObservedLease lease = new ObservedLease(this.needed, new Place(), driver, false);
		path.forEach((step) -> take(step, lease));
		return lease;
	}

	private void take(Step step, ObservedLease lease) {
		switch (step) {
			case CALL -> assertThat(lease.need(LeaseUses.CALL)).isTrue();
			case OPEN -> assertThat(lease.need(LeaseUses.STATEMENT)).isTrue();
			case RETURN -> lease.remove(LeaseUses.CALL);
			case CLOSE_STATEMENT -> lease.remove(LeaseUses.STATEMENT);
			case BEGIN -> serverSays(TransactionState.OPEN);
			case FAIL -> serverSays(TransactionState.FAILED);
			case COMMIT -> serverSays(TransactionState.IDLE);
			case PIN -> lease.pin("SET");
			case CLOSE -> lease.close();
		}
	}

	private void serverSays(TransactionState state) {
		this.state = state;
	}

	private enum Step {

		CALL, OPEN, RETURN, CLOSE_STATEMENT, BEGIN, FAIL, COMMIT, PIN, CLOSE;

		boolean isPossible(Expected state) {
			return switch (this) {
				case CALL -> !state.closed() && state.calls() < 2;
				case OPEN -> !state.closed() && state.statements() < 2;
				case RETURN -> state.calls() > 0;
				case CLOSE_STATEMENT -> state.statements() > 0;
				// The server says so during a call.
				case BEGIN, FAIL, COMMIT -> state.calls() > 0;
				case PIN -> !state.closed() && state.calls() > 0;
				case CLOSE -> !state.closed();
			};
		}

		Expected from(Expected state) {
			int calls = state.calls() + ((this == CALL) ? 1 : 0) - ((this == RETURN) ? 1 : 0);
			int statements = state.statements() + ((this == OPEN) ? 1 : 0) - ((this == CLOSE_STATEMENT) ? 1 : 0);
			boolean inTransaction = (this == BEGIN || this == FAIL) || (state.inTransaction() && this != COMMIT);
			return new Expected(calls, statements, inTransaction, state.pinned() || this == PIN,
					state.closed() || this == CLOSE);
		}

	}

	private record Expected(int calls, int statements, boolean inTransaction, boolean pinned, boolean closed) {

		/**
		 * A call that runs while another thread closes the connection ends first.
		 */
		boolean isNeeded() {
			return this.calls > 0 || (!this.closed && (this.statements > 0 || this.inTransaction || this.pinned));
		}

	}

}
