package dev.dbpool.test;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where a PostgreSQL or a PgBouncer listens.
 *
 * @param host the host name, reachable from this process
 * @param port the port
 */
public record Address(String host, int port) {

	/**
	 * Returns the JDBC URL of a database, without credentials.
	 * @param database the database name
	 * @return the URL
	 */
	public String jdbcUrl(String database) {
		return "jdbc:postgresql://" + this.host + ":" + this.port + "/" + database;
	}

	/**
	 * Returns the URI of a database as hosting platforms hand it out, credentials
	 * included.
	 * @param credentials who logs in
	 * @param database the database name
	 * @return the URI
	 */
	public String uri(Credentials credentials, String database) {
		return "postgres://" + encode(credentials.username()) + ":" + encode(credentials.password()) + "@" + this.host
				+ ":" + this.port + "/" + database;
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

}
