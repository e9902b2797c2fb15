package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.lease.LeasingDataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.DataSourceUnwrapper;

/**
 * Decides where the schema work of the application and of libraries goes: to the direct
 * URL, if the data source of the runtime is behind a transaction pooler.
 */
final class SchemaWorkRoute {

	private static final Log logger = LogFactory.getLog(SchemaWorkRoute.class);

	private final ObjectProvider<StartUpPlan> plan;

	private final ObjectProvider<DataSource> runtime;

	SchemaWorkRoute(ObjectProvider<StartUpPlan> plan, ObjectProvider<DataSource> runtime) {
		this.plan = plan;
		this.runtime = runtime;
	}

	/**
	 * Returns what to use instead of a data source.
	 * @param tool the bean that migrates
	 * @param given its data source
	 * @return the direct one; {@code null} if the given one is right
	 */
	@Nullable DataSource insteadOf(String tool, @Nullable DataSource given) {
		LeasingDataSource leasing = leasing(given);
		if (leasing == null || !throughTransactionPooler() || leasing != leasing(runtime())) {
			return null;
		}
		logger
			.info("The bean '" + tool + "' uses the direct URL from here on, not the transaction pooler that its data "
					+ "source goes through. If its @Bean method already migrates, give it @DirectDataSource");
		return direct();
	}

	boolean throughTransactionPooler() {
		StartUpPlan known = this.plan.getIfAvailable();
		return known != null && known.rules().throughTransactionPooler();
	}

	DataSource runtime() {
		return this.runtime.getObject();
	}

	DataSource direct() {
		return new DirectConnections(this.plan.getObject());
	}

	private static @Nullable LeasingDataSource leasing(@Nullable DataSource dataSource) {
		return (dataSource != null) ? DataSourceUnwrapper.unwrap(dataSource, LeasingDataSource.class) : null;
	}

}
