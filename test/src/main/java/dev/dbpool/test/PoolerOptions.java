package dev.dbpool.test;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of a PgBouncer.
 *
 * @param settings the lines of its {@code [pgbouncer]} section that differ from this
 * kit's defaults
 * @param aliases databases that it has another name for, by that name
 */
public record PoolerOptions(Map<String, String> settings, Map<String, String> aliases) {

	/**
	 * A PgBouncer in transaction mode.
	 * @param poolSize server connections for each database and role
	 * @return the options
	 */
	public static PoolerOptions transactionMode(int poolSize) {
		return of("transaction", poolSize);
	}

	/**
	 * A PgBouncer in session mode.
	 * @param poolSize server connections for each database and role
	 * @return the options
	 */
	public static PoolerOptions sessionMode(int poolSize) {
		return of("session", poolSize);
	}

	private static PoolerOptions of(String mode, int poolSize) {
		return new PoolerOptions(Map.of("pool_mode", mode, "default_pool_size", String.valueOf(poolSize)), Map.of());
	}

	/**
	 * Sets or overrides one setting.
	 * @param name as PgBouncer spells it
	 * @param value the value
	 * @return new options
	 */
	public PoolerOptions with(String name, String value) {
		Map<String, String> changed = new LinkedHashMap<>(this.settings);
		changed.put(name, value);
		return new PoolerOptions(Map.copyOf(changed), this.aliases);
	}

	/**
	 * Adds another name for a database.
	 * @param alias what clients call it
	 * @param database what the server calls it
	 * @return new options
	 */
	public PoolerOptions withAlias(String alias, String database) {
		Map<String, String> changed = new LinkedHashMap<>(this.aliases);
		changed.put(alias, database);
		return new PoolerOptions(this.settings, Map.copyOf(changed));
	}

	/**
	 * Returns the whole configuration file.
	 * @param postgresHost where the database listens, as seen from the pooler
	 * @param postgresPort its port
	 * @param listenAddress what the pooler binds to
	 * @param listenPort its port
	 * @param userList the path of the user list
	 * @return the text of {@code pgbouncer.ini}
	 */
	String toIni(String postgresHost, int postgresPort, String listenAddress, int listenPort, String userList) {
		Map<String, String> all = new LinkedHashMap<>();
		all.put("listen_addr", listenAddress);
		all.put("listen_port", String.valueOf(listenPort));
		all.put("unix_socket_dir", "");
		all.put("auth_type", "scram-sha-256");
		all.put("auth_file", userList);
		// The superuser looks up every user that is not in the user list.
		all.put("auth_user", Credentials.SUPERUSER.username());
		all.put("admin_users", Credentials.SUPERUSER.username());
		all.put("max_client_conn", "500");
		all.putAll(this.settings);
		String server = "host=" + postgresHost + " port=" + postgresPort;
		StringBuilder ini = new StringBuilder("[databases]\n* = " + server + "\n");
		this.aliases.forEach((alias, database) -> ini.append(alias + " = " + server + " dbname=" + database + "\n"));
		ini.append("[pgbouncer]\n");
		all.forEach((name, value) -> ini.append(name).append(" = ").append(value).append('\n'));
		return ini.toString();
	}

	/**
	 * Returns the user list: with plain passwords PgBouncer can log in to the server.
	 * @return the text of the file
	 */
	static String userList() {
		StringBuilder list = new StringBuilder();
		for (Credentials user : new Credentials[] { Credentials.SUPERUSER, Credentials.APPLICATION }) {
			list.append('"').append(user.username()).append("\" \"").append(user.password()).append("\"\n");
		}
		return list.toString();
	}

}
