package dev.dbpool.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Borrow, query, close on a database that takes no time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StubBenchmark {

	/**
	 * What is measured.
	 */
	@Param
	public Variant variant;

	private Subject subject;

	private DataSource dataSource;

	/**
	 * Opens the pool.
	 */
	@Setup
	public void open() {
		this.subject = this.variant.overStub(new StubDatabase());
		this.dataSource = this.subject.dataSource();
	}

	/**
	 * Closes the pool.
	 */
	@TearDown
	public void close() {
		this.subject.close();
	}

	/**
	 * One query on a connection of its own.
	 * @return what was read
	 * @throws SQLException if that fails
	 */
	@Benchmark
	public int query() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement("select amount from item where id = 1");
				ResultSet row = statement.executeQuery()) {
			row.next();
			return row.getInt(1);
		}
	}

}
