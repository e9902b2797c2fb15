package dev.dbpool.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A running PgBouncer.
 */
public interface Pooler extends AutoCloseable {

	/**
	 * Where clients connect.
	 * @return the address
	 */
	Address address();

	/**
	 * The version as the program itself prints it.
	 * @return for example {@code PgBouncer 1.18.0}
	 */
	String version();

	/**
	 * Runs a {@code SHOW} command on the admin console.
	 * @param what for example {@code CLIENTS}, {@code SERVERS} or {@code POOLS}
	 * @return one map a row, by column name
	 * @throws SQLException if the console cannot be reached
	 */
	default List<Map<String, String>> show(String what) throws SQLException {
		// The only form of URL with which the driver opens the console: anything else
		// makes it send statements that the console refuses.
		String url = address().jdbcUrl("pgbouncer") + "?replication=database&preferQueryMode=simple";
		try (Connection connection = DriverManager.getConnection(url, Credentials.SUPERUSER.username(),
				Credentials.SUPERUSER.password());
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("SHOW " + what)) {
			List<Map<String, String>> result = new ArrayList<>();
			while (rows.next()) {
				Map<String, String> row = new LinkedHashMap<>();
				for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
					row.put(rows.getMetaData().getColumnName(i), String.valueOf(rows.getString(i)));
				}
				result.add(row);
			}
			return result;
		}
	}

	/**
	 * Stops it at once, as a crash would; clients lose their connections.
	 */
	@Override
	void close();

}
