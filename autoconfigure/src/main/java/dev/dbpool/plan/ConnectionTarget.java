package dev.dbpool.plan;

/**
 * Where one of the two uses connects, and as whom.
 *
 * @param property the property that the URL came from
 * @param url the URL
 * @param login the credentials
 */
public record ConnectionTarget(String property, PostgresUrl url, Login login) {

	ConnectionTarget with(PostgresUrl other) {
		return new ConnectionTarget(this.property, other, this.login);
	}

	/**
	 * Returns this target with other credentials.
	 * @param other the credentials
	 * @return a new target
	 */
	public ConnectionTarget with(Login other) {
		return new ConnectionTarget(this.property, this.url, other);
	}

	@Override
	public String toString() {
		return this.url.toString();
	}

}
