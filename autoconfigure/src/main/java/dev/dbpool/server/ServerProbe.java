package dev.dbpool.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.ProbeResult;
import org.postgresql.PGConnection;

/**
 * Finds out what is behind a URL, in short-lived connections. Leaves nothing behind: it
 * reads process ids, in transactions that it rolls back.
 */
public final class ServerProbe {

	private static final int ROUNDS = 3;

	private static final String STATEMENT_MODE = "statement pooling mode";

	private static final String QUERY = "select pg_backend_pid(), current_database(), " + SessionDefaults.COLUMNS
			+ " from " + SessionDefaults.SOURCE;

	private ServerProbe() {
	}

	/**
	 * Tells a pooler from the database, in one connection.
	 * @param target where to connect
	 * @param limit how long it may take
	 * @return what is there, and the database's own name
	 * @throws SQLException if there is no answer within the limit
	 */
	public static Answer ask(ConnectionTarget target, Duration limit) throws SQLException {
		try {
			return ShortConnection.call(target, limit, ServerProbe::ask);
		}
		catch (SQLException ex) {
			if (isStatementMode(ex)) {
				return new Answer(ProbeResult.STATEMENT_POOLER, "", new SessionDefaults("", null));
			}
			throw ex;
		}
	}

	private static Answer ask(Connection connection) throws SQLException {
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(QUERY)) {
			row.next();
			Answer answer = new Answer(isPooled(connection, row.getInt(1)) ? ProbeResult.POOLER : ProbeResult.DATABASE,
					row.getString(2), new SessionDefaults(row.getString(3), row.getString(4)));
			connection.rollback();
			return answer;
		}
	}

	/**
	 * Whether there is a pooler in between. It must make up the process id that it gives
	 * to a client, because the client cancels with it, on any server connection.
	 * @param connection the connection
	 * @param serverProcess the process that answers at the other end
	 */
	static boolean isPooled(Connection connection, int serverProcess) throws SQLException {
		return connection.unwrap(PGConnection.class).getBackendPID() != serverProcess;
	}

	/**
	 * Watches whether a pooler moves transactions. A transaction that moves is proof of
	 * transaction mode; one that stays proves nothing.
	 * @param pooler where there is a pooler
	 * @param limit how long it may take
	 * @return what the probe saw within the limit
	 */
	public static ProbeResult watch(ConnectionTarget pooler, Duration limit) {
		try {
			return ShortConnection.call(pooler, limit,
					(one) -> ShortConnection.call(pooler, limit, (other) -> transactionsMove(one, other)))
							? ProbeResult.TRANSACTION_POOLER : ProbeResult.POOLER_WITHOUT_PROOF;
		}
		catch (SQLException ex) {
			return isStatementMode(ex) ? ProbeResult.STATEMENT_POOLER : ProbeResult.POOLER_WITHOUT_PROOF;
		}
	}

	private static boolean transactionsMove(Connection one, Connection other) throws SQLException {
		one.setAutoCommit(false);
		other.setAutoCommit(false);
		Set<Integer> ofOne = new HashSet<>();
		Set<Integer> ofOther = new HashSet<>();
		for (int round = 0; round < ROUNDS; round++) {
			ofOne.add(process(one));
			one.rollback();
			// Its transaction stays open and occupies the server connection.
			ofOther.add(process(other));
			if (!Collections.disjoint(ofOne, ofOther)) {
				return true;
			}
			ofOne.add(process(one));
			one.rollback();
			other.rollback();
			if (ofOne.size() > 1 || ofOther.size() > 1) {
				return true;
			}
		}
		return false;
	}

	private static int process(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
			row.next();
			return row.getInt(1);
		}
	}

	private static boolean isStatementMode(SQLException ex) {
		return String.valueOf(ex.getMessage()).contains(STATEMENT_MODE);
	}

	/**
	 * What one connection reveals.
	 *
	 * @param result what is at the other end
	 * @param database the database's own name
	 * @param defaults what the session began with
	 */
	public record Answer(ProbeResult result, String database, SessionDefaults defaults) {

	}

}
