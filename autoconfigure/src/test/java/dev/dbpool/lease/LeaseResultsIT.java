package dev.dbpool.lease;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Results are what they are on a connection of one's own.
 */
@ParameterizedClass
@EnumSource
class LeaseResultsIT {

	private static final String INSERT = "insert into item (name) values (?)";

	private static LeasingApplication application;

	@Parameter
	SetUp setUp;

	@BeforeParameterizedClassInvocation
	static void start(SetUp setUp) throws SQLException {
		application = setUp.start();
		application.elsewhere("create table item (id int generated always as identity primary key, name text)");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@BeforeEach
	void clear() throws SQLException {
		application.elsewhere("truncate item restart identity");
	}

	@AfterEach
	void nothingIsHeld() {
		application.awaitNothingLeased();
	}

	@Test
	void rowsAreStreamedWhileTheTransactionLasts() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection.prepareStatement("select generate_series(1, 1000)")) {
				statement.setFetchSize(50);
				try (ResultSet rows = statement.executeQuery()) {
					int sum = 0;
					while (rows.next()) {
						sum += rows.getInt(1);
					}
					assertThat(sum).isEqualTo(500_500);
				}
				ResultSet rows = statement.executeQuery();
				assertThat(rows.next()).isTrue();
				connection.commit();
				Jdbc.assertFails("34000", () -> {
					while (rows.next()) {
						assertThat(rows.getInt(1)).isLessThanOrEqualTo(50);
					}
				});
				connection.rollback();
			}
		}
	}

	@Test
	void generatedKeysAreReturned() throws SQLException {
		try (Connection connection = application.connect();
				PreparedStatement prepared = connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS);
				PreparedStatement named = connection.prepareStatement(INSERT, new String[] { "name", "id" });
				Statement plain = connection.createStatement()) {
			prepared.setString(1, "a");
			assertThat(prepared.executeUpdate()).isOne();
			assertThat(first(prepared.getGeneratedKeys())).isEqualTo("1");
			named.setString(1, "b");
			named.executeUpdate();
			try (ResultSet keys = named.getGeneratedKeys()) {
				assertThat(keys.getStatement()).isSameAs(named);
				assertThat(keys.next()).isTrue();
				assertThat(keys.getString("name")).isEqualTo("b");
			}
			plain.executeUpdate("insert into item (name) values ('c')", new String[] { "id" });
			assertThat(first(plain.getGeneratedKeys())).isEqualTo("3");
			prepared.setString(1, "d");
			prepared.addBatch();
			prepared.setString(1, "e");
			prepared.addBatch();
			prepared.executeBatch();
			try (ResultSet keys = prepared.getGeneratedKeys()) {
				assertThat(keys.next() && keys.next()).isTrue();
				assertThat(keys.getInt("id")).isEqualTo(5);
			}
		}
	}

	/**
	 * The driver begins a transaction for them too.
	 */
	@Test
	void updatableRowsOutliveATransactionAndHaveTheIsolationOfTheNext() throws SQLException {
		application.elsewhere("create or replace function level() returns trigger language plpgsql as "
				+ "$$ begin new.name = current_setting('transaction_isolation'); return new; end $$");
		application.elsewhere(
				"create or replace trigger level before update on item " + "for each row execute function level()");
		application.elsewhere("insert into item (name) values ('a'), ('b')");
		try (Connection connection = application.connect();
				Statement statement = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY,
						ResultSet.CONCUR_UPDATABLE)) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			try (ResultSet rows = statement.executeQuery("select id, name from item order by id")) {
				while (rows.next()) {
					rows.updateString("name", "?");
					rows.updateRow();
					connection.commit();
				}
			}
		}
		finally {
			application.elsewhere("drop trigger level on item");
		}
		assertThat(application.seenElsewhere("select string_agg(name, ' ') from item"))
			.isEqualTo("serializable serializable");
	}

	@Test
	void callsReturnWhatTheyReturn() throws SQLException {
		try (Connection connection = application.connect();
				CallableStatement call = connection.prepareCall("{? = call upper(?)}")) {
			call.registerOutParameter(1, Types.VARCHAR);
			call.setString(2, "a");
			call.execute();
			assertThat(call.getString(1)).isEqualTo("A");
			assertThat(call.getConnection()).isSameAs(connection);
		}
		application.elsewhere("create or replace function names() returns refcursor language plpgsql as "
				+ "$$ declare c refcursor; begin open c for select generate_series(7, 9); return c; end $$");
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			try (CallableStatement call = connection.prepareCall("{? = call names()}")) {
				call.registerOutParameter(1, Types.REF_CURSOR);
				call.execute();
				assertThat(first((ResultSet) call.getObject(1))).isEqualTo("7");
			}
			connection.rollback();
		}
	}

	@Test
	void manyResultsComeOneAfterTheOther() throws SQLException {
		try (Connection connection = application.connect(); Statement statement = connection.createStatement()) {
			assertThat(statement.execute("select 1; delete from item; select 2")).isTrue();
			try (ResultSet rows = statement.getResultSet()) {
				assertThat(rows.getStatement()).isSameAs(statement);
				assertThat(rows.next()).isTrue();
				assertThat(rows.getInt(1)).isOne();
			}
			assertThat(statement.getMoreResults()).isFalse();
			assertThat(statement.getUpdateCount()).isZero();
			assertThat(statement.getResultSet()).isNull();
			assertThat(statement.getMoreResults()).isTrue();
			assertThat(first(statement.getResultSet())).isEqualTo("2");
			assertThat(statement.getMoreResults()).isFalse();
			assertThat(statement.getUpdateCount()).isEqualTo(-1);
		}
	}

	private static String first(ResultSet rows) throws SQLException {
		try (rows) {
			return rows.next() ? rows.getString(1) : null;
		}
	}

}
