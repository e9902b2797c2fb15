package dev.dbpool.autoconfigure;

import dev.dbpool.actuate.ConnectionUse;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Where a migration tool connects: what the user set for the tool wins, the plan fills
 * in. If the tool has its own URL, nothing of the plan is used; if it has its own user,
 * the plan's password is not used.
 *
 * @param plan has the direct URL, unless a pooler is alone; {@code null} if the runtime
 * is left to Spring Boot: then the tool is too
 */
record MigrationTarget(@Nullable String url, @Nullable String user, @Nullable String ownPassword,
		@Nullable String driver, @Nullable StartUpPlan plan) {

	@Nullable String jdbcUrl() {
		return (this.url != null || this.plan == null) ? this.url
				: this.plan.connections().direct().url().withoutSecrets().toJdbcUrl();
	}

	@Nullable String username() {
		return (this.url != null || this.user != null || this.plan == null) ? this.user
				: this.plan.connections().direct().login().username();
	}

	@Nullable String password() {
		return (this.url != null || this.user != null || this.ownPassword != null || this.plan == null)
				? this.ownPassword : this.plan.connections().direct().login().password();
	}

	@Nullable String driverClassName() {
		if (needsOurDriver()) {
			return MigrationDriver.class.getName();
		}
		return (this.driver != null || this.url != null || this.plan == null) ? this.driver : Driver.class.getName();
	}

	/**
	 * Keeps what the tool's driver adds.
	 * @return forgets it when it is closed; {@code null} if there is nothing
	 */
	MigrationDriver.@Nullable Secrets keepSecrets() {
		if (this.plan == null || !needsOurDriver()) {
			return null;
		}
		ConnectionTarget direct = this.plan.connections().direct();
		return MigrationDriver.keep(direct.url().withoutSecrets().toJdbcUrl(), direct, this.plan.login());
	}

	private boolean needsOurDriver() {
		ConnectionTarget planned = (this.plan != null) ? this.plan.connections().migration() : null;
		return this.url == null && this.plan != null && planned != null
				&& (!planned.url().secrets().isEmpty() || this.plan.login().isProvidedFor(planned));
	}

	/**
	 * Returns who uses which URL, for the report.
	 * @return {@code null} if neither the tool nor the plan has one
	 */
	static @Nullable ConnectionUse use(String tool, @Nullable String url, @Nullable StartUpPlan plan) {
		if (url != null) {
			return use(tool, url, "spring." + tool + ".url");
		}
		if (plan == null) {
			return null;
		}
		ConnectionTarget direct = plan.connections().direct();
		return new ConnectionUse(tool, direct.toString(), direct.property());
	}

	static ConnectionUse use(String tool, @Nullable String url, String origin) {
		return new ConnectionUse(tool, (url != null) ? Masking.mask(url) : null, origin);
	}

	@Override
	public String toString() {
		return "MigrationTarget[" + ((this.url != null) ? Masking.mask(this.url) : this.plan) + "]";
	}

}
