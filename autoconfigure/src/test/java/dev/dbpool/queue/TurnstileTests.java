package dev.dbpool.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.dbpool.Waiting;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TurnstileTests {

	private static final boolean CONTINUING = true;

	private static final boolean NEWCOMER = false;

	private static final long LONG = TimeUnit.MINUTES.toNanos(2);

	private final Turnstile turnstile = new Turnstile();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@Test
	void letsInAsManyAsTheMaximum() {
		List<Place> places = fill(3);
		assertThat(places).doesNotContainNull().doesNotHaveDuplicates().hasSize(3);
		assertThat(this.turnstile.tryEnter(3)).isNull();
		this.turnstile.leave(places.get(1));
		assertThat(this.turnstile.tryEnter(3)).isSameAs(places.get(1));
		assertThat(this.turnstile.tryEnter(3)).isNull();
	}

	@Test
	void nobodyWaitsWhileAPlaceIsFree() throws InterruptedException {
		this.turnstile.resize(2);
		assertThat(this.turnstile.enter(NEWCOMER, 0)).isNotNull();
		assertThat(this.turnstile.enter(CONTINUING, 0)).isNotNull();
		assertThat(this.turnstile.enter(CONTINUING, 0)).isNull();
		assertThat(this.turnstile.waiting()).isZero();
	}

	@Test
	void nobodyOvertakesThoseWhoWait() throws Exception {
		Place place = fill(1).get(0);
		Future<Place> waiting = enter(NEWCOMER);
		assertThat(this.turnstile.tryEnter(1)).isNull();
		this.turnstile.leave(place);
		assertThat(this.turnstile.tryEnter(1)).isNull();
		assertThat(get(waiting)).isNotNull();
	}

	@Test
	void servesEachQueueInOrderAndThoseWhoContinueFirst() throws Exception {
		Place place = fill(1).get(0);
		List<Future<Place>> newcomers = new ArrayList<>();
		List<Future<Place>> continuing = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			newcomers.add(enter(NEWCOMER));
			continuing.add(enter(CONTINUING));
			assertThat(this.turnstile.waiting()).isEqualTo(2 * i + 2);
			assertThat(this.turnstile.waitingContinuing()).isEqualTo(i + 1);
		}
		List<Future<Place>> expected = new ArrayList<>(continuing);
		expected.addAll(newcomers);
		for (int i = 0; i < expected.size(); i++) {
			this.turnstile.leave(place);
			assertThat(this.turnstile.waiting()).isEqualTo(expected.size() - i - 1);
			assertThat(this.turnstile.waitingContinuing()).isEqualTo(Math.max(0, continuing.size() - i - 1));
			place = get(expected.get(i));
			assertThat(expected.subList(i + 1, expected.size())).noneMatch(Future::isDone);
		}
	}

	@Test
	void newcomersDoNotStarve() throws Exception {
		Place place = fill(1).get(0);
		List<Future<Place>> newcomers = new ArrayList<>(List.of(enter(NEWCOMER), enter(NEWCOMER)));
		int passed = 0;
		while (!newcomers.isEmpty()) {
			// There is always one more of these.
			Future<Place> next = enter(CONTINUING);
			this.turnstile.leave(place);
			if (this.turnstile.waitingContinuing() == 1) {
				assertThat(passed).isEqualTo(Turnstile.BOUND - 1);
				passed = 0;
				this.turnstile.leave(get(newcomers.remove(0)));
			}
			place = get(next);
			assertThat(++passed).isLessThan(Turnstile.BOUND);
		}
		assertThat(this.turnstile.waiting()).isZero();
	}

	@Test
	void whoGivesUpLeavesNoTraceAndDoesNotHoldUpTheOthers() throws Exception {
		Place place = fill(1).get(0);
		for (boolean continues : new boolean[] { NEWCOMER, CONTINUING }) {
			Future<Place> before = enter(continues);
			assertThat(this.turnstile.enter(continues, 1)).isNull();
			Future<Place> after = enter(continues);
			assertThat(this.turnstile.waiting()).isEqualTo(2);
			this.turnstile.leave(place);
			this.turnstile.leave(get(before));
			place = get(after);
			assertThat(this.turnstile.waiting()).isZero();
			assertThat(this.turnstile.waitingContinuing()).isZero();
		}
		this.turnstile.leave(place);
		assertThat(this.turnstile.tryEnter(1)).isSameAs(place);
	}

	@Test
	void whoIsInterruptedLeavesNoTraceAndDoesNotHoldUpTheOthers() throws Exception {
		Place place = fill(1).get(0);
		for (boolean continues : new boolean[] { NEWCOMER, CONTINUING }) {
			Future<Place> before = enter(continues);
			AtomicReference<Thread> thread = new AtomicReference<>();
			Future<Place> interrupted = enter(continues, thread);
			Future<Place> after = enter(continues);
			thread.get().interrupt();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> get(interrupted))
				.withCauseInstanceOf(InterruptedException.class);
			assertThat(this.turnstile.waiting()).isEqualTo(2);
			this.turnstile.leave(place);
			this.turnstile.leave(get(before));
			place = get(after);
			assertThat(this.turnstile.waiting()).isZero();
		}
		this.turnstile.leave(place);
		assertThat(this.turnstile.tryEnter(1)).isSameAs(place);
	}

	/**
	 * As {@code Lock} and others do it.
	 */
	@Test
	void whoComesInterruptedDoesNotGetIn() {
		this.turnstile.resize(1);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> this.turnstile.enter(NEWCOMER, LONG));
		assertThat(Thread.interrupted()).isFalse();
		assertThat(this.turnstile.waiting()).isZero();
		assertThat(this.turnstile.tryEnter(1)).isNotNull();
	}

	@Test
	void noPlaceIsLostOnWhoGivesUpWhenItIsLetIn() throws Exception {
		Random random = new Random(1);
		CyclicBarrier start = new CyclicBarrier(2);
		int late = 0;
		for (int i = 0; i < 3000; i++) {
			Place place = this.turnstile.tryEnter(1);
			assertThat(place).as("iteration %d", i).isNotNull();
			long patience = random.nextInt(100_000);
			Future<Place> waiter = this.threads.submit(() -> {
				start.await();
				return this.turnstile.enter(NEWCOMER, patience);
			});
			await(start);
			this.turnstile.leave(place);
			Place got = get(waiter);
			if (got != null) {
				this.turnstile.leave(got);
			}
			else {
				late++;
			}
			assertThat(this.turnstile.waiting()).isZero();
		}
		assertThat(late).isLessThan(3000);
	}

	@Test
	void noPlaceIsLostOnWhoIsInterruptedWhenItIsLetIn() throws Exception {
		for (int i = 0; i < 3000; i++) {
			Place place = this.turnstile.tryEnter(1);
			assertThat(place).as("iteration %d", i).isNotNull();
			AtomicReference<Thread> thread = new AtomicReference<>();
			Future<Place> waiter = enterQuietly(thread);
			CyclicBarrier start = new CyclicBarrier(2);
			Future<?> interrupter = this.threads.submit(() -> {
				await(start);
				thread.get().interrupt();
			});
			await(start);
			this.turnstile.leave(place);
			Place got = get(waiter);
			if (got != null) {
				this.turnstile.leave(got);
			}
			interrupter.get(2, TimeUnit.MINUTES);
			assertThat(this.turnstile.waiting()).isZero();
		}
	}

	@Test
	void growsForThoseWhoWait() throws Exception {
		fill(1);
		List<Future<Place>> waiters = List.of(enter(NEWCOMER), enter(NEWCOMER), enter(NEWCOMER));
		this.turnstile.resize(3);
		assertThat(this.turnstile.waiting()).isEqualTo(1);
		assertThat(get(waiters.get(0))).isNotSameAs(get(waiters.get(1)));
		assertThat(waiters.get(2)).isNotDone();
	}

	@Test
	void growsForWhoComesNext() {
		fill(1);
		assertThat(this.turnstile.tryEnter(2)).isNotNull();
		assertThat(this.turnstile.tryEnter(2)).isNull();
	}

	@Test
	void shrinksAsLeasesRunOut() throws Exception {
		List<Place> places = new ArrayList<>(fill(3));
		this.turnstile.resize(1);
		Future<Place> waiter = enter(CONTINUING);
		Place last = this.turnstile.places().get(0);
		places.remove(last);
		for (Place place : places) {
			this.turnstile.leave(place);
			assertThat(this.turnstile.waiting()).isEqualTo(1);
			assertThat(this.turnstile.tryEnter(1)).isNull();
		}
		this.turnstile.leave(last);
		assertThat(get(waiter)).isSameAs(last);
		assertThat(this.turnstile.tryEnter(1)).isNull();
		this.turnstile.leave(last);
		assertThat(this.turnstile.tryEnter(1)).isSameAs(last);
		assertThat(this.turnstile.tryEnter(1)).isNull();
	}

	@Test
	void neverLetsInMoreThanTheMaximum() throws Exception {
		int maximum = 3;
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<Future<?>> crowd = new ArrayList<>();
		for (int i = 0; i < 16; i++) {
			Random random = new Random(i);
			crowd.add(this.threads.submit(() -> {
				for (int j = 0; j < 5000; j++) {
					Place place = this.turnstile.tryEnter(maximum);
					if (place == null) {
						long patience = random.nextBoolean() ? LONG : random.nextInt(50_000);
						place = this.turnstile.enter(random.nextBoolean(), patience);
						assertThat((place != null) || patience < LONG).isTrue();
					}
					if (place != null) {
						most.accumulateAndGet(inside.incrementAndGet(), Math::max);
						Thread.yield();
						inside.decrementAndGet();
						this.turnstile.leave(place);
					}
				}
				return null;
			}));
		}
		for (Future<?> one : crowd) {
			one.get(2, TimeUnit.MINUTES);
		}
		assertThat(most.get()).isEqualTo(maximum);
		assertThat(this.turnstile.waiting()).isZero();
		assertThat(fill(maximum)).doesNotContainNull();
	}

	private List<Place> fill(int maximum) {
		List<Place> places = new ArrayList<>();
		for (int i = 0; i < maximum; i++) {
			places.add(this.turnstile.tryEnter(maximum));
		}
		return places;
	}

	/**
	 * Has somebody wait, and returns when it is in the queue.
	 */
	private Future<Place> enter(boolean continues) {
		return enter(continues, new AtomicReference<>());
	}

	private Future<Place> enter(boolean continues, AtomicReference<Thread> thread) {
		int waiting = this.turnstile.waiting();
		Future<Place> place = this.threads.submit(() -> {
			thread.set(Thread.currentThread());
			return this.turnstile.enter(continues, LONG);
		});
		awaitWaiting(waiting + 1);
		return place;
	}

	private Future<Place> enterQuietly(AtomicReference<Thread> thread) {
		Future<Place> place = this.threads.submit(() -> {
			thread.set(Thread.currentThread());
			try {
				return this.turnstile.enter(NEWCOMER, LONG);
			}
			catch (InterruptedException ex) {
				return null;
			}
		});
		long end = System.nanoTime() + LONG;
		while (this.turnstile.waiting() == 0) {
			assertThat(System.nanoTime()).isLessThan(end);
			Thread.yield();
		}
		return place;
	}

	private void awaitWaiting(int count) {
		Waiting.await()
			.pollDelay(0, TimeUnit.MILLISECONDS)
			.pollInterval(1, TimeUnit.MILLISECONDS)
			.until(() -> this.turnstile.waiting() == count);
	}

	private static @Nullable Place get(Future<Place> place)
			throws InterruptedException, ExecutionException, TimeoutException {
		return place.get(2, TimeUnit.MINUTES);
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(2, TimeUnit.MINUTES);
		}
		catch (InterruptedException | BrokenBarrierException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
