package dev.dbpool.test;

/**
 * A role of the test server.
 *
 * @param username the role's name
 * @param password its password
 */
public record Credentials(String username, String password) {

	/**
	 * The superuser: creates databases and roles, terminates backends.
	 */
	public static final Credentials SUPERUSER = new Credentials("postgres", "super:p@ss");

	/**
	 * What the applications under test log in with: an ordinary role that owns its
	 * databases. Its password has characters that a careless URL parser gets wrong.
	 */
	public static final Credentials APPLICATION = new Credentials("app", "s3cr@t+/%&?");

}
