package dev.dbpool.autoconfigure;

import java.util.Arrays;
import java.util.List;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Decides where the schema work of the application and of libraries goes: to the direct
 * URL of the pool that it would go through, if that is behind a transaction pooler.
 */
final class SchemaWorkRoute {

	private static final Log logger = LogFactory.getLog(SchemaWorkRoute.class);

	private final ObjectProvider<ManagedPools> pools;

	private final ObjectProvider<ConfigurableListableBeanFactory> beans;

	SchemaWorkRoute(ObjectProvider<ManagedPools> pools, ObjectProvider<ConfigurableListableBeanFactory> beans) {
		this.pools = pools;
		this.beans = beans;
	}

	/**
	 * Returns what to use instead of a data source.
	 * @param tool the bean that migrates
	 * @param given its data source
	 * @return the direct one; {@code null} if the given one is right
	 */
	@Nullable DataSource insteadOf(String tool, @Nullable DataSource given) {
		DataSource direct = (given != null) ? direct(given) : null;
		if (direct != null) {
			logger.info("The bean '" + tool + "' uses the direct URL from here on, not the transaction pooler that its "
					+ "data source goes through. If its @Bean method already migrates, give it @DirectDataSource");
		}
		return direct;
	}

	/**
	 * Returns the beans that are there and go through a transaction pooler.
	 */
	List<DataSource> throughTransactionPooler() {
		ConfigurableListableBeanFactory factory = this.beans.getObject();
		return Arrays.stream(factory.getBeanNamesForType(DataSource.class, false, false))
			.filter(factory::containsSingleton)
			.map((name) -> factory.getBean(name, DataSource.class))
			.filter((dataSource) -> direct(dataSource) != null)
			.toList();
	}

	/**
	 * Returns the direct way to the database of a data source.
	 * @return {@code null} if it does not go through a transaction pooler
	 */
	@Nullable DataSource direct(DataSource given) {
		ManagedPool pool = this.pools.getObject().below(given);
		return (pool != null && pool.isBehindTransactionPooler()) ? new DirectConnections(pool.plan()) : null;
	}

}
