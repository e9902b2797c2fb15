package dev.dbpool.autoconfigure;

import dev.dbpool.plan.ConnectionTarget;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Where the runtime connects. Its presence says that the application's connections are
 * ours to plan.
 */
record PlannedJdbcConnectionDetails(ConnectionTarget runtime) implements JdbcConnectionDetails {

	@Override
	public @Nullable String getUsername() {
		return this.runtime.login().username();
	}

	@Override
	public @Nullable String getPassword() {
		return this.runtime.login().password();
	}

	@Override
	public String getJdbcUrl() {
		return this.runtime.url().toJdbcUrl();
	}

	@Override
	public String getDriverClassName() {
		return Driver.class.getName();
	}

}
