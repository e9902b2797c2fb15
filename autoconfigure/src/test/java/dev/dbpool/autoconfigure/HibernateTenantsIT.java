package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import example.Entry;
import jakarta.persistence.EntityManager;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.context.spi.TenantSchemaMapper;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Hibernate's tenants with a schema each, whose transactions share few server
 * connections.
 */
@ParameterizedClass
@CsvSource({ "SCHEMA_MAPPER, 1", "SCHEMA_MAPPER, 2", "CONNECTION_PROVIDER, 1", "CONNECTION_PROVIDER, 2" })
class HibernateTenantsIT {

	private static final List<String> TENANTS = List.of("acme", "globex", "initech");

	private static final int THREADS = 6;

	private static final int TRANSACTIONS = 30;

	private static final TestDatabase database = TestDatabase.create();

	private static Pooler pooler;

	private static ConfigurableApplicationContext context;

	@Parameter(0)
	Way way;

	@Parameter(1)
	int serverConnections;

	@BeforeParameterizedClassInvocation
	static void start(Way way, int serverConnections) throws SQLException {
		for (String schema : TENANTS) {
			execute("drop schema if exists %1$s cascade; create schema %1$s; set search_path to %1$s; "
				.formatted(schema) + Entry.SCHEMA);
		}
		execute("drop table if exists entry; drop sequence if exists entry_seq; " + Entry.SCHEMA);
		pooler = database.fixture().startPooler(PoolerOptions.transactionMode(serverConnections));
		Tenants.way = way;
		context = TestApplication.start(Tenants.class,
				TestDatabase.with(database.properties(pooler), "db-pool.size=" + THREADS, "db-pool.timeout=60"));
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		context.close();
		pooler.close();
	}

	@Test
	void eachTenantHasItsOwnRows() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(THREADS);
		try {
			CyclicBarrier start = new CyclicBarrier(THREADS);
			List<Future<?>> running = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				int first = thread;
				running.add(executor.submit(() -> {
					start.await(60, TimeUnit.SECONDS);
					for (int i = 0; i < TRANSACTIONS; i++) {
						work(first + i, i % 3 == 0);
					}
					return null;
				}));
			}
			for (Future<?> future : running) {
				future.get(120, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		int committed = THREADS * TRANSACTIONS * 2 / 3 / TENANTS.size();
		for (int tenant = 0; tenant < TENANTS.size(); tenant++) {
			String table = TENANTS.get(tenant) + ".entry";
			assertThat(number("select count(*) from " + table)).isEqualTo(committed);
			assertThat(number("select count(*) from " + table + " where request <> " + tenant)).isZero();
		}
		assertThat(number("select count(*) from public.entry")).isZero();
	}

	/**
	 * Saves an entry for a tenant, and looks at everything that there is.
	 */
	private static void work(int number, boolean rollback) {
		int tenant = number % TENANTS.size();
		Tenants.current.set(TENANTS.get(tenant));
		try {
			EntityManager entities = context.getBean(EntityManager.class);
			transaction().executeWithoutResult((status) -> {
				entities.persist(Entry.of(tenant));
				entities.flush();
				assertThat(
						entities.createQuery("select distinct e.request from Entry e", Integer.class).getResultList())
					.containsExactly(tenant);
				assertThat(entities.createNativeQuery("select current_schema()", String.class).getSingleResult())
					.isEqualTo(TENANTS.get(tenant));
				if (rollback) {
					status.setRollbackOnly();
				}
			});
		}
		finally {
			Tenants.current.remove();
		}
	}

	private static TransactionTemplate transaction() {
		return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
	}

	@Test
	void outsideOfATransactionNothingIsRead() {
		Tenants.current.set("acme");
		try {
			EntityManager entities = context.getBean(EntityManager.class);
			assertThatException().isThrownBy(() -> entities.createQuery("from Entry", Entry.class).getResultList())
				.withStackTraceContaining("The schema 'acme' of setSchema needs a transaction");
		}
		finally {
			Tenants.current.remove();
		}
	}

	private static void execute(String sql) throws SQLException {
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static int number(String sql) throws SQLException {
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getInt(1);
		}
	}

	/**
	 * Where Hibernate learns a tenant's schema.
	 */
	enum Way {

		SCHEMA_MAPPER, CONNECTION_PROVIDER

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = Entry.class)
	static class Tenants {

		static final ThreadLocal<String> current = new ThreadLocal<>();

		static volatile Way way;

		@Bean
		HibernatePropertiesCustomizer tenants(DataSource dataSource) {
			return (hibernate) -> {
				hibernate.put("hibernate.tenant_identifier_resolver", new Resolver());
				if (way == Way.SCHEMA_MAPPER) {
					hibernate.put("hibernate.multi_tenant.schema_mapper",
							(TenantSchemaMapper<String>) (tenant) -> tenant);
				}
				else {
					hibernate.put("hibernate.multi_tenant_connection_provider", new Provider(dataSource));
				}
			};
		}

	}

	private static final class Resolver implements CurrentTenantIdentifierResolver<String> {

		@Override
		public String resolveCurrentTenantIdentifier() {
			String tenant = Tenants.current.get();
			return (tenant != null) ? tenant : "public";
		}

		@Override
		public boolean validateExistingCurrentSessions() {
			return true;
		}

	}

	/**
	 * As many applications have it.
	 */
	private record Provider(DataSource dataSource) implements MultiTenantConnectionProvider<String> {

		@Override
		public Connection getAnyConnection() throws SQLException {
			return this.dataSource.getConnection();
		}

		@Override
		public void releaseAnyConnection(Connection connection) throws SQLException {
			connection.close();
		}

		@Override
		public Connection getConnection(String tenant) throws SQLException {
			Connection connection = getAnyConnection();
			connection.setSchema(tenant);
			return connection;
		}

		@Override
		public void releaseConnection(String tenant, Connection connection) throws SQLException {
			connection.setSchema("public");
			connection.close();
		}

		@Override
		public boolean supportsAggressiveRelease() {
			return false;
		}

		@Override
		public boolean isUnwrappableAs(Class<?> type) {
			return false;
		}

		@Override
		public <T> T unwrap(Class<T> type) {
			throw new UnsupportedOperationException();
		}

	}

}
