package dev.dbpool.queue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Lets as many borrowers through to the pool as it may have connections, and keeps the
 * others waiting in order. Borrowers that continue work go first: their work would be
 * lost if they gave up. Newcomers get at least every {@value #BOUND}th place, so that
 * they do not starve. No borrower waits while a place is free. Thread-safe; a borrower
 * that need not wait takes no lock.
 */
public final class Turnstile {

	/**
	 * One in this many places goes to a newcomer, however many others wait. It is more
	 * than the leases that one request takes after its first, or newcomers would be let
	 * in faster than their requests can finish.
	 */
	static final int BOUND = 50;

	private final ReentrantLock lock = new ReentrantLock();

	// Mutable state, guarded by the lock

	private final Deque<Waiter> continuing = new ArrayDeque<>();

	private final Deque<Waiter> newcomers = new ArrayDeque<>();

	private int passed;

	// Mutable state, written with the lock

	/**
	 * All places there have ever been. They outlive a reduction of the maximum, because
	 * leases do.
	 */
	private volatile Place[] places = new Place[0];

	/**
	 * How many of the places may be taken.
	 */
	private volatile int maximum;

	private volatile int waitingContinuing;

	private volatile int waitingNewcomers;

	/**
	 * Adapts to the size of the pool.
	 * @param maximum how many connections it may have
	 */
	public void resize(int maximum) {
		this.lock.lock();
		try {
			Place[] places = this.places;
			int length = places.length;
			if (length < maximum) {
				places = Arrays.copyOf(places, maximum);
				for (int i = length; i < maximum; i++) {
					places[i] = new Place();
				}
				this.places = places;
			}
			this.maximum = maximum;
		}
		finally {
			this.lock.unlock();
		}
		admit();
	}

	/**
	 * Takes a place unless others wait for one.
	 * @param maximum how many connections the pool may have now
	 * @return {@code null} if the caller has to wait
	 */
	public @Nullable Place tryEnter(int maximum) {
		if (this.maximum != maximum) {
			resize(maximum);
		}
		return (waiting() == 0) ? free() : null;
	}

	/**
	 * Waits for a place.
	 * @param continues whether the caller has done work already
	 * @param nanos for how long to wait
	 * @return {@code null} if there was none in time
	 * @throws InterruptedException if the thread was interrupted; it has no place then
	 */
	public @Nullable Place enter(boolean continues, long nanos) throws InterruptedException {
		Waiter waiter = new Waiter(continues);
		boolean waited = false;
		try {
			join(waiter);
			// A place may have become free before this one was counted.
			admit();
			waiter.await(nanos);
			waited = !Thread.currentThread().isInterrupted();
		}
		finally {
			if (!waited || waiter.place == null) {
				// Either it is removed from the queue here, or it was let in at the last
				// moment.
				withdraw(waiter);
			}
			if (!waited && waiter.place != null) {
				leave(waiter.place);
			}
		}
		if (!waited) {
			Thread.interrupted();
			throw new InterruptedException();
		}
		return waiter.place;
	}

	private void join(Waiter waiter) {
		this.lock.lock();
		try {
			queue(waiter.continues).add(waiter);
			count();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void withdraw(Waiter waiter) {
		this.lock.lock();
		try {
			queue(waiter.continues).remove(waiter);
			count();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives a place up, and lets the next waiter in.
	 * @param place the place
	 */
	public void leave(Place place) {
		place.free();
		if (waiting() > 0) {
			admit();
		}
	}

	/**
	 * Lets waiters in, in order, while there is room.
	 */
	private void admit() {
		this.lock.lock();
		try {
			while (waiting() > 0) {
				Place place = free();
				if (place == null) {
					return;
				}
				Waiter next = null;
				try {
					next = next();
					count();
				}
				finally {
					if (next == null) {
						place.free();
					}
				}
				next.letIn(place);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private Waiter next() {
		boolean newcomer = this.continuing.isEmpty() || (!this.newcomers.isEmpty() && this.passed >= BOUND - 1);
		this.passed = (newcomer || this.newcomers.isEmpty()) ? 0 : this.passed + 1;
		return queue(!newcomer).remove();
	}

	/**
	 * Each thread begins to look at a place of its own, so that threads do not contend
	 * for one.
	 */
	private @Nullable Place free() {
		// In this order: the array is never shorter than a maximum that was read before.
		int maximum = this.maximum;
		Place[] places = this.places;
		int index = (int) Thread.currentThread().getId() & Integer.MAX_VALUE;
		for (int i = 0; i < maximum; i++) {
			index = (index < maximum) ? index : index % maximum;
			if (places[index].reserve()) {
				return places[index];
			}
			index++;
		}
		return null;
	}

	private Deque<Waiter> queue(boolean continues) {
		return continues ? this.continuing : this.newcomers;
	}

	private void count() {
		this.waitingContinuing = this.continuing.size();
		this.waitingNewcomers = this.newcomers.size();
	}

	/**
	 * Returns how many wait.
	 * @return 0 or more
	 */
	public int waiting() {
		return this.waitingContinuing + this.waitingNewcomers;
	}

	/**
	 * Returns how many of them continue work.
	 * @return 0 or more
	 */
	public int waitingContinuing() {
		return this.waitingContinuing;
	}

	/**
	 * Returns all places.
	 * @return free ones as well
	 */
	public List<Place> places() {
		return List.of(this.places);
	}

	private static final class Waiter {

		private final boolean continues;

		private final Thread thread = Thread.currentThread();

		private volatile @Nullable Place place;

		Waiter(boolean continues) {
			this.continues = continues;
		}

		void await(long nanos) {
			long deadline = System.nanoTime() + nanos;
			long left = nanos;
			while (this.place == null && left > 0 && !this.thread.isInterrupted()) {
				LockSupport.parkNanos(this, left);
				left = deadline - System.nanoTime();
			}
		}

		void letIn(Place place) {
			this.place = place;
			LockSupport.unpark(this.thread);
		}

	}

}
