package dev.dbpool.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails;

/**
 * Where Liquibase connects.
 */
record PlannedLiquibaseConnectionDetails(MigrationTarget target) implements LiquibaseConnectionDetails {

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
		return (driver != null) ? driver : LiquibaseConnectionDetails.super.getDriverClassName();
	}

}
