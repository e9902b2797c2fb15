package dev.dbpool.plan;

import java.util.List;

import dev.dbpool.Decision;
import dev.dbpool.Via;

/**
 * The decision which URL serves which use, and with which driver properties. Immutable.
 *
 * @param names what the settings are called that it was made from
 * @param runtime what the application queries through
 * @param migration what migrations and session-bound work use: the direct URL
 * @param via what the runtime goes through
 * @param migrationVia what migrations and session-bound work go through: nothing, or a
 * session pooler, unless there is a warning
 * @param preparedStatements whether the runtime uses server-side prepared statements
 * @param decisions how all that was decided
 * @param warnings what the user should know about it, secrets masked
 */
public record ConnectionPlan(PropertyNames names, ConnectionTarget runtime, ConnectionTarget migration, Via via,
		Via migrationVia, boolean preparedStatements, List<Decision> decisions, List<String> warnings) {

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

	@Override
	public String toString() {
		return "ConnectionPlan[runtime=" + this.runtime + ", migration=" + this.migration + ", via=" + this.via + "]";
	}

}
