package dev.dbpool.autoconfigure;

import dev.dbpool.actuate.ConnectionUse;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Where a migration tool connects: what the user set for the tool wins, the plan fills
 * in. If the tool has its own URL, nothing of the plan is used; if it has its own user,
 * the plan's password is not used.
 *
 * @param plan has the direct URL, unless a pooler is alone
 */
record MigrationTarget(@Nullable String url, @Nullable String user, @Nullable String ownPassword,
		@Nullable String driver, ConnectionPlan plan, DirectLogin login) {

	String jdbcUrl() {
		if (this.url != null) {
			return this.url;
		}
		return this.plan.direct().url().withoutSecrets().toJdbcUrl();
	}

	@Nullable String username() {
		return (this.url != null || this.user != null) ? this.user : this.plan.direct().login().username();
	}

	@Nullable String password() {
		return (this.url != null || this.user != null || this.ownPassword != null) ? this.ownPassword
				: this.plan.direct().login().password();
	}

	@Nullable String driverClassName() {
		if (needsOurDriver()) {
			return MigrationDriver.class.getName();
		}
		return (this.driver != null || this.url != null) ? this.driver : Driver.class.getName();
	}

	/**
	 * Keeps what the tool's driver adds.
	 * @return forgets it when it is closed; {@code null} if there is nothing
	 */
	MigrationDriver.@Nullable Secrets keepSecrets() {
		return needsOurDriver() ? MigrationDriver.keep(jdbcUrl(), this.plan.direct(), this.login) : null;
	}

	private boolean needsOurDriver() {
		ConnectionTarget planned = this.plan.migration();
		return this.url == null && planned != null
				&& (!planned.url().secrets().isEmpty() || this.login.isProvidedFor(planned));
	}

	static ConnectionUse use(String tool, @Nullable String url, ConnectionPlan plan) {
		return (url != null) ? new ConnectionUse(tool, Masking.mask(url), "spring." + tool + ".url")
				: new ConnectionUse(tool, plan.direct().toString(), plan.direct().property());
	}

	@Override
	public String toString() {
		return "MigrationTarget[" + ((this.url != null) ? Masking.mask(this.url) : this.plan.migration()) + "]";
	}

}
