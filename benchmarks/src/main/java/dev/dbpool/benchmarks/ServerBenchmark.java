package dev.dbpool.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What applications do most, on a PostgreSQL over loopback. All variants do it in turn in
 * one JVM: the time of a round trip varies more from minute to minute than the variants
 * differ.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ServerBenchmark {

	/**
	 * The names of the variants, separated by commas.
	 */
	@Param("RAW,LEASE")
	public String variants;

	private final List<Variant> order = new ArrayList<>();

	private final Map<Variant, Subject> subjects = new EnumMap<>(Variant.class);

	/**
	 * Opens the pools.
	 * @throws SQLException if that fails
	 */
	@Setup
	public void open() throws SQLException {
		for (String name : this.variants.split(",")) {
			Variant variant = Variant.valueOf(name);
			Subject subject = variant.overServer(Server.ofThisJvm());
			this.order.add(variant);
			this.subjects.put(variant, subject);
			// Some pools start with their first query.
			try (Connection connection = subject.dataSource().getConnection()) {
				amount(connection);
			}
		}
	}

	/**
	 * Opens new connections. A server process may have an advantage over another for all
	 * its life, a core of its own for example.
	 * @throws SQLException if there is no pool
	 */
	@Setup(Level.Iteration)
	public void reconnect() throws SQLException {
		for (Subject subject : this.subjects.values()) {
			subject.dataSource().unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
		}
	}

	/**
	 * Closes the pools.
	 */
	@TearDown
	public void close() {
		this.subjects.values().forEach(Subject::close);
	}

	/**
	 * One query on a connection of its own.
	 * @param times what is measured
	 * @throws SQLException if that fails
	 */
	@Benchmark
	public void query(Times times) throws SQLException {
		inTurn(times, ServerBenchmark::amount);
	}

	/**
	 * A transaction of two queries, with the calls that Spring makes.
	 * @param times what is measured
	 * @throws SQLException if that fails
	 */
	@Benchmark
	public void transaction(Times times) throws SQLException {
		inTurn(times, (connection) -> {
			connection.setAutoCommit(false);
			int sum = amount(connection) + amount(connection);
			connection.commit();
			connection.setAutoCommit(true);
			return sum;
		});
	}

	/**
	 * A transaction of one query in the strictest isolation level, with the calls that
	 * Spring makes.
	 * @param times what is measured
	 * @throws SQLException if that fails
	 */
	@Benchmark
	public void serializable(Times times) throws SQLException {
		inTurn(times, (connection) -> {
			int isolation = connection.getTransactionIsolation();
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			int amount = amount(connection);
			connection.commit();
			connection.setAutoCommit(true);
			connection.setTransactionIsolation(isolation);
			return amount;
		});
	}

	private void inTurn(Times times, Operation operation) throws SQLException {
		for (Variant variant : this.order) {
			DataSource dataSource = this.subjects.get(variant).dataSource();
			long start = System.nanoTime();
			try (Connection connection = dataSource.getConnection()) {
				times.read += operation.on(connection);
			}
			times.add(variant, System.nanoTime() - start);
		}
		// No variant always follows the same other one.
		Collections.shuffle(this.order, ThreadLocalRandom.current());
	}

	private static int amount(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select amount from item where id = ?")) {
			statement.setInt(1, ThreadLocalRandom.current().nextInt(1000) + 1);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getInt(1);
			}
		}
	}

	/**
	 * What takes the time.
	 */
	private interface Operation {

		int on(Connection connection) throws SQLException;

	}

	/**
	 * The median time of each variant in an iteration.
	 */
	@State(Scope.Thread)
	@AuxCounters(AuxCounters.Type.EVENTS)
	public static class Times {

		private final Map<Variant, LongStream.Builder> nanos = new EnumMap<>(Variant.class);

		private long read;

		/**
		 * Forgets the iteration before.
		 */
		@Setup(Level.Iteration)
		public void clear() {
			this.nanos.clear();
		}

		void add(Variant variant, long nanos) {
			this.nanos.computeIfAbsent(variant, (key) -> LongStream.builder()).add(nanos);
		}

		private double median(Variant variant) {
			LongStream.Builder nanos = this.nanos.get(variant);
			return (nanos != null) ? Spread.of(nanos.build().asDoubleStream()).median() : 0;
		}

		/**
		 * That of {@link Variant#RAW}.
		 * @return nanoseconds
		 */
		public double raw() {
			return median(Variant.RAW);
		}

		/**
		 * That of {@link Variant#LEASE}.
		 * @return nanoseconds
		 */
		public double lease() {
			return median(Variant.LEASE);
		}

		/**
		 * That of {@link Variant#MICROMETER}.
		 * @return nanoseconds
		 */
		public double micrometer() {
			return median(Variant.MICROMETER);
		}

		/**
		 * That of {@link Variant#LEAK_DETECTION}.
		 * @return nanoseconds
		 */
		public double leakDetection() {
			return median(Variant.LEAK_DETECTION);
		}

		/**
		 * That of {@link Variant#DATASOURCE_MICROMETER}.
		 * @return nanoseconds
		 */
		public double datasourceMicrometer() {
			return median(Variant.DATASOURCE_MICROMETER);
		}

	}

}
