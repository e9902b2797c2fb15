package dev.dbpool.sizing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Divides the room on one server among the pools of a process. A pool that needs little
 * gets it; the others get the same.
 */
public final class FairShares {

	private FairShares() {
	}

	/**
	 * Divides.
	 * @param room connections that the process may have on the server
	 * @param wishes what the pools ask for
	 * @return the maximum of each pool, in the same order; together more than the room
	 * only if the least that they ask for is
	 */
	public static List<Integer> of(long room, List<Wish> wishes) {
		List<Integer> shares = new ArrayList<>(wishes.stream().map(Wish::maximum).toList());
		long excess = shares.stream().mapToLong(Integer::longValue).sum() - room;
		while (excess > 0) {
			int largest = largest(shares, wishes);
			if (largest < 0) {
				break;
			}
			shares.set(largest, shares.get(largest) - 1);
			excess--;
		}
		return List.copyOf(shares);
	}

	private static int largest(List<Integer> shares, List<Wish> wishes) {
		return IntStream.range(0, shares.size())
			.filter((i) -> shares.get(i) > wishes.get(i).least())
			.boxed()
			.max(Comparator.<Integer>comparingInt(shares::get).thenComparing(Comparator.reverseOrder()))
			.orElse(-1);
	}

	/**
	 * What one pool asks for.
	 *
	 * @param maximum its maximum
	 * @param least what it does not go below, because the user set it
	 */
	public record Wish(int maximum, int least) {

	}

}
