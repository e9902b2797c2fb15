package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

import dev.dbpool.plan.ConnectionTarget;
import org.postgresql.Driver;

import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Connections on the direct URL, without a pool. A credentials provider is asked for each
 * of them. If there is no direct URL, there is no connection either.
 */
class DirectConnections extends SimpleDriverDataSource {

	private final StartUpPlan plan;

	DirectConnections(StartUpPlan plan) {
		setDriver(new Driver());
		this.plan = plan;
		ConnectionTarget planned = plan.connections().migration();
		if (planned != null) {
			setUrl(planned.url().withoutSecrets().toJdbcUrl());
		}
	}

	@Override
	protected Connection getConnectionFromDriver(Properties given) throws SQLException {
		ConnectionTarget target = this.plan.direct();
		Properties properties = target.login().toProperties();
		// Not in the URL, because migration tools log it.
		properties.putAll(target.url().secrets());
		properties.putAll(given);
		return super.getConnectionFromDriver(properties);
	}

}
