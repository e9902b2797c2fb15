package dev.dbpool.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import net.ttddyy.observation.tracing.DataSourceObservationListener;

/**
 * The ways to use a pool that are compared.
 */
public enum Variant {

	/**
	 * The pool and nothing else: the control.
	 */
	RAW("Hikari", "raw", UnaryOperator.identity()),

	/**
	 * The data source of the starter.
	 */
	LEASE("lease", "lease", UnaryOperator.identity()) {

		@Override
		Subject overStub(StubDatabase database) {
			return LeaseSubjects.over(pool((config) -> config.setDataSource(database)));
		}

		@Override
		Subject overServer(Server server) {
			return LeaseSubjects.of(server);
		}

	},

	/**
	 * The pool with its own metrics.
	 */
	MICROMETER("Hikari + Micrometer", "micrometer", UnaryOperator.identity()) {

		@Override
		void configure(HikariConfig config) {
			config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry()));
		}

	},

	/**
	 * The pool with its own leak detection.
	 */
	LEAK_DETECTION("Hikari + leak detection", "leakDetection", UnaryOperator.identity()) {

		@Override
		void configure(HikariConfig config) {
			config.setLeakDetectionThreshold(TimeUnit.SECONDS.toMillis(30));
		}

	},

	/**
	 * The pool behind datasource-micrometer, with a meter for each observation. Result
	 * sets are not proxied, which spares it something.
	 */
	DATASOURCE_MICROMETER("Hikari + datasource-micrometer", "datasourceMicrometer", Variant::observed) {

		@Override
		int warmUp(int seconds) {
			// It has so much code that it takes far longer than the others to get warm.
			return 4 * seconds;
		}

	};

	private final String title;

	private final String counter;

	private final UnaryOperator<DataSource> wrapper;

	Variant(String title, String counter, UnaryOperator<DataSource> wrapper) {
		this.title = title;
		this.counter = counter;
		this.wrapper = wrapper;
	}

	/**
	 * The name in the tables.
	 */
	String title() {
		return this.title;
	}

	/**
	 * The name in {@link ServerBenchmark.Times}.
	 */
	String counter() {
		return this.counter;
	}

	int warmUp(int seconds) {
		return seconds;
	}

	Subject overStub(StubDatabase database) {
		return wrapped(pool((config) -> config.setDataSource(database)));
	}

	Subject overServer(Server server) {
		return wrapped(pool((config) -> {
			config.setJdbcUrl(server.runtimeUrl());
			config.setUsername(Server.USER.username());
			config.setPassword(Server.USER.password());
		}));
	}

	private Subject wrapped(HikariDataSource pool) {
		return new Subject(this.wrapper.apply(pool), pool::close);
	}

	HikariDataSource pool(Consumer<HikariConfig> target) {
		HikariConfig config = new HikariConfig();
		config.setMaximumPoolSize(LeaseSubjects.POOL_SIZE);
		target.accept(config);
		configure(config);
		return new HikariDataSource(config);
	}

	void configure(HikariConfig config) {
	}

	private static MeterRegistry registry() {
		return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
	}

	private static DataSource observed(DataSource pool) {
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry()));
		DataSourceObservationListener listener = new DataSourceObservationListener(observations);
		return ProxyDataSourceBuilder.create(pool).listener(listener).methodListener(listener).build();
	}

}
