package dev.dbpool.lease;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.dbpool.CaptureStacks;
import dev.dbpool.queue.LeaseTotals;
import dev.dbpool.queue.Place;
import dev.dbpool.queue.Turnstile;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Knows who holds a physical connection, since when, and doing what. Thread-safe. Reading
 * it takes no lock, borrows nothing and does not disturb the holders.
 */
public final class LeaseLedger {

	private static final Log logger = LogFactory.getLog(LeaseLedger.class);

	private static final Pattern LISTEN = Pattern.compile("(?i)listen\\b");

	/**
	 * Through this type the driver hands out notifications.
	 */
	private static final String UNWRAPPED = "unwrapped PGConnection";

	private final Turnstile turnstile;

	private final boolean throughTransactionPooler;

	private final IntSupplier maximum;

	private final long suspectNanos;

	private final long idleSuspectNanos;

	private final CaptureStacks captureStacks;

	private final boolean logs;

	private final LongAdder timeouts = new LongAdder();

	private final LongAdder suspects = new LongAdder();

	private final LongAdder reclaimed = new LongAdder();

	private final Once reported = new Once(logger);

	private final Unstoppable watcher = new Unstoppable();

	/**
	 * Creates a ledger.
	 * @param throughTransactionPooler whether that is what lies behind the pool
	 * @param maximum how many connections the pool may have, which may change
	 * @param logs whether it warns of suspects; it counts them in any case
	 */
	LeaseLedger(Turnstile turnstile, LeaseSettings settings, boolean throughTransactionPooler, IntSupplier maximum,
			boolean logs) {
		this.turnstile = turnstile;
		this.throughTransactionPooler = throughTransactionPooler;
		this.maximum = maximum;
		this.suspectNanos = settings.suspectAfter().toNanos();
		this.idleSuspectNanos = settings.idleSuspectAfter().toNanos();
		this.captureStacks = settings.captureStacks();
		this.logs = logs;
	}

	/**
	 * Returns the leases of this moment.
	 * @return the oldest first
	 */
	public List<LeaseSnapshot> leases() {
		return active().map(LeaseUses::snapshot).sorted(Comparator.comparing(LeaseSnapshot::age).reversed()).toList();
	}

	/**
	 * Returns what the leases that have ended add up to.
	 * @return the totals since the start
	 */
	public LeaseTotals totals() {
		return this.turnstile.places().stream().map(Place::totals).reduce(LeaseTotals.NONE, LeaseTotals::plus);
	}

	/**
	 * Returns how many borrowers wait in front of the pool.
	 * @return 0 or more
	 */
	public int waiting() {
		return this.turnstile.waiting();
	}

	/**
	 * Returns how many of them continue work that had a lease before; they go first.
	 * @return 0 or more
	 */
	public int waitingContinuing() {
		return this.turnstile.waitingContinuing();
	}

	/**
	 * Returns how many borrowers timed out.
	 * @return the count since the start
	 */
	public long timeouts() {
		return this.timeouts.sum();
	}

	/**
	 * Returns how many leases became suspects.
	 * @return the count since the start
	 */
	public long suspects() {
		return this.suspects.sum();
	}

	/**
	 * Returns how many leases were reclaimed: their logical connection was never closed
	 * and had become unreachable.
	 * @return the count since the start
	 */
	public long reclaimed() {
		return this.reclaimed.sum();
	}

	void timedOut() {
		this.timeouts.increment();
	}

	boolean holdsLease(Thread thread) {
		return active().anyMatch((lease) -> lease.isOwnedBy(thread));
	}

	int running() {
		return (int) active().filter(LeaseUses::isRunning).count();
	}

	private Stream<LeaseUses> active() {
		return this.turnstile.places()
			.stream()
			.map(Place::lease)
			.filter(LeaseUses.class::isInstance)
			.map(LeaseUses.class::cast);
	}

	/**
	 * Looks for leases that last too long. Called by one thread, from time to time.
	 */
	public void watch() {
		if (waiting() > 0) {
			// The pool may have been enlarged, and only a borrower would notice.
			this.watcher.run(() -> this.turnstile.resize(this.maximum.getAsInt()));
		}
		active().forEach((lease) -> this.watcher.run(() -> watch(lease)));
	}

	private void watch(LeaseUses lease) {
		if (lease instanceof Lease managed && managed.isAbandoned()) {
			this.reclaimed.increment();
			report("Reclaimed a connection that was never closed and has become unreachable: ", lease.snapshot());
			managed.reclaim();
		}
		else if (lease.isOverdue(System.nanoTime(), this.suspectNanos, this.idleSuspectNanos)
				&& !listens(lease.snapshot()) && lease.suspect(this.captureStacks != CaptureStacks.NEVER)) {
			this.suspects.increment();
			report("A connection has been held for a long time: ", lease.snapshot());
		}
	}

	/**
	 * A session that listens at the database itself has to keep its connection.
	 */
	private boolean listens(LeaseSnapshot lease) {
		return !this.throughTransactionPooler && lease.state() == LeaseState.PINNED
				&& ("LISTEN".equals(lease.pin()) || LISTEN.matcher(String.valueOf(lease.lastSql())).lookingAt());
	}

	/**
	 * Once for each kind of occasion.
	 */
	private void report(String what, LeaseSnapshot lease) {
		if (!this.logs) {
			return;
		}
		this.reported.warn(what + lease.lastSql() + lease.pin() + lease.transaction(), () -> inWords(what, lease));
	}

	private String inWords(String what, LeaseSnapshot lease) {
		StringBuilder text = new StringBuilder(what).append(lease.inWords());
		if (this.throughTransactionPooler && UNWRAPPED.equals(lease.pin())) {
			text.append(". If it waits for notifications: behind a transaction pooler none arrive. "
					+ "Listen on the data source qualified @DirectDataSource");
		}
		List<StackTraceElement> stack = lease.acquired().isEmpty() ? lease.sample() : lease.acquired();
		if (!stack.isEmpty()) {
			text.append(lease.acquired().isEmpty() ? "; its thread was at" : "; acquired at");
			stack.forEach((frame) -> text.append(System.lineSeparator()).append("\tat ").append(frame));
		}
		return text.toString();
	}

}
