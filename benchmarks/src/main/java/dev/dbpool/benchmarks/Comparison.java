package dev.dbpool.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One operation, done by several variants in turn. Ratios and differences are those of
 * one round each: what disturbs the machine for longer than that disturbs both sides.
 */
final class Comparison {

	private final String title;

	private final Map<Variant, List<Sample>> samples = new EnumMap<>(Variant.class);

	Comparison(String title) {
		this.title = title;
	}

	String title() {
		return this.title;
	}

	void add(Variant variant, Sample sample) {
		this.samples.computeIfAbsent(variant, (key) -> new ArrayList<>()).add(sample);
	}

	/**
	 * How many times longer than the control.
	 */
	Spread ratio(Variant variant) {
		return overRounds(variant, (own, control) -> own.nanos() / control.nanos());
	}

	Spread moreNanos(Variant variant) {
		return overRounds(variant, (own, control) -> own.nanos() - control.nanos());
	}

	Spread moreBytes(Variant variant) {
		return overRounds(variant, (own, control) -> own.bytes() - control.bytes());
	}

	/**
	 * How many times more a variant adds to the control than the lease adds.
	 */
	Spread overhead(Variant variant) {
		return Spread.of(IntStream.range(0, rounds())
			.mapToDouble((round) -> more(variant, round) / Math.max(more(Variant.LEASE, round), Double.MIN_NORMAL)));
	}

	private double more(Variant variant, int round) {
		return sample(variant, round).nanos() - sample(Variant.RAW, round).nanos();
	}

	private Spread overRounds(Variant variant, Difference difference) {
		return Spread.of(IntStream.range(0, rounds())
			.mapToDouble((round) -> difference.between(sample(variant, round), sample(Variant.RAW, round))));
	}

	private Spread each(Variant variant, ToDoubleFunction<Sample> figure) {
		return Spread.of(this.samples.get(variant).stream().mapToDouble(figure));
	}

	private Sample sample(Variant variant, int round) {
		return this.samples.get(variant).get(round);
	}

	private int rounds() {
		return this.samples.get(Variant.RAW).size();
	}

	Table times() {
		Table table = new Table(this.title, "", "ns", "x Hikari", "+ ns");
		this.samples.keySet().forEach((variant) -> table.row(times(variant)));
		return table;
	}

	Table timesAndMemory() {
		Table table = new Table(this.title, "", "ns", "x Hikari", "+ ns", "B", "+ B");
		this.samples.keySet().forEach((variant) -> {
			Stream<String> memory = Stream.of(each(variant, Sample::bytes).text("%,.0f"),
					moreBytes(variant).text("%+,.0f"));
			table.row(Stream.concat(Stream.of(times(variant)), memory).toArray(String[]::new));
		});
		return table;
	}

	private String[] times(Variant variant) {
		return new String[] { variant.title(), each(variant, Sample::nanos).text("%,.0f"), ratio(variant).text("%.2f"),
				moreNanos(variant).text("%+,.0f") };
	}

	private interface Difference {

		double between(Sample own, Sample control);

	}

}
