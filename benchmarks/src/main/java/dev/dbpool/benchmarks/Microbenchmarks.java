package dev.dbpool.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the variants beside each other, in several rounds.
 */
final class Microbenchmarks {

	private static final List<Variant> ALL = List.of(Variant.values());

	private static final List<Variant> LEASE_AND_CONTROL = List.of(Variant.RAW, Variant.LEASE);

	private final Effort effort;

	Microbenchmarks(Effort effort) {
		this.effort = effort;
	}

	/**
	 * Without a server.
	 */
	List<Table> onStub() throws RunnerException {
		Comparison one = onStub("Borrow, query, close on the stub, 1 thread", ALL, 1);
		Comparison two = onStub("Borrow, query, close on the stub, 2 threads", LEASE_AND_CONTROL, 2);
		Table first = one.timesAndMemory();
		Spread time = one.moreNanos(Variant.LEASE);
		Spread memory = one.moreBytes(Variant.LEASE);
		first.note("at most +300 ns over Hikari: " + time.atMost(300));
		first.note("at most +300 B over Hikari: " + memory.atMost(300));
		for (Variant other : List.of(Variant.DATASOURCE_MICROMETER, Variant.LEAK_DETECTION)) {
			Spread overhead = one.overhead(other);
			first.note("%s adds at least 10 times what the lease adds: %s, %s".formatted(other.title(),
					overhead.text("%.1f"), overhead.atLeast(10)));
		}
		Table second = two.timesAndMemory();
		second.note("ratio of the lease to Hikari no worse than with 1 thread (%.2f): %s".formatted(
				one.ratio(Variant.LEASE).median(), two.ratio(Variant.LEASE).atMost(one.ratio(Variant.LEASE).median())));
		return List.of(first, second);
	}

	/**
	 * On a real server.
	 */
	List<Table> onServer() throws RunnerException, SQLException {
		try (OneCore core = new OneCore(); LocalServer running = new LocalServer()) {
			Server server = running.server();
			List<Table> tables = List.of(
					onServer("Borrow, query, close on PostgreSQL", "query", server.direct(), ALL, 1.03),
					onServer("Serializable transaction of one query on PostgreSQL", "serializable", server.direct(),
							LEASE_AND_CONTROL, 0.4),
					onServer("Transaction of two queries through PgBouncer", "transaction", server, LEASE_AND_CONTROL,
							1.02));
			tables.forEach((table) -> table.note(running.versions() + ", " + core.note()));
			return tables;
		}
	}

	private Table onServer(String title, String method, Server server, List<Variant> variants, double limit)
			throws RunnerException {
		Comparison comparison = new Comparison(title);
		int warmUp = variants.stream().mapToInt((variant) -> variant.warmUp(this.effort.warmUpSeconds())).sum();
		for (int round = 1; round <= this.effort.rounds(); round++) {
			progress(comparison, round, "all in turn");
			RunResult result = run(options(ServerBenchmark.class, method, warmUp)
				.param("variants", variants.stream().map(Variant::name).collect(Collectors.joining(",")))
				.jvmArgsAppend(server.jvmArguments())
				.measurementIterations(10 * this.effort.measuredSeconds())
				.measurementTime(TimeValue.milliseconds(100)));
			for (BenchmarkResult fork : result.getBenchmarkResults()) {
				for (IterationResult iteration : fork.getIterationResults()) {
					for (Variant variant : variants) {
						comparison.add(variant,
								new Sample(secondary(iteration.getSecondaryResults(), variant.counter()), 0));
					}
				}
			}
		}
		Table table = comparison.times();
		table.note("ratio of the lease to Hikari at most %s: %s".formatted(limit,
				comparison.ratio(Variant.LEASE).atMost(limit)));
		return table;
	}

	/**
	 * Each variant in a JVM of its own, forwards in one round and backwards in the next,
	 * so that none always gets the quieter machine.
	 */
	private Comparison onStub(String title, List<Variant> variants, int threads) throws RunnerException {
		Comparison comparison = new Comparison(title);
		List<Variant> order = new ArrayList<>(variants);
		for (int round = 1; round <= this.effort.rounds(); round++) {
			for (Variant variant : order) {
				progress(comparison, round, variant.title());
				RunResult result = run(
						options(StubBenchmark.class, "query", variant.warmUp(this.effort.warmUpSeconds()))
							.param("variant", variant.name())
							.threads(threads)
							.measurementIterations(this.effort.measuredSeconds())
							.measurementTime(TimeValue.seconds(1))
							.addProfiler(GCProfiler.class));
				comparison.add(variant, new Sample(result.getPrimaryResult().getScore(),
						secondary(result.getSecondaryResults(), "gc.alloc.rate.norm")));
			}
			Collections.reverse(order);
		}
		return comparison;
	}

	private void progress(Comparison comparison, int round, String variant) {
		System.err.printf("%s, round %d of %d: %s%n", comparison.title(), round, this.effort.rounds(), variant);
	}

	private static ChainedOptionsBuilder options(Class<?> benchmark, String method, int warmUpSeconds) {
		return new OptionsBuilder().include("^\\Q" + benchmark.getName() + "." + method + "\\E$")
			.forks(1)
			.warmupIterations(warmUpSeconds)
			.warmupTime(TimeValue.seconds(1))
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT);
	}

	private static RunResult run(ChainedOptionsBuilder options) throws RunnerException {
		return new Runner(options.build()).runSingle();
	}

	@SuppressWarnings("rawtypes")
	private static double secondary(Map<String, Result> results, String name) {
		return results.get(name).getScore();
	}

}
