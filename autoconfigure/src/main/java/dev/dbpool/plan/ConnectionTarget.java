package dev.dbpool.plan;

/**
 * Where one of the two uses connects, and as whom.
 *
 * @param url the URL
 * @param login the credentials
 */
public record ConnectionTarget(PostgresUrl url, Login login) {

	@Override
	public String toString() {
		return this.url.toString();
	}

}
