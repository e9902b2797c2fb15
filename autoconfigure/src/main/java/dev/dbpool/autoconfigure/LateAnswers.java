package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import dev.dbpool.server.ServerFacts;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Goes on asking databases that did not say in time what they allow: full, waking or
 * restarting ones answer within seconds or minutes. Thread-safe.
 */
final class LateAnswers implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(LateAnswers.class);

	/**
	 * Between two questions at first. It doubles each time.
	 */
	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

	/**
	 * Nothing waits for the answer, and a database that is waking takes so long.
	 */
	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final BiConsumer<ManagedPool, ServerFacts> answered;

	// Mutable state, guarded by this

	private @Nullable ScheduledExecutorService executor;

	private boolean closed;

	LateAnswers(BiConsumer<ManagedPool, ServerFacts> answered) {
		this.answered = answered;
	}

	void await(ManagedPool pool) {
		schedule(pool, FIRST_PAUSE);
	}

	private synchronized void schedule(ManagedPool pool, Duration pause) {
		if (this.closed) {
			return;
		}
		if (this.executor == null) {
			this.executor = Executors.newSingleThreadScheduledExecutor((task) -> {
				Thread thread = new Thread(task, "db-pool-late-answers");
				thread.setDaemon(true);
				return thread;
			});
		}
		this.executor.schedule(() -> ask(pool, pause), pause.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void ask(ManagedPool pool, Duration pause) {
		ServerFacts facts;
		try {
			facts = pool.planner().askAgain(LIMIT);
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("The database still does not say what it allows", ex);
			Duration next = pause.multipliedBy(2);
			schedule(pool, (next.compareTo(LONGEST_PAUSE) < 0) ? next : LONGEST_PAUSE);
			return;
		}
		this.answered.accept(pool, facts);
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.executor != null) {
			this.executor.shutdownNow();
		}
	}

}
