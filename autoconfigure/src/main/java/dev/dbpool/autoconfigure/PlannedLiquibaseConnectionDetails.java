package dev.dbpool.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails;

/**
 * Where Liquibase connects.
 */
final class PlannedLiquibaseConnectionDetails implements LiquibaseConnectionDetails, AutoCloseable {

	private final MigrationTarget target;

	private final MigrationDriver.@Nullable Secrets secrets;

	PlannedLiquibaseConnectionDetails(MigrationTarget target) {
		this.target = target;
		this.secrets = target.keepSecrets();
	}

	@Override
	public @Nullable String getUsername() {
		return this.target.username();
	}

	@Override
	public @Nullable String getPassword() {
		return this.target.password();
	}

	@Override
	public @Nullable String getJdbcUrl() {
		return this.target.jdbcUrl();
	}

	@Override
	public @Nullable String getDriverClassName() {
		String driver = this.target.driverClassName();
		return (driver != null) ? driver : LiquibaseConnectionDetails.super.getDriverClassName();
	}

	@Override
	public void close() {
		if (this.secrets != null) {
			this.secrets.close();
		}
	}

}
