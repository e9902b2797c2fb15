package dev.dbpool.error;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Says what the errors of poolers, and of databases that are full, mean and what to
 * change. Poolers give almost all of theirs the same SQLSTATE, so their text tells them
 * apart.
 */
public final class PoolerErrors {

	private PoolerErrors() {
	}

	/**
	 * Explains the first error that is known.
	 * @param failure any exception; its causes and next exceptions are searched as well
	 * @return what it means, or nothing if no known error is in it
	 */
	public static Optional<Explanation> explain(Throwable failure) {
		return Optional.ofNullable(find(failure)).map(Found::explanation);
	}

	/**
	 * Adds the explanation to an error that is known, for the reader of the log.
	 * <p>
	 * The exception stays the same object. Hikari decides by its SQLSTATE whether a
	 * connection is broken, Spring and Hibernate translate by class and SQLSTATE, and an
	 * application may look for the driver's class: none of them sees a difference. The
	 * explanation is a suppressed exception, because that is what every stack trace
	 * shows, those of causes included. No stack trace shows a next exception, and
	 * {@link java.sql.BatchUpdateException} uses it for something else.
	 * @param error what the driver or the pool threw
	 * @return the same exception, for a {@code throw} statement
	 */
	public static SQLException explained(SQLException error) {
		Found found = find(error);
		if (found != null && !hasHint(found.error())) {
			found.error().addSuppressed(new PoolerHint(found.explanation()));
		}
		return error;
	}

	/**
	 * Breadth first, each exception once: the pool has the driver's exception as its
	 * cause and as its next exception, and chains may be circular.
	 */
	private static @Nullable Found find(Throwable failure) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		Deque<Throwable> queue = new ArrayDeque<>();
		queue.add(failure);
		while (!queue.isEmpty()) {
			Throwable next = queue.remove();
			if (!seen.add(next)) {
				continue;
			}
			if (next instanceof SQLException error) {
				KnownError known = KnownError.of(error);
				if (known != null) {
					return new Found(error, known);
				}
				if (error.getNextException() != null) {
					queue.add(error.getNextException());
				}
			}
			if (next.getCause() != null) {
				queue.add(next.getCause());
			}
		}
		return null;
	}

	private static boolean hasHint(SQLException error) {
		for (Throwable suppressed : error.getSuppressed()) {
			if (suppressed instanceof PoolerHint) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What an error means.
	 *
	 * @param message the first line of the server's own message, without control
	 * characters and secrets
	 * @param happened what happened, one or more sentences
	 * @param action what to change, one or more sentences
	 */
	public record Explanation(String message, String happened, String action) {

	}

	private record Found(SQLException error, KnownError known) {

		/**
		 * The driver writes details, hints and positions on lines of their own; a detail
		 * may show data.
		 */
		Explanation explanation() {
			String message = String.valueOf(this.error.getMessage()).lines().findFirst().orElse("");
			return new Explanation(Masking.mask(message), this.known.happened(), this.known.action());
		}

	}

}
