package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A transaction has the level that it asks for, wherever the server's own was read.
 */
class SessionDefaultsIT {

	private static final String ISOLATION = "select current_setting('transaction_isolation')";

	private final TestDatabase database = TestDatabase.create();

	private final Pooler pooler = this.database.fixture().startPooler(PoolerOptions.transactionMode(1));

	@AfterEach
	void stopPooler() {
		this.pooler.close();
	}

	/**
	 * What is read over the direct URL need not hold behind the pooler.
	 */
	@Test
	void optionsOfTheDirectUrlSayNothingOfThePooler() throws SQLException {
		String[] properties = this.database.properties(this.pooler);
		properties[0] += "&options=-c%20default_transaction_isolation=serializable";
		try (ConfigurableApplicationContext application = start(properties)) {
			assertLevels(application, Connection.TRANSACTION_READ_COMMITTED);
		}
	}

	@Test
	void anotherRoleOnThePoolerHasDefaultsOfItsOwn() throws SQLException {
		this.database.fixture().execute("alter database " + this.database.name() + " set search_path = pg_catalog");
		this.database.fixture()
			.execute("alter role " + Credentials.APPLICATION.username() + " in database " + this.database.name()
					+ " set default_transaction_isolation = 'repeatable read'");
		String[] properties = {
				"spring.datasource.url="
						+ this.database.fixture().postgres().uri(Credentials.SUPERUSER, this.database.name()),
				"db-pool.pooler.url=" + this.pooler.address().uri(Credentials.APPLICATION, this.database.name()) };
		try (ConfigurableApplicationContext application = start(properties)) {
			assertLevels(application, Connection.TRANSACTION_REPEATABLE_READ);
			assertThat(schema(application)).isEqualTo("pg_catalog");
		}
	}

	/**
	 * Where it is not known, each level that is asked for is said.
	 */
	@Test
	void levelsHoldWhereTheServersOwnIsNotKnown() throws SQLException {
		this.database.fixture()
			.execute("alter database " + this.database.name() + " set default_transaction_isolation = 'serializable'");
		String[] unknown = { "db-pool.budget.detect=false", "db-pool.probe=false" };
		try (ConfigurableApplicationContext application = start(
				TestDatabase.with(this.database.properties(this.pooler), unknown))) {
			assertThat(level(application, TransactionDefinition.ISOLATION_SERIALIZABLE)).isEqualTo("serializable");
			assertThat(level(application, TransactionDefinition.ISOLATION_REPEATABLE_READ))
				.isEqualTo("repeatable read");
		}
		for (String release : new String[] { "after-transaction", "on-close" }) {
			try (ConfigurableApplicationContext application = start(TestDatabase
				.with(TestDatabase.with(this.database.properties(), unknown), "db-pool.lease.release=" + release))) {
				assertLevels(application, Connection.TRANSACTION_SERIALIZABLE);
			}
		}
	}

	/**
	 * Asked for the first time within a transaction whose level was set as SQL.
	 */
	@Test
	void aLevelThatOneTransactionSetAsSqlIsNotTakenForTheDefault() throws SQLException {
		try (ConfigurableApplicationContext application = start(TestDatabase.with(this.database.properties(),
				"db-pool.budget.detect=false", "db-pool.probe=false", "db-pool.lease.release=after-transaction"));
				Connection connection = application.getBean(DataSource.class).getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("set transaction isolation level serializable");
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
			assertLevels(application, Connection.TRANSACTION_READ_COMMITTED);
			connection.rollback();
			statement.execute("set session characteristics as transaction isolation level serializable");
			connection.commit();
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
			assertLevels(application, Connection.TRANSACTION_READ_COMMITTED);
		}
	}

	private static void assertLevels(ConfigurableApplicationContext application, int expectedDefault)
			throws SQLException {
		try (Connection connection = application.getBean(DataSource.class).getConnection()) {
			assertThat(connection.getTransactionIsolation()).isEqualTo(expectedDefault);
		}
		assertThat(level(application, TransactionDefinition.ISOLATION_SERIALIZABLE)).isEqualTo("serializable");
		assertThat(level(application, TransactionDefinition.ISOLATION_REPEATABLE_READ)).isEqualTo("repeatable read");
		assertThat(level(application, TransactionDefinition.ISOLATION_READ_COMMITTED)).isEqualTo("read committed");
	}

	private static String level(ConfigurableApplicationContext application, int isolation) {
		DataSource dataSource = application.getBean(DataSource.class);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		transaction.setIsolationLevel(isolation);
		return transaction.execute((status) -> new JdbcTemplate(dataSource).queryForObject(ISOLATION, String.class));
	}

	private static String schema(ConfigurableApplicationContext application) throws SQLException {
		try (Connection connection = application.getBean(DataSource.class).getConnection()) {
			String between = connection.getSchema();
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("select 1")) {
				assertThat(rows.next()).isTrue();
				assertThat(connection.getSchema()).isEqualTo(between);
			}
			connection.rollback();
			return between;
		}
	}

	private static ConfigurableApplicationContext start(String... properties) {
		return TestApplication.start(TestApplication.class,
				TestDatabase.with(properties, TestApplication.WITHOUT_JPA, "db-pool.size=2"));
	}

}
