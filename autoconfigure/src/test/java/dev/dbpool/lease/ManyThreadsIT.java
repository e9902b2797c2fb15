package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Far more threads than connections: virtual ones where Java has them, which must not
 * block the few threads that carry them.
 */
class ManyThreadsIT {

	private static final int THREADS = 500;

	@ParameterizedTest
	@SetUp.AfterTransaction
	void allAreServed(SetUp setUp) throws Exception {
		ExecutorService threads = threads();
		try (LeasingApplication application = setUp.start(5, "db-pool.timeout=120s")) {
			application.jdbc().execute("create table kept (id int primary key)");
			List<Future<?>> transactions = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				int id = i;
				transactions.add(threads.submit(() -> {
					try (Connection connection = application.connect()) {
						connection.setAutoCommit(false);
						try (PreparedStatement statement = connection.prepareStatement("insert into kept values (?)")) {
							statement.setInt(1, id);
							statement.executeUpdate();
						}
						connection.commit();
					}
					return null;
				}));
			}
			for (Future<?> transaction : transactions) {
				transaction.get(3, TimeUnit.MINUTES);
			}
			assertThat(application.rows("kept")).isEqualTo(THREADS);
			application.assertIsWhole();
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static ExecutorService threads() throws ReflectiveOperationException {
		if (Runtime.version().feature() < 21) {
			return Executors.newFixedThreadPool(THREADS);
		}
		return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
	}

}
