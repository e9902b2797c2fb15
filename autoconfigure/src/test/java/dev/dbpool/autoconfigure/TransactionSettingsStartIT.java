package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.TransactionSettings;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import example.Entry;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.SessionFactory;
import org.hibernate.SessionFactoryObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * With settings that are never empty, what Hibernate and Spring Boot ask by themselves
 * passes, and nothing else does.
 */
@ParameterizedClass
@ExtendWith(OutputCaptureExtension.class)
@ValueSource(booleans = { false, true })
class TransactionSettingsStartIT {

	private static final String REFUSED = "need a transaction";

	private static final TestDatabase database = TestDatabase.create();

	private static Pooler pooler;

	private static String[] properties;

	@Parameter
	boolean pooled;

	@BeforeParameterizedClassInvocation
	static void start(boolean pooled) throws SQLException {
		pooler = pooled ? database.fixture().startPooler(PoolerOptions.transactionMode(2)) : null;
		properties = (pooler != null) ? database.properties(pooler) : database.properties();
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("drop schema if exists tenant cascade; create schema tenant; set search_path to tenant;"
					+ Entry.SCHEMA);
			statement.execute("set search_path to public; drop table if exists entry, script; drop sequence if exists"
					+ " entry_seq;" + Entry.SCHEMA + "; insert into entry values (1, 1)");
		}
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		if (pooler != null) {
			pooler.close();
		}
	}

	@ParameterizedTest
	@CsvSource({ "none, ALWAYS", "validate, ALWAYS", "validate, WITHOUT_A_TENANT", "create-drop, ALWAYS" })
	void jpaApplicationStarts(String ddlAuto, Settings settings) throws SQLException {
		Application.settings = settings;
		try (ConfigurableApplicationContext context = TestApplication
			.builder(WebApplicationType.NONE, Application.class)
			.run(arguments("spring.jpa.hibernate.ddl-auto=" + ddlAuto))) {
			assertThat(Application.refused).hasSize(2)
				.allSatisfy((refusal) -> assertThat(refusal).hasStackTraceContaining(settings.refusal));
			assertThat(context.getBean(EntityManagerFactory.class).isOpen()).isTrue();
		}
		assertThat(is("to_regclass('public.script') is not null")).isTrue();
		assertThat(is("to_regclass('public.entry') is null")).isEqualTo(ddlAuto.equals("create-drop"));
	}

	private static boolean is(String condition) throws SQLException {
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select " + condition)) {
			row.next();
			return row.getBoolean(1);
		}
	}

	@Test
	void applicationsOwnStatementsNeedATransaction() throws SQLException {
		Application.settings = Settings.ALWAYS;
		try (ConfigurableApplicationContext context = TestApplication
			.builder(WebApplicationType.SERVLET, Application.class)
			.run(arguments("spring.datasource.hikari.connection-test-query=select 1"))) {
			EntityManager entities = context.getBean(EntityManager.class);
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			SessionFactory factory = context.getBean(EntityManagerFactory.class).unwrap(SessionFactory.class);
			assertRefused(() -> entities.createQuery("from Entry", Entry.class).getResultList());
			assertRefused(() -> jdbc.queryForObject("select 1", Integer.class));
			new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					entities.persist(Entry.of(1));
					entities.flush();
					assertThat(jdbc.queryForObject("select count(*) from tenant.entry", Integer.class)).isOne();
					status.setRollbackOnly();
				});
			assertThat(HttpAnswer.get(context, "/actuator/health").status()).isEqualTo(200);
		}
	}

	@Test
	void analysisNamesTheBeans(CapturedOutput output) {
		Application.settings = Settings.ALWAYS;
		assertThatException().isThrownBy(() -> TestApplication.builder(WebApplicationType.NONE, Asking.class)
			.run(arguments("spring.jpa.show-sql=false")));
		assertThat(output).contains("APPLICATION FAILED TO START",
				"The bean 'transactionSettings' of type TransactionSettings requires each transaction to begin with the settings [search_path]. The bean 'asking' executed a statement outside of a transaction, which would have run without them.",
				"use a connection from @DirectDataSource");
	}

	/**
	 * Before the scripts and Hibernate have asked anything.
	 */
	@Test
	void withoutDbPoolNothingRuns(CapturedOutput output) throws SQLException {
		Application.settings = Settings.ALWAYS;
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("drop table if exists script");
		}
		assertThatException().isThrownBy(() -> TestApplication.builder(WebApplicationType.NONE, Application.class)
			.run("--db-pool.enabled=false",
					"--spring.datasource.url=" + database.fixture().postgres().jdbcUrl(database.name()),
					"--spring.datasource.username=" + Credentials.APPLICATION.username(),
					"--spring.datasource.password=" + Credentials.APPLICATION.password()));
		assertThat(is("to_regclass('public.script') is null")).isTrue();
		assertThat(output).contains("APPLICATION FAILED TO START",
				"The bean 'transactionSettings' of type TransactionSettings would not be in force for the data source 'dataSource': db-pool.enabled is false. Its transactions could read and write another tenant's data.",
				"Set db-pool.enabled to true, or leave the bean out where there are no tenants, for example with @Profile.");
	}

	@Test
	void poolThatIsHandedOverHasThem() {
		try (ConfigurableApplicationContext context = TestApplication.start(Reporting.class, TestDatabase
			.with(properties, TestApplication.WITHOUT_JPA, "db-pool.data-sources.reporting.enabled=true"))) {
			for (String name : List.of("dataSource", "reporting")) {
				DataSource dataSource = context.getBean(name, DataSource.class);
				JdbcTemplate jdbc = new JdbcTemplate(dataSource);
				assertRefused(() -> jdbc.queryForObject("select 1", Integer.class));
				assertThat(new TransactionTemplate(new JdbcTransactionManager(dataSource))
					.<String>execute((status) -> jdbc.queryForObject("select current_schema()", String.class)))
					.isEqualTo("tenant");
			}
		}
	}

	private static void assertRefused(Supplier<?> work) {
		assertThatException().isThrownBy(work::get).withStackTraceContaining(REFUSED);
	}

	private static String[] arguments(String property) {
		return Stream.of(TestDatabase.with(properties, property))
			.map((argument) -> "--" + argument)
			.toArray(String[]::new);
	}

	enum Settings implements TransactionSettings {

		ALWAYS(REFUSED) {
			@Override
			public Map<String, String> get() {
				return Map.of("search_path", "tenant");
			}
		},

		WITHOUT_A_TENANT("No tenant") {
			@Override
			public Map<String, String> get() {
				throw new IllegalStateException("No tenant");
			}
		};

		private final String refusal;

		Settings(String refusal) {
			this.refusal = refusal;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class Asking {

		@Bean
		Integer asking(JdbcTemplate jdbc) {
			return jdbc.queryForObject("select 1", Integer.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reporting {

		@Bean
		TransactionSettings transactionSettings() {
			return Settings.ALWAYS;
		}

		@Bean(defaultCandidate = false)
		HikariDataSource reporting() {
			return DataSourceBuilder.create()
				.type(HikariDataSource.class)
				.url(database.fixture().postgres().jdbcUrl(database.name()))
				.username(Credentials.APPLICATION.username())
				.password(Credentials.APPLICATION.password())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = Entry.class)
	static class Application {

		static final List<Throwable> refused = new ArrayList<>();

		static volatile Settings settings = Settings.ALWAYS;

		@Bean
		TransactionSettings transactionSettings() {
			return settings;
		}

		/**
		 * Hibernate calls it while it starts.
		 */
		@Bean
		HibernatePropertiesCustomizer observed(DataSource dataSource) {
			refused.clear();
			return (hibernate) -> hibernate.put("hibernate.session_factory_observer", new SessionFactoryObserver() {
				@Override
				public void sessionFactoryCreated(SessionFactory factory) {
					attempt(() -> new JdbcTemplate(dataSource).queryForObject("select 1", Integer.class));
					attempt(() -> factory.fromSession(
							(session) -> session.createNativeQuery("select 1", Integer.class).getSingleResult()));
				}
			});
		}

		private static void attempt(Supplier<?> work) {
			try {
				work.get();
			}
			catch (RuntimeException ex) {
				refused.add(ex);
			}
		}

		/**
		 * As those for the tables of Spring Batch, Spring Session and others.
		 */
		@Bean
		DataSourceScriptDatabaseInitializer initializer(DataSource dataSource) {
			DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
			settings.setMode(DatabaseInitializationMode.ALWAYS);
			settings.setSchemaLocations(List.of("classpath:script.sql"));
			return new DataSourceScriptDatabaseInitializer(dataSource, settings);
		}

	}

}
