package dev.dbpool.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;

/**
 * Where Flyway connects.
 */
record PlannedFlywayConnectionDetails(MigrationTarget target) implements FlywayConnectionDetails {

	@Override
	public @Nullable String getUsername() {
		return this.target.username();
	}

	@Override
	public @Nullable String getPassword() {
		return this.target.password();
	}

	@Override
	public String getJdbcUrl() {
		return this.target.jdbcUrl();
	}

	@Override
	public @Nullable String getDriverClassName() {
		String driver = this.target.driverClassName();
		return (driver != null) ? driver : FlywayConnectionDetails.super.getDriverClassName();
	}

}
