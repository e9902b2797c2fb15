package dev.dbpool.fleet;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.LocalPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real processes share a server of 30 connections, of which 6 are reserved.
 */
class FleetIT {

	private static final int AVAILABLE = 24;

	private static LocalPostgres postgres;

	private static String[] properties;

	@BeforeAll
	static void startPostgres() throws SQLException {
		postgres = LocalPostgres.start(Map.of("max_connections", "30"));
		try (Connection connection = superuser(); Statement statement = connection.createStatement()) {
			statement.execute("create database fleet owner app");
		}
		properties = new String[] { "spring.datasource.url=" + postgres.address().uri(Credentials.APPLICATION, "fleet"),
				"spring.flyway.locations=classpath:db/fleet", "db-pool.timeout=20s",
				"logging.level.com.zaxxer.hikari.pool=debug" };
	}

	@AfterAll
	static void stopPostgres() {
		postgres.close();
	}

	@Test
	void fourProcessesThatStartTogetherAreNeverRefused() {
		assertThat(loadTogether("db-pool.budget.workers=4")).isZero();
	}

	@Test
	void withoutABudgetTheyAre() {
		assertThat(loadTogether("db-pool.budget.detect=false")).isPositive();
	}

	@Test
	void aRollingDeployStaysWithinTheBudget() {
		String[] settings = { "db-pool.budget.replicas=2", "db-pool.budget.surge=1" };
		try (Sampler sampler = new Sampler()) {
			List<FleetProcess> alive = new ArrayList<>(List.of(start(settings), start(settings)));
			try {
				alive.forEach(FleetProcess::awaitStart);
				long refusals = 0;
				for (int deployed = 0; deployed < 2; deployed++) {
					alive.forEach(FleetProcess::load);
					FleetProcess surge = start(settings);
					alive.add(surge);
					surge.awaitStart();
					surge.load();
					alive.forEach(FleetProcess::awaitLoad);
					assertThat(alive).allMatch(FleetProcess::isAlive);
					refusals += alive.get(0).refusals();
					alive.remove(0).close();
				}
				refusals += alive.stream().mapToLong(FleetProcess::refusals).sum();
				assertThat(refusals).isZero();
			}
			finally {
				alive.forEach(FleetProcess::close);
			}
			// Three processes of eight were full at the same time.
			assertThat(sampler.highest()).isBetween(AVAILABLE - 4, AVAILABLE);
		}
	}

	private static long loadTogether(String setting) {
		List<FleetProcess> members = IntStream.range(0, 4).mapToObj((i) -> start(setting)).toList();
		try {
			members.forEach(FleetProcess::awaitStart);
			List<FleetProcess> started = members.stream().filter(FleetProcess::isAlive).toList();
			started.forEach(FleetProcess::load);
			started.forEach(FleetProcess::awaitLoad);
			return members.stream().mapToLong(FleetProcess::refusals).sum();
		}
		finally {
			members.forEach(FleetProcess::close);
		}
	}

	private static FleetProcess start(String... settings) {
		return FleetProcess.start(TestDatabase.with(properties, settings));
	}

	private static Connection superuser() throws SQLException {
		return DriverManager.getConnection(postgres.address().jdbcUrl("postgres"), Credentials.SUPERUSER.username(),
				Credentials.SUPERUSER.password());
	}

	/**
	 * Looks as often as it can how many connections the application has.
	 */
	private static final class Sampler implements AutoCloseable {

		private final AtomicInteger highest = new AtomicInteger();

		private final Thread thread = new Thread(this::sample, "sampler");

		private volatile boolean stopped;

		Sampler() {
			this.thread.start();
		}

		private void sample() {
			String sql = "select count(*) from pg_stat_activity where usename = 'app'";
			try (Connection connection = superuser(); Statement statement = connection.createStatement()) {
				while (!this.stopped) {
					try (ResultSet row = statement.executeQuery(sql)) {
						row.next();
						this.highest.accumulateAndGet(row.getInt(1), Math::max);
					}
				}
			}
			catch (SQLException ex) {
				this.highest.set(Integer.MAX_VALUE);
			}
		}

		int highest() {
			return this.highest.get();
		}

		@Override
		public void close() {
			this.stopped = true;
			try {
				this.thread.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
