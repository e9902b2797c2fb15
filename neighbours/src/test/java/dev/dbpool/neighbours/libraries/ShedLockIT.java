package dev.dbpool.neighbours.libraries;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * ShedLock's lock is a row with an end.
 */
@BothWays
class ShedLockIT extends AbstractLibraryIT {

	@Test
	void oneNodeHasTheLockUntilItReleasesIt() {
		SimpleLock lock = lock(node(), "exclusive").orElseThrow();
		assertThat(lock(node(), "exclusive")).isEmpty();
		SimpleLock extended = lock.extend(Duration.ofMinutes(20), Duration.ZERO).orElseThrow();
		assertThat(lock(node(), "exclusive")).isEmpty();
		extended.unlock();
		assertThat(lock(node(), "exclusive")).isPresent();
	}

	@Test
	void theLockOutlivesTheTransactionThatItWasTakenIn() {
		LockProvider node = node();
		transaction().executeWithoutResult((status) -> {
			assertThat(lock(node, "rolled back")).isPresent();
			status.setRollbackOnly();
		});
		assertThat(lock(node(), "rolled back")).isEmpty();
	}

	private LockProvider node() {
		return new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
			.withJdbcTemplate(jdbc())
			.withTransactionManager(bean(PlatformTransactionManager.class))
			.usingDbTime()
			.build());
	}

	private static Optional<SimpleLock> lock(LockProvider node, String name) {
		return node.lock(new LockConfiguration(Instant.now(), name, Duration.ofMinutes(10), Duration.ZERO));
	}

}
