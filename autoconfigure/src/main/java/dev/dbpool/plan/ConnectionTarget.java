package dev.dbpool.plan;

/**
 * Where one of the two uses connects, and as whom.
 *
 * @param property the property that the URL came from
 * @param url the URL
 * @param login the credentials
 * @param own the part of them that is set for the URL, and that a credentials provider
 * does not replace
 */
public record ConnectionTarget(String property, PostgresUrl url, Login login, Login own) {

	ConnectionTarget with(PostgresUrl other) {
		return new ConnectionTarget(this.property, other, this.login, this.own);
	}

	/**
	 * Returns this target with other credentials.
	 * @param other the credentials
	 * @return a new target
	 */
	public ConnectionTarget with(Login other) {
		return new ConnectionTarget(this.property, this.url, other, this.own);
	}

	@Override
	public String toString() {
		return this.url.toString();
	}

}
