package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A commit that returned has happened, also where another thread closes the connection at
 * that very moment.
 */
class LeaseRacesIT {

	private static final int ROUNDS = 3000;

	@Test
	void whatIsCommittedWhileAnotherThreadClosesIsThereOrFails() throws Exception {
		ExecutorService closer = Executors.newSingleThreadExecutor();
		try (LeasingApplication application = SetUp.DIRECT.start()) {
			application.elsewhere("create unlogged table item (id int)");
			CyclicBarrier together = new CyclicBarrier(2);
			List<String> committed = new ArrayList<>();
			for (int i = 0; i < ROUNDS; i++) {
				Connection connection = application.connect();
				connection.setAutoCommit(false);
				Jdbc.execute(connection, "insert into item values (" + i + ")");
				boolean byAutoCommit = i % 3 == 0;
				boolean abort = i % 5 == 0;
				Future<?> closed = closer.submit(() -> {
					together.await(1, TimeUnit.MINUTES);
					spin();
					if (abort) {
						connection.abort(Runnable::run);
					}
					else {
						connection.close();
					}
					return null;
				});
				together.await(1, TimeUnit.MINUTES);
				spin();
				if (commits(connection, byAutoCommit)) {
					committed.add(String.valueOf(i));
				}
				closed.get(1, TimeUnit.MINUTES);
			}
			assertThat(committed).as("commits that came first").hasSizeBetween(1, ROUNDS - 1);
			// One that was aborted on its way may have happened as well.
			assertThat(application.seenElsewhere("select string_agg(id::text, ' ') from item").split(" "))
				.containsAll(committed);
			application.awaitNothingLeased();
		}
		finally {
			closer.shutdownNow();
		}
	}

	private static void spin() {
		for (int i = ThreadLocalRandom.current().nextInt(400); i > 0; i--) {
			Thread.onSpinWait();
		}
	}

	private static boolean commits(Connection connection, boolean byAutoCommit) {
		try {
			if (byAutoCommit) {
				connection.setAutoCommit(true);
			}
			else {
				connection.commit();
			}
			return true;
		}
		catch (SQLException ex) {
			assertThat(ex.getSQLState()).startsWith("08");
			return false;
		}
	}

}
