package dev.dbpool.neighbours.libraries;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the tests of all libraries have in common.
 */
abstract class AbstractLibraryIT {

	static final Duration LIMIT = Duration.ofMinutes(1);

	@Parameter
	LibraryApplication application;

	@AfterEach
	void itsConnectionsGoOneWay() {
		eventually(() -> assertThat(this.application.serverConnections())
			.containsOnlyKeys(this.application.way().connectionName));
	}

	static void eventually(ThrowingRunnable assertion) {
		Awaitility.await().atMost(LIMIT).untilAsserted(assertion);
	}

	static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	final <T> T bean(Class<T> type) {
		return this.application.context().getBean(type);
	}

	final JdbcTemplate jdbc() {
		return bean(JdbcTemplate.class);
	}

	final TransactionTemplate transaction() {
		return new TransactionTemplate(bean(PlatformTransactionManager.class));
	}

}
