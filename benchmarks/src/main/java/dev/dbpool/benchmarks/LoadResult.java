package dev.dbpool.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/**
 * How a load went.
 *
 * @param answers what the clients got
 * @param from since when, in nanoseconds
 * @param seconds in which they got it
 */
record LoadResult(List<Load.Answer> answers, long from, int seconds) {

	private static final int SLICE_SECONDS = 2;

	/**
	 * All over, and the worst and the best slice of it.
	 */
	Spread okPerSecond() {
		double[] slices = new double[this.seconds / SLICE_SECONDS];
		this.answers.stream()
			.filter(Load.Answer::isOk)
			.forEach((answer) -> slices[(int) (Duration.ofNanos(answer.end() - this.from).toSeconds()
					/ SLICE_SECONDS)] += 1.0 / SLICE_SECONDS);
		Spread spread = Spread.of(DoubleStream.of(slices));
		return new Spread((double) count(Load.Answer::isOk) / this.seconds, spread.min(), spread.max());
	}

	/**
	 * Requests that failed after the model had answered.
	 */
	long lost() {
		return count(Load.Answer::isLost);
	}

	/**
	 * Requests that failed before they came to the model.
	 */
	long refused() {
		return errors() - lost();
	}

	long errors() {
		return this.answers.size() - count(Load.Answer::isOk);
	}

	/**
	 * How long the successful ones took.
	 * @param share of them that took no longer
	 */
	String percentile(double share) {
		double[] millis = this.answers.stream()
			.filter(Load.Answer::isOk)
			.mapToDouble(Load.Answer::millis)
			.sorted()
			.toArray();
		return (millis.length > 0) ? "%.0f".formatted(millis[(int) Math.ceil(share * millis.length) - 1]) : "-";
	}

	private long count(Predicate<Load.Answer> kind) {
		return this.answers.stream().filter(kind).count();
	}

}
