package dev.dbpool;

import org.jspecify.annotations.Nullable;

/**
 * A unit of work, as a web request or a task. It knows whether it has had a lease: work
 * that continues goes before work that begins, whose failure costs less.
 * <p>
 * Work belongs to the thread that began it. Outside of any work nothing is remembered, so
 * that nothing can reach what the thread does next.
 */
public final class Work implements AutoCloseable {

	private static final ThreadLocal<@Nullable Work> CURRENT = new ThreadLocal<>();

	private final @Nullable Work outer;

	// Mutable state

	private boolean continuing;

	private Work(@Nullable Work outer, boolean continuing) {
		this.outer = outer;
		this.continuing = continuing;
	}

	/**
	 * Begins work on this thread. Work that the thread does already goes on when the new
	 * one is closed; neither marks the other.
	 * @param continuing whether it goes on with work that has had a lease
	 * @return the work, to be closed by the same thread
	 */
	public static Work begin(boolean continuing) {
		Work work = new Work(CURRENT.get(), continuing);
		CURRENT.set(work);
		return work;
	}

	/**
	 * Returns whether what this thread does has had a lease.
	 * @return {@code false} if it has not, and outside of any work
	 */
	public static boolean isCurrentContinuing() {
		Work work = CURRENT.get();
		return work != null && work.continuing;
	}

	/**
	 * Remembers that what this thread does has a lease. Has no effect outside of any
	 * work.
	 */
	public static void leased() {
		Work work = CURRENT.get();
		if (work != null) {
			work.continuing = true;
		}
	}

	/**
	 * Returns whether this work has had a lease. Only the thread that began it may ask.
	 * @return {@code false} if it has not
	 */
	public boolean isContinuing() {
		return this.continuing;
	}

	/**
	 * Ends this work and what was begun within it. Has no effect a second time, or on
	 * another thread.
	 */
	@Override
	public void close() {
		for (Work open = CURRENT.get(); open != null; open = open.outer) {
			if (open == this) {
				if (this.outer != null) {
					CURRENT.set(this.outer);
				}
				else {
					CURRENT.remove();
				}
				return;
			}
		}
	}

}
