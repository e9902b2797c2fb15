package dev.dbpool.neighbours.libraries;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.PostgreSqlJdbcIndexedSessionRepositoryCustomizer;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Session keeps web sessions in tables.
 */
@BothWays
class SessionIT extends AbstractLibraryIT {

	@Test
	void concurrentRequestsKeepEachOthersAttributes() {
		String id = save((session) -> session.setAttribute("cart", "empty"));
		Session first = load(id);
		Session second = load(id);
		first.setAttribute("cart", "book");
		second.setAttribute("language", "de");
		repository().save(first);
		repository().save(second);
		assertThat(load(id).<String>getAttribute("cart")).isEqualTo("book");
		assertThat(load(id).<String>getAttribute("language")).isEqualTo("de");
	}

	@Test
	void aSessionOutlivesTheTransactionThatItWasSavedIn() {
		String id = transaction().execute((status) -> {
			status.setRollbackOnly();
			jdbc().queryForObject("select 1", Integer.class);
			return save((session) -> {
			});
		});
		assertThat(load(id)).isNotNull();
	}

	@Test
	void findsTheSessionsOfAUserUntilTheyExpire() {
		String kept = save((session) -> name(session, "ada"));
		String expired = save((session) -> {
			name(session, "ada");
			session.setMaxInactiveInterval(Duration.ofMinutes(1));
			session.setLastAccessedTime(Instant.now().minus(Duration.ofMinutes(2)));
		});
		assertThat(repository().findByPrincipalName("ada")).containsOnlyKeys(kept, expired);
		bean(JdbcIndexedSessionRepository.class).cleanUpExpiredSessions();
		assertThat(repository().findByPrincipalName("ada")).containsOnlyKeys(kept);
	}

	private String save(Consumer<Session> change) {
		Session session = repository().createSession();
		change.accept(session);
		repository().save(session);
		return session.getId();
	}

	private Session load(String id) {
		return Objects.requireNonNull(repository().findById(id));
	}

	private static void name(Session session, String user) {
		session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, user);
	}

	@SuppressWarnings("unchecked")
	private FindByIndexNameSessionRepository<Session> repository() {
		return (FindByIndexNameSessionRepository<Session>) this.application.context().getBean("sessionRepository");
	}

	/**
	 * What {@code @EnableJdbcHttpSession} configures, without the web.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Sessions {

		@Bean
		JdbcIndexedSessionRepository sessionRepository(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
			TransactionTemplate transaction = new TransactionTemplate(transactions);
			transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			JdbcIndexedSessionRepository repository = new JdbcIndexedSessionRepository(jdbc, transaction);
			repository.setCleanupCron(ScheduledTaskRegistrar.CRON_DISABLED);
			new PostgreSqlJdbcIndexedSessionRepositoryCustomizer().customize(repository);
			return repository;
		}

	}

}
