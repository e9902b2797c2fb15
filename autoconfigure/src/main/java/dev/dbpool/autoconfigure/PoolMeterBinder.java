package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import dev.dbpool.lease.LeasingDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.core.Ordered;

/**
 * Publishes Hikari's metrics as Spring Boot does, with what happens in front of Hikari
 * added. It takes Hikari's only slot, and so runs before Spring Boot's binder, which
 * respects a slot that is taken.
 */
class PoolMeterBinder implements MeterBinder, Ordered {

	private final ObjectProvider<DataSource> dataSources;

	PoolMeterBinder(ObjectProvider<DataSource> dataSources) {
		this.dataSources = dataSources;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.dataSources.stream(ObjectProvider.UNFILTERED, false).forEach((dataSource) -> {
			LeasingDataSource leasing = DataSourceUnwrapper.unwrap(dataSource, LeasingDataSource.class);
			if (leasing != null) {
				leasing.measureWith(new MicrometerMetricsTrackerFactory(registry));
			}
		});
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
