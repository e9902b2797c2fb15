package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.Masking;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.Driver;

/**
 * Asks the server whether a pooler's name for a database is an alias or another database.
 */
final class DatabaseNames {

	private static final Log logger = LogFactory.getLog(DatabaseNames.class);

	/**
	 * In seconds: a server that does not answer must not hold up the start.
	 */
	private static final String LIMIT = "2";

	private DatabaseNames() {
	}

	/**
	 * Compares the databases that the two URLs of a plan lead to.
	 * @param plan a plan whose URLs name different databases
	 * @throws InvalidSettingException if the server says that they are different. If it
	 * cannot be asked, that is a warning.
	 */
	static void check(ConnectionPlan plan) {
		try {
			String runtime = currentDatabase(plan.runtime());
			String migration = currentDatabase(plan.migration());
			if (!runtime.equals(migration)) {
				throw new InvalidSettingException(
						"%s leads to the database '%s', but %s leads to '%s': the application would query one database and migrate another."
							.formatted(ConnectionPlan.POOLER_URL, runtime, ConnectionPlan.DIRECT_URL, migration),
						"Let both URLs lead to the same database.");
			}
		}
		catch (SQLException ex) {
			logger.warn("Could not ask the server whether " + ConnectionPlan.POOLER_URL + " and "
					+ ConnectionPlan.DIRECT_URL + " lead to the same database: "
					+ Masking.mask(String.valueOf(ex.getMessage())));
		}
	}

	private static String currentDatabase(ConnectionTarget target) throws SQLException {
		String url = target.url()
			.with("loginTimeout", LIMIT)
			.with("connectTimeout", LIMIT)
			.with("socketTimeout", LIMIT)
			.toJdbcUrl();
		try (Connection connection = new Driver().connect(url, target.login().toProperties());
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("select current_database()")) {
			result.next();
			return result.getString(1);
		}
	}

}
