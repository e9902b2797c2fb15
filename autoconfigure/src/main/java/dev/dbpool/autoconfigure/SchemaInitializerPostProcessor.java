package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanInitializationException;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.jdbc.datasource.ConnectionHandle;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.init.DataSourceInitializer;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Gives the direct URL to beans that create tables while they are initialised. Their data
 * source cannot be replaced, but they ask Spring for its connections, and Spring looks
 * first for one that is bound to the thread. So this calls the initialisation itself,
 * with direct URLs bound in place of the data sources that go through a transaction
 * pooler.
 */
class SchemaInitializerPostProcessor implements MergedBeanDefinitionPostProcessor {

	private static final String INITIALIZE = "afterPropertiesSet";

	/**
	 * Those of libraries that do it without Spring Boot's class.
	 */
	private static final Set<String> OTHERS = Set.of("org.springframework.ai.vectorstore.pgvector.PgVectorStore",
			"org.springframework.modulith.events.jdbc.DatabaseSchemaInitializer");

	private final SchemaWorkRoute route;

	SchemaInitializerPostProcessor(SchemaWorkRoute route) {
		this.route = route;
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String beanName) {
		if (isInitializer(type)) {
			definition.registerExternallyManagedInitMethod(INITIALIZE);
		}
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof InitializingBean initializer && isInitializer(bean.getClass())) {
			initializeDirectly(initializer, this.route.throughTransactionPooler());
		}
		return bean;
	}

	/**
	 * Its data source is one of these, if it needs the direct URL at all.
	 */
	private void initializeDirectly(InitializingBean initializer, List<DataSource> dataSources) {
		if (dataSources.isEmpty()) {
			initialize(initializer);
			return;
		}
		DataSource runtime = dataSources.get(0);
		DataSource direct = this.route.direct(runtime);
		// A transaction of the runtime, where the bean is made late.
		Object bound = TransactionSynchronizationManager.unbindResourceIfPossible(runtime);
		try (Session session = new Session(Objects.requireNonNull(direct))) {
			TransactionSynchronizationManager.bindResource(runtime, new ConnectionHolder(session));
			initializeDirectly(initializer, dataSources.subList(1, dataSources.size()));
		}
		finally {
			TransactionSynchronizationManager.unbindResource(runtime);
			if (bound != null) {
				TransactionSynchronizationManager.bindResource(runtime, bound);
			}
		}
	}

	private static void initialize(InitializingBean initializer) {
		try {
			initializer.afterPropertiesSet();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new BeanInitializationException("Could not initialise the schema", ex);
		}
	}

	private static boolean isInitializer(Class<?> type) {
		return DataSourceScriptDatabaseInitializer.class.isAssignableFrom(type)
				|| DataSourceInitializer.class.isAssignableFrom(type) || OTHERS.contains(type.getName());
	}

	/**
	 * One session for all that a bean does, so that it keeps its settings. It is opened
	 * when it is first needed.
	 */
	private static final class Session implements ConnectionHandle, AutoCloseable {

		private final DataSource direct;

		private @Nullable Connection connection;

		Session(DataSource direct) {
			this.direct = direct;
		}

		@Override
		public Connection getConnection() {
			if (this.connection == null) {
				this.connection = DataSourceUtils.getConnection(this.direct);
			}
			return this.connection;
		}

		@Override
		public void close() {
			DataSourceUtils.releaseConnection(this.connection, this.direct);
		}

	}

}
