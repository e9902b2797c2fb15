package dev.dbpool.lease;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Statements do what they do on a connection of one's own.
 */
@ParameterizedClass
@EnumSource
class LeaseStatementsIT {

	private static final String ISOLATION = "select current_setting('transaction_isolation')";

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
	void aLockedRowIsLockedUntilTheCommit() throws SQLException {
		application.elsewhere("insert into item (name) values ('a')");
		String lock = "select name from item for update nowait";
		try (Connection connection = application.connect(); Connection other = application.connect()) {
			connection.setAutoCommit(false);
			assertThat(Jdbc.text(connection, lock)).isEqualTo("a");
			Jdbc.assertFails("55P03", () -> Jdbc.text(other, lock));
			Jdbc.assertFails("55P03", () -> application.seenElsewhere(lock));
			connection.commit();
			assertThat(Jdbc.text(other, lock)).isEqualTo("a");
		}
	}

	@Test
	void batchesAreExecutedWhole() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
				for (int i = 0; i < 500; i++) {
					statement.setString(1, "name " + i);
					statement.addBatch();
				}
				assertThat(Arrays.stream(statement.executeBatch()).sum()).isEqualTo(500);
				assertThat(application.lease().lastSql()).isEqualTo(INSERT);
			}
			try (Statement statement = connection.createStatement()) {
				statement.addBatch("delete from item where id <= 100");
				statement.addBatch("update item set name = 'x' where id <= 102");
				assertThat(statement.executeBatch()).containsExactly(100, 2);
				statement.addBatch("delete from item");
				statement.clearBatch();
				assertThat(statement.executeLargeBatch()).isEmpty();
			}
			assertThat(application.seenElsewhere("select count(*) from item")).isEqualTo("0");
			connection.commit();
		}
		assertThat(application.seenElsewhere("select count(*) from item")).isEqualTo("400");
	}

	@Test
	void arraysArePassedAndRead() throws SQLException {
		String sql = "select array_agg(x order by x desc) from unnest(?::text[]) x";
		for (boolean autoCommit : new boolean[] { true, false }) {
			try (Connection connection = application.connect()) {
				connection.setAutoCommit(autoCommit);
				String[] names = { "a", "b, \"c\"" };
				try (PreparedStatement statement = connection.prepareStatement(sql)) {
					statement.setArray(1, connection.createArrayOf("text", names));
					try (ResultSet rows = statement.executeQuery()) {
						assertThat(rows.next()).isTrue();
						assertThat((Object[]) rows.getArray(1).getArray()).containsExactly(names[1], names[0]);
						assertThat(first(rows.getArray(1).getResultSet())).isEqualTo("1");
					}
				}
			}
		}
	}

	@Test
	void copyAndLargeObjectsWorkInATransaction() throws SQLException, IOException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			PGConnection driver = connection.unwrap(PGConnection.class);
			assertThat(driver.getCopyAPI().copyIn("copy item (name) from stdin", new StringReader("a\nb\n")))
				.isEqualTo(2);
			StringWriter copied = new StringWriter();
			driver.getCopyAPI().copyOut("copy item (name) to stdout", copied);
			assertThat(copied).hasToString("a\nb\n");
			LargeObjectManager objects = driver.getLargeObjectAPI();
			long oid = objects.createLO();
			try (LargeObject object = objects.open(oid)) {
				object.write("text".getBytes(StandardCharsets.UTF_8));
				object.seek(1);
				assertThat(object.read(3)).asString(StandardCharsets.UTF_8).isEqualTo("ext");
			}
			objects.delete(oid);
			connection.commit();
			assertThat(application.seenElsewhere("select count(*) from item")).isEqualTo("2");
		}
	}

	@Test
	void aStatementIsReusedOverTransactionsWithTheirIsolation() throws SQLException {
		try (Connection connection = application.connect();
				PreparedStatement statement = connection.prepareStatement(ISOLATION);
				PreparedStatement insert = connection.prepareStatement(INSERT)) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			for (int i = 0; i < 3; i++) {
				assertThat(first(statement.executeQuery())).isEqualTo("serializable");
				insert.setString(1, "name " + i);
				insert.executeUpdate();
				connection.commit();
			}
			connection.setAutoCommit(true);
			assertThat(first(statement.executeQuery())).isNotNull();
		}
		assertThat(application.seenElsewhere("select count(*) from item")).isEqualTo("3");
		assertThat(application.seenByTheNext(ISOLATION)).containsOnly("read committed");
	}

	@Test
	void noticesAreWarningsOfTheStatement() throws SQLException {
		try (Connection connection = application.connect(); Statement statement = connection.createStatement()) {
			statement.execute("do $$ begin raise notice 'look'; end $$");
			assertThat((Object) statement.getWarnings()).isNotNull();
			assertThat(statement.getWarnings().getMessage()).isEqualTo("look");
			statement.clearWarnings();
			assertThat((Object) statement.getWarnings()).isNull();
			assertThat((Object) connection.getWarnings()).isNull();
			Jdbc.execute(connection, "do $$ begin raise notice 'look'; end $$");
			assertThat((Object) statement.getWarnings()).isNull();
		}
	}

	private static String first(ResultSet rows) throws SQLException {
		try (rows) {
			return rows.next() ? rows.getString(1) : null;
		}
	}

}
