package dev.dbpool.autoconfigure;

import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TransactionSettings;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many connections a pool keeps ready while its context is paused. Nothing here
 * connects.
 */
class ContextPauseTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DbPoolMonitorAutoConfiguration.class,
				DataSourceAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=postgres://app:secret@db.example/app", "db-pool.budget.detect=false",
				"db-pool.probe=false", "db-pool.max-overflow=5");

	@Test
	void keepsNoneAndThenAsManyAsBefore() {
		this.contextRunner.run((context) -> {
			HikariDataSource pool = pool(context.getSourceApplicationContext());
			for (int i = 0; i < 2; i++) {
				context.getSourceApplicationContext().pause();
				assertThat(pool.getMinimumIdle()).isZero();
				assertThat(pool.getMaximumPoolSize()).isEqualTo(15);
				context.getSourceApplicationContext().restart();
				assertThat(pool.getMinimumIdle()).isEqualTo(10);
			}
		});
	}

	@Test
	void keepsWhatWasChangedAtRunTime() {
		this.contextRunner.run((context) -> {
			HikariDataSource pool = pool(context.getSourceApplicationContext());
			pool.setMinimumIdle(3);
			pauseAndRestart(context.getSourceApplicationContext());
			assertThat(pool.getMinimumIdle()).isEqualTo(3);
		});
	}

	@Test
	void keepsHikarisOwnSize() {
		this.contextRunner.withPropertyValues("spring.datasource.hikari.maximum-pool-size=7").run((context) -> {
			HikariDataSource pool = pool(context.getSourceApplicationContext());
			pauseAndRestart(context.getSourceApplicationContext());
			assertThat(pool.getMinimumIdle()).isEqualTo(7);
		});
	}

	@Test
	void aSizeThatChangesMeanwhileIsKeptAfterwards() {
		this.contextRunner.withPropertyValues("db-pool.budget.max-connections=20").run((context) -> {
			HikariDataSource pool = pool(context.getSourceApplicationContext());
			int before = pool.getMinimumIdle();
			context.getSourceApplicationContext().pause();
			HikariDataSource other = new HikariDataSource();
			other.setJdbcUrl("jdbc:postgresql://db.example/other");
			DbPoolProperties.Own own = Binder.get(context.getEnvironment())
				.bindOrCreate("db-pool.data-sources.other", DbPoolProperties.Own.class);
			context.getBean(ManagedPools.class)
				.plan("other", StartUpSettings.of("other", other, context.getBean(DbPoolProperties.class), own,
						context.getEnvironment(), TransactionSettings.NONE, List.of()));
			assertThat(pool.getMinimumIdle()).isZero();
			context.getSourceApplicationContext().restart();
			assertThat(pool.getMinimumIdle()).isPositive().isLessThan(before);
		});
	}

	@Test
	void aPauseOfAChildContextIsNone() {
		this.contextRunner.run((context) -> {
			try (GenericApplicationContext child = new GenericApplicationContext(context)) {
				child.refresh();
				child.pause();
				assertThat(pool(context.getSourceApplicationContext()).getMinimumIdle()).isEqualTo(10);
			}
		});
	}

	@Test
	void aStopIsNoPause() {
		this.contextRunner.run((context) -> {
			HikariDataSource pool = pool(context.getSourceApplicationContext());
			context.getSourceApplicationContext().stop();
			assertThat(pool.getMinimumIdle()).isEqualTo(10);
		});
	}

	private static void pauseAndRestart(ConfigurableApplicationContext context) {
		context.pause();
		context.restart();
	}

	private static HikariDataSource pool(ConfigurableApplicationContext context) {
		ManagedPool pool = context.getBean(ManagedPools.class).find(PoolPlanner.MAIN);
		assertThat(pool).isNotNull();
		HikariDataSource hikari = pool.hikari();
		assertThat(hikari).isNotNull();
		return hikari;
	}

}
