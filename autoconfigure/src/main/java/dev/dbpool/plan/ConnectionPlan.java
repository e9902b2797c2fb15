package dev.dbpool.plan;

import java.util.List;

import dev.dbpool.Decision;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Via;
import org.jspecify.annotations.Nullable;

/**
 * The decision which URL serves which use, and with which driver properties. Immutable.
 *
 * @param names what the settings are called that it was made from
 * @param runtime what the application queries through
 * @param migration what migrations and session-bound work use: the direct URL;
 * {@code null} if there is none
 * @param via what the runtime goes through
 * @param migrationVia what migrations and session-bound work go through: nothing, or a
 * session pooler, unless there is a warning; {@code null} if there is no direct URL
 * @param preparedStatements whether the runtime uses server-side prepared statements
 * @param decisions how all that was decided
 * @param warnings what the user should know about it, secrets masked
 */
public record ConnectionPlan(PropertyNames names, ConnectionTarget runtime, @Nullable ConnectionTarget migration,
		Via via, @Nullable Via migrationVia, boolean preparedStatements, List<Decision> decisions,
		List<String> warnings) {

	/**
	 * The property of the direct URL of Spring Boot's data source.
	 */
	public static final String DIRECT_URL = "spring.datasource.url";

	/**
	 * The property of the pooler URL beside it.
	 */
	public static final String POOLER_URL = "db-pool.pooler.url";

	/**
	 * Whether this text is the URL of a plain PostgreSQL, in one of the forms that a plan
	 * can be made from.
	 * @param url any text
	 * @return {@code false} if it is left to Spring Boot
	 */
	public static boolean isPlainPostgres(String url) {
		return ConnectionUrl.isPostgres(url.strip());
	}

	/**
	 * Returns the direct URL for work that cannot do without it.
	 * @return the target
	 * @throws InvalidSettingException if there is no direct URL
	 */
	public ConnectionTarget direct() {
		if (this.migration == null) {
			throw new InvalidSettingException(
					"%s is not set, so nothing can connect to the database itself. Work that needs a session of its own, such as migrations, must not go through the pooler (%s)."
						.formatted(this.names.directUrl(), this.names.poolerUrl()),
					"Set %s to the database itself, or to a pooler in session mode.".formatted(this.names.directUrl()));
		}
		return this.migration;
	}

	@Override
	public String toString() {
		return "ConnectionPlan[runtime=" + this.runtime + ", migration=" + this.migration + ", via=" + this.via + "]";
	}

}
