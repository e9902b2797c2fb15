package dev.dbpool.autoconfigure;

import java.sql.Blob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.DirectDataSource;
import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import dev.dbpool.test.Relay;
import example.Entry;
import jakarta.persistence.EntityManager;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of a web application is told if the database lost what it asked for. All ways
 * to ask are tried at the same time, so that each fault meets all of them.
 */
@ParameterizedClass
@EnumSource
class FailedTransactionAnswerIT {

	private static final int SERVER_ERROR = 500;

	private static final AtomicInteger requests = new AtomicInteger();

	private static final ExecutorService clients = Executors.newCachedThreadPool();

	private static TestDatabase database;

	private static Pooler pooler;

	private static Relay relay;

	private static Relay directRelay;

	private static ConfigurableApplicationContext context;

	@Parameter
	Route route;

	@BeforeParameterizedClassInvocation
	static void start(Route route) throws SQLException {
		database = TestDatabase.create();
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			statement.execute(Entry.SCHEMA);
		}
		int callers = Caller.values().length;
		pooler = (route == Route.POOLED) ? PgFixture.get().startPooler(PoolerOptions.transactionMode(callers)) : null;
		directRelay = Relay.to(PgFixture.get().postgres());
		relay = (pooler != null) ? Relay.to(pooler.address()) : directRelay;
		context = TestApplication.builder(WebApplicationType.SERVLET, Application.class)
			.run("--spring.datasource.url=" + url(directRelay),
					"--db-pool.pooler.url=" + ((pooler != null) ? url(relay) : ""), "--db-pool.size=" + callers,
					"--db-pool.max-overflow=0", "--db-pool.lease.release=" + route.release,
					"--logging.level.org.apache.catalina=off", "--logging.level.com.zaxxer.hikari=off",
					"--logging.level.org.hibernate=off");
	}

	private static String url(Relay relay) {
		return relay.address().uri(Credentials.APPLICATION, database.name()) + "?socketTimeout=2";
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		context.close();
		relay.close();
		directRelay.close();
		if (pooler != null) {
			pooler.close();
		}
	}

	/**
	 * The next test begins with connections that work.
	 */
	@AfterEach
	void discardConnections() throws SQLException {
		relay.thaw();
		directRelay.thaw();
		context.getBean(DataSource.class).unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
	}

	@ParameterizedTest
	@CsvSource({ "STATEMENT,RESET", "STATEMENT,END", "STATEMENT,KILL", "STATEMENT,FREEZE", "COMMIT,RESET", "COMMIT,END",
			"COMMIT,KILL", "COMMIT,FREEZE" })
	void noFailedTransactionIsAnsweredAsSuccess(Moment moment, Fault fault) throws Exception {
		Interruption interruption = new Interruption(moment, fault);
		Application.interruption = interruption;
		Map<Caller, Integer> ids = new EnumMap<>(Caller.class);
		Map<Caller, Future<HttpAnswer>> answers = new EnumMap<>(Caller.class);
		for (Caller caller : Caller.values()) {
			int request = requests.incrementAndGet();
			ids.put(caller, request);
			answers.put(caller, clients.submit(() -> HttpAnswer.get(context, "/" + caller + "/" + request)));
		}
		SoftAssertions softly = new SoftAssertions();
		for (Caller caller : Caller.values()) {
			int status = answers.get(caller).get(1, TimeUnit.MINUTES).status();
			int rows = rows(ids.get(caller));
			if (caller == Caller.AUTO_COMMIT && status < SERVER_ERROR) {
				// A statement of its own may get another connection.
				softly.assertThat(rows).describedAs("rows of %s", caller).isOne();
			}
			else {
				softly.assertThat(status).describedAs("answer to %s", caller).isGreaterThanOrEqualTo(SERVER_ERROR);
			}
			if (moment == Moment.STATEMENT && caller != Caller.AUTO_COMMIT) {
				softly.assertThat(rows).describedAs("rows of %s", caller).isZero();
			}
		}
		softly.assertAll();
		assertThat(interruption.barrier.isBroken()).isFalse();
		assertThat(interruption.passed).hasValue(Caller.values().length);
	}

	@ParameterizedTest
	@EnumSource
	void successMeansThatItIsStored(Caller caller) throws SQLException {
		Application.interruption = null;
		int request = requests.incrementAndGet();
		assertThat(HttpAnswer.get(context, "/" + caller + "/" + request)).isEqualTo(new HttpAnswer(200, "stored"));
		assertThat(rows(request)).isEqualTo((caller != Caller.AUTO_COMMIT) ? 2 : 1);
	}

	private static int rows(int request) throws SQLException {
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from entry where request = " + request)) {
			row.next();
			return row.getInt(1);
		}
	}

	enum Route {

		/** To the database itself; leases end with the transaction. */
		DIRECT("after-transaction"),

		/** To the database itself; leases last until the connection is closed. */
		ON_CLOSE("on-close"),

		/** Through PgBouncer in transaction mode. */
		POOLED("auto");

		private final String release;

		Route(String release) {
			this.release = release;
		}

	}

	/**
	 * When it happens: between two statements of a transaction, or between the last one
	 * and the commit.
	 */
	enum Moment {

		STATEMENT, COMMIT

	}

	enum Fault {

		RESET {
			@Override
			void happen() {
				relay.reset();
				directRelay.reset();
			}
		},

		END {
			@Override
			void happen() {
				relay.end();
				directRelay.end();
			}
		},

		KILL {
			@Override
			void happen() {
				database.terminateSessions();
			}
		},

		FREEZE {
			@Override
			void happen() {
				relay.freeze();
				directRelay.freeze();
			}
		};

		abstract void happen();

	}

	/**
	 * How an application works with its database.
	 */
	enum Caller {

		RAW, RAW_ASYNCHRONOUS, AUTO_COMMIT, LARGE_OBJECT, DIRECT_DATA_SOURCE, TEMPLATE, OWN_EXCEPTION, JPA

	}

	/**
	 * Happens once all are at the same point, and before any of them goes on.
	 */
	private static final class Interruption {

		private final Moment moment;

		private final CyclicBarrier barrier;

		private final AtomicInteger passed = new AtomicInteger();

		Interruption(Moment moment, Fault fault) {
			this.moment = moment;
			this.barrier = new CyclicBarrier(Caller.values().length, fault::happen);
		}

		void at(Moment moment) {
			try {
				if (moment == this.moment) {
					this.barrier.await(20, TimeUnit.SECONDS);
					this.passed.incrementAndGet();
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = Entry.class)
	@Import({ Application.Controller.class, Application.Service.class })
	static class Application {

		private static final String INSERT = "insert into entry (request) values (?)";

		static volatile Interruption interruption;

		static void reach(Moment moment) {
			if (interruption != null) {
				interruption.at(moment);
			}
		}

		@RestController
		static class Controller {

			private final DataSource dataSource;

			private final DataSource directDataSource;

			private final JdbcTemplate jdbc;

			private final TransactionTemplate transaction;

			private final Service service;

			Controller(DataSource dataSource, @DirectDataSource DataSource directDataSource, JdbcTemplate jdbc,
					Service service) {
				this.dataSource = dataSource;
				this.directDataSource = directDataSource;
				this.jdbc = jdbc;
				// Its exceptions are not translated.
				this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
				this.service = service;
			}

			@GetMapping("/{caller}/{request}")
			Object answer(@PathVariable Caller caller, @PathVariable int request) throws SQLException {
				switch (caller) {
					case RAW -> raw(this.dataSource, request);
					case RAW_ASYNCHRONOUS -> {
						return (Callable<String>) () -> raw(this.dataSource, request);
					}
					case AUTO_COMMIT -> autoCommit(request);
					case LARGE_OBJECT -> largeObject(request);
					case DIRECT_DATA_SOURCE -> raw(this.directDataSource, request);
					case TEMPLATE -> this.service.template(request);
					case OWN_EXCEPTION -> ownException(request);
					case JPA -> this.service.jpa(request);
				}
				return "stored";
			}

			private String raw(DataSource dataSource, int request) throws SQLException {
				try (Connection connection = dataSource.getConnection()) {
					connection.setAutoCommit(false);
					insert(connection, request);
					reach(Moment.STATEMENT);
					insert(connection, request);
					reach(Moment.COMMIT);
					connection.commit();
				}
				return "stored";
			}

			/**
			 * Its exceptions come from the driver's object.
			 */
			private void largeObject(int request) throws SQLException {
				try (Connection connection = this.dataSource.getConnection()) {
					connection.setAutoCommit(false);
					insert(connection, request);
					Blob object = largeObject(connection);
					reach(Moment.STATEMENT);
					object.getBytes(1, 1);
					insert(connection, request);
					reach(Moment.COMMIT);
					connection.commit();
				}
			}

			private Blob largeObject(Connection connection) throws SQLException {
				try (Statement statement = connection.createStatement();
						ResultSet row = statement.executeQuery("select lo_from_bytea(0, 'abc')")) {
					row.next();
					return row.getBlob(1);
				}
			}

			private void autoCommit(int request) throws SQLException {
				try (Connection connection = this.dataSource.getConnection()) {
					connection.createStatement().execute("select 1");
					reach(Moment.STATEMENT);
					reach(Moment.COMMIT);
					insert(connection, request);
				}
			}

			private void insert(Connection connection, int request) throws SQLException {
				try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
					statement.setInt(1, request);
					statement.executeUpdate();
				}
			}

			private void ownException(int request) {
				try {
					this.transaction.executeWithoutResult((status) -> {
						this.jdbc.update(INSERT, request);
						reach(Moment.STATEMENT);
						this.jdbc.update(INSERT, request);
						reach(Moment.COMMIT);
					});
				}
				catch (RuntimeException ex) {
					throw new IllegalStateException("Could not store it", ex);
				}
			}

		}

		static class Service {

			private final JdbcTemplate jdbc;

			private final EntityManager entities;

			Service(JdbcTemplate jdbc, EntityManager entities) {
				this.jdbc = jdbc;
				this.entities = entities;
			}

			@Transactional
			void template(int request) {
				this.jdbc.update(INSERT, request);
				reach(Moment.STATEMENT);
				this.jdbc.update(INSERT, request);
				reach(Moment.COMMIT);
			}

			@Transactional
			void jpa(int request) {
				this.entities.persist(Entry.of(request));
				this.entities.flush();
				reach(Moment.STATEMENT);
				this.entities.persist(Entry.of(request));
				this.entities.flush();
				reach(Moment.COMMIT);
			}

		}

	}

}
