package dev.dbpool.queue;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * No place is given to two threads, and no thread waits while a place is free. Whatever
 * is not named as an outcome is forbidden.
 */
public final class TurnstileStress {

	/**
	 * Only a thread that is forgotten waits for so long.
	 */
	private static final long LONG = TimeUnit.SECONDS.toNanos(10);

	/**
	 * How long the next one waits. The first one that is forgotten has failed the test;
	 * millions of others need not take their time.
	 */
	private static volatile long patience = LONG;

	private static final boolean NEWCOMER = false;

	private static final boolean CONTINUING = true;

	private TurnstileStress() {
	}

	/**
	 * Begins with one place, which is taken.
	 */
	static class OnePlace {

		final Turnstile turnstile = new Turnstile();

		final Place place;

		OnePlace() {
			Place place = this.turnstile.tryEnter(1);
			if (place == null) {
				throw new IllegalStateException("There is no place");
			}
			this.place = place;
		}

		@Nullable Place enter(boolean continues) {
			Place place = enter(continues, patience);
			if (place == null) {
				patience = 1;
			}
			return place;
		}

		@Nullable Place enter(boolean continues, long nanos) {
			try {
				return this.turnstile.enter(continues, nanos);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		int enterAndLeave(boolean continues) {
			Place place = enter(continues);
			if (place != null) {
				place.add(1, 1);
				this.turnstile.leave(place);
			}
			return number(place);
		}

		static int number(@Nullable Place place) {
			return (place != null) ? 1 : 0;
		}

	}

	/**
	 * The first two threads of a pool.
	 */
	@JCStressTest
	@Outcome(id = { "1, 0", "0, 1" }, expect = Expect.ACCEPTABLE, desc = "One of them got the place.")
	@State
	public static class FirstTwo {

		private final Turnstile turnstile = new Turnstile();

		@Actor
		public void one(II_Result result) {
			result.r1 = OnePlace.number(this.turnstile.tryEnter(1));
		}

		@Actor
		public void other(II_Result result) {
			result.r2 = OnePlace.number(this.turnstile.tryEnter(1));
		}

	}

	/**
	 * A thread begins to wait while the place becomes free.
	 */
	@JCStressTest
	@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "It got the place.")
	@State
	public static class LeaveAndEnter extends OnePlace {

		@Actor
		public void leave() {
			this.turnstile.leave(this.place);
		}

		@Actor
		public void enter(II_Result result) {
			result.r1 = number(enter(NEWCOMER));
		}

		@Arbiter
		public void waiting(II_Result result) {
			result.r2 = this.turnstile.waiting();
		}

	}

	/**
	 * A thread gives up while the place becomes free.
	 */
	@JCStressTest
	@Outcome(id = { "1, 0, 0", "0, 1, 0" }, expect = Expect.ACCEPTABLE,
			desc = "It has the place, or the next one gets it.")
	@State
	public static class LeaveAndGiveUp extends OnePlace {

		@Actor
		public void leave() {
			this.turnstile.leave(this.place);
		}

		@Actor
		public void giveUp(III_Result result) {
			result.r1 = number(enter(CONTINUING, 1));
		}

		@Arbiter
		public void next(III_Result result) {
			result.r3 = this.turnstile.waiting();
			result.r2 = number(this.turnstile.tryEnter(1));
		}

	}

	/**
	 * A thread that does not want to wait beside one that has waited.
	 */
	@JCStressTest
	@Outcome(id = { "1, 0, 0", "0, 1, 0" }, expect = Expect.ACCEPTABLE, desc = "One of them got the place.")
	@State
	public static class TryEnterAndGiveUp extends OnePlace {

		public TryEnterAndGiveUp() {
			this.turnstile.leave(this.place);
		}

		@Actor
		public void tryEnter(III_Result result) {
			result.r1 = number(this.turnstile.tryEnter(1));
		}

		@Actor
		public void giveUp(III_Result result) {
			result.r2 = number(enter(NEWCOMER, 1));
		}

		@Arbiter
		public void waiting(III_Result result) {
			result.r3 = this.turnstile.waiting();
		}

	}

	/**
	 * The place goes from one to the other, and its totals with it.
	 */
	@JCStressTest
	@Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "Both got it, and both counted.")
	@State
	public static class TakeTurns extends OnePlace {

		public TakeTurns() {
			this.turnstile.leave(this.place);
		}

		@Actor
		public void newcomer(III_Result result) {
			result.r1 = enterAndLeave(NEWCOMER);
		}

		@Actor
		public void continuing(III_Result result) {
			result.r2 = enterAndLeave(CONTINUING);
		}

		@Arbiter
		public void leases(III_Result result) {
			result.r3 = (int) this.place.totals().leases();
		}

	}

	/**
	 * A thread begins to wait while the pool grows.
	 */
	@JCStressTest
	@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "It got the new place.")
	@State
	public static class ResizeAndEnter extends OnePlace {

		@Actor
		public void resize() {
			this.turnstile.resize(2);
		}

		@Actor
		public void enter(II_Result result) {
			result.r1 = number(enter(NEWCOMER));
		}

		@Arbiter
		public void waiting(II_Result result) {
			result.r2 = this.turnstile.waiting();
		}

	}

	/**
	 * The ledger looks at a place while a lease begins there.
	 */
	@JCStressTest
	@Outcome(id = { "0, 0", "1, 7" }, expect = Expect.ACCEPTABLE, desc = "It sees the whole lease, or none.")
	@State
	public static class BeginAndLook {

		private final Place place = new Place();

		@Actor
		public void begin() {
			if (this.place.reserve()) {
				Lease lease = new Lease();
				lease.written = 7;
				this.place.begin(lease);
			}
		}

		@Actor
		public void look(II_Result result) {
			if (this.place.lease() instanceof Lease lease) {
				result.r1 = 1;
				result.r2 = lease.written;
			}
		}

		private static final class Lease {

			private int written;

		}

	}

}
