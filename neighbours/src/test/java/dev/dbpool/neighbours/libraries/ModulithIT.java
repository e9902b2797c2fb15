package dev.dbpool.neighbours.libraries;

import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.modulith.events.IncompleteEventPublications;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Modulith records an event in the transaction that publishes it, and when its
 * listener is done.
 */
@BothWays
class ModulithIT extends AbstractLibraryIT {

	@Test
	void anEventThatFailedIsSubmittedAgain() {
		Listener listener = bean(Listener.class);
		listener.setBroken(true);
		publish("again", false);
		eventually(() -> assertThat(status("again")).isEqualTo("FAILED"));
		assertThat(heard("again")).isZero();
		listener.setBroken(false);
		bean(IncompleteEventPublications.class).resubmitIncompletePublications((publication) -> true);
		eventually(() -> assertThat(status("again")).isEqualTo("COMPLETED"));
		assertThat(heard("again")).isOne();
	}

	@Test
	void anEventOfARolledBackTransactionIsNotRecorded() {
		publish("rolled back", true);
		assertThat(jdbc().queryForList("select 1 from event_publication where serialized_event like '%rolled back%'"))
			.isEmpty();
	}

	private void publish(String text, boolean rollBack) {
		transaction().executeWithoutResult((status) -> {
			this.application.context().publishEvent(new Said(text));
			if (rollBack) {
				status.setRollbackOnly();
			}
		});
	}

	private String status(String text) {
		return jdbc().queryForObject("select status from event_publication where serialized_event like ?", String.class,
				"%" + text + "%");
	}

	private int heard(String text) {
		return jdbc().queryForObject("select count(*) from item where name = ?", Integer.class, "heard " + text);
	}

	record Said(String text) {

	}

	static class Listener {

		private final JdbcTemplate jdbc;

		private volatile boolean broken;

		Listener(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		void setBroken(boolean broken) {
			this.broken = broken;
		}

		@ApplicationModuleListener
		void on(Said event) {
			this.jdbc.update("insert into item (name) values (?)", "heard " + event.text());
			if (this.broken) {
				throw new IllegalStateException("As the test asked");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		@Bean
		Listener listener(JdbcTemplate jdbc) {
			return new Listener(jdbc);
		}

	}

}
