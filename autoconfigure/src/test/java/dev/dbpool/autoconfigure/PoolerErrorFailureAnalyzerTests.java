package dev.dbpool.autoconfigure;

import java.sql.SQLException;

import com.zaxxer.hikari.pool.HikariPool;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the analyzer takes for its own.
 */
class PoolerErrorFailureAnalyzerTests {

	private static final String HIBERNATE = "Unable to determine Dialect without JDBC metadata "
			+ "(please set 'jakarta.persistence.jdbc.url')";

	private final PoolerErrorFailureAnalyzer analyzer = new PoolerErrorFailureAnalyzer(null);

	@Test
	void anErrorOfAPoolerAnywhereInTheChain() {
		Exception failure = new IllegalStateException(
				new HikariPool.PoolInitializationException(new SQLException("FATAL: bouncer config error", "08P01")));
		FailureAnalysis analysis = this.analyzer.analyze(failure);
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription())
			.isEqualTo("The pooler's own configuration has an error.%n%nThe server said: FATAL: bouncer config error"
				.formatted());
		assertThat(analysis.getCause()).isSameAs(failure);
	}

	@Test
	void whatIsNotItsOwnIsLeftToOthers() {
		assertThat(this.analyzer.analyze(new IllegalStateException("FATAL: query_wait_timeout"))).isNull();
		assertThat(this.analyzer
			.analyze(new IllegalStateException(new SQLException("Connection to db.example:5432 refused.", "08001"))))
			.isNull();
	}

	@Test
	void whatHibernateHidesIsFoundInTheApplicationThatFailed() {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		DataSourcePostProcessor processor = new DataSourcePostProcessor(beans.getBeanProvider(PoolPlanner.class));
		beans.addBeanPostProcessor(processor);
		IllegalStateException failure = new IllegalStateException(HIBERNATE);
		PoolerErrorFailureAnalyzer analyzer = new PoolerErrorFailureAnalyzer(new DefaultListableBeanFactory(beans));
		assertThat(analyzer.analyze(failure)).isNull();
		processor.remember(new SQLException("FATAL: bouncer config error", "08P01"));
		assertThat(analyzer.analyze(failure)).isNotNull();
		assertThat(analyzer.analyze(new IllegalStateException("something else"))).isNull();
		assertThat(new PoolerErrorFailureAnalyzer(new DefaultListableBeanFactory()).analyze(failure)).isNull();
	}

	@Test
	void withoutAFailedConnectionHibernatesMessageIsLeftToOthers() {
		assertThat(this.analyzer.analyze(new IllegalStateException(HIBERNATE))).isNull();
	}

}
