package dev.dbpool.autoconfigure;

import java.util.stream.Collectors;

import javax.sql.DataSource;

import dev.dbpool.DirectDataSource;
import dev.dbpool.InvalidSettingException;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Scope;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Keeps code that asks for {@link DirectDataSource} working where Spring Boot's data
 * source is not managed: because db-pool is off or steps aside, as in a test with a
 * container of its own, or because the application has pools of its own. What it gets
 * there is the database of the application, in the direct way if that is known. Not with
 * {@code @AutoConfigureTestDatabase}, which replaces a data source only where there is
 * one bean of that type.
 */
@AutoConfiguration(after = { DbPoolAutoConfiguration.class, DbPoolMigrationAutoConfiguration.class,
		DataSourceAutoConfiguration.class })
@ConditionalOnClass({ JdbcConnectionDetails.class, SimpleDriverDataSource.class })
@Conditional({ DirectDataSourceAutoConfiguration.OnDataSourceCondition.class, OnNoTestDatabaseCondition.class })
@ConditionalOnMissingBean(name = "dbPoolDirectDataSource")
public final class DirectDataSourceAutoConfiguration {

	@Bean(defaultCandidate = false)
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@DirectDataSource
	DataSource dbPoolDirectDataSource(ObjectProvider<JdbcConnectionDetails> details,
			ObjectProvider<DataSource> dataSource, ObjectProvider<ManagedPools> pools) {
		ManagedPools managed = pools.getIfAvailable();
		if (managed != null) {
			DataSource primary = dataSource.getIfUnique();
			ManagedPool pool = managed.main(primary);
			if (pool != null) {
				return new DirectConnections(pool.plan());
			}
			if (primary == null && managed.all().size() > 1) {
				throw new InvalidSettingException(
						"@DirectDataSource could lead to the database of any of these pools: %s."
							.formatted(managed.all().stream().map(ManagedPool::name).collect(Collectors.joining(", "))),
						"Make one of them @Primary.");
			}
		}
		JdbcConnectionDetails known = details.getIfUnique();
		if (known == null) {
			return dataSource.getObject();
		}
		return DataSourceBuilder.create()
			.type(SimpleDriverDataSource.class)
			.driverClassName(known.getDriverClassName())
			.url(known.getJdbcUrl())
			.username(known.getUsername())
			.password(known.getPassword())
			.build();
	}

	static class OnDataSourceCondition extends AnyNestedCondition {

		OnDataSourceCondition() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBean(DataSource.class)
		static class OnDataSource {

		}

		/**
		 * Pools that are not default candidates do not count above.
		 */
		@Conditional(OnManagedPoolsCondition.class)
		static class OnManagedPools {

		}

	}

}
