package dev.dbpool.benchmarks;

import java.util.stream.DoubleStream;

/**
 * One figure over all rounds.
 *
 * @param median the one in the middle
 * @param min the smallest
 * @param max the largest; from ten values on, both leave the outer tenths out
 */
record Spread(double median, double min, double max) {

	static Spread of(DoubleStream values) {
		double[] sorted = values.sorted().toArray();
		int middle = sorted.length / 2;
		double median = (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
		int outside = sorted.length / 10;
		return new Spread(median, sorted[outside], sorted[sorted.length - 1 - outside]);
	}

	/**
	 * For example {@code 97 [95..103]}.
	 * @param format of each figure
	 */
	String text(String format) {
		return (format + " [" + format + ".." + format + "]").formatted(this.median, this.min, this.max);
	}

	/**
	 * Compares with what it must not exceed. A target that holds in some rounds only is
	 * neither clearly met nor clearly missed, and says so.
	 */
	String atMost(double limit) {
		return verdict(this.max <= limit, this.min > limit, this.median <= limit);
	}

	String atLeast(double limit) {
		return verdict(this.min >= limit, this.max < limit, this.median >= limit);
	}

	private static String verdict(boolean always, boolean never, boolean median) {
		if (always) {
			return "met";
		}
		return never ? "MISSED" : median ? "met by the median" : "MISSED by the median";
	}

}
