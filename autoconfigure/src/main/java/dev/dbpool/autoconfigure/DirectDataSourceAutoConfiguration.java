package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.DirectDataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
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
 * Keeps code that asks for {@link DirectDataSource} working where db-pool is off or steps
 * aside, as in a test with a container of its own: what it gets there is the database of
 * the application. Not with {@code @AutoConfigureTestDatabase}, which replaces a data
 * source only where there is one bean of that type.
 */
@AutoConfiguration(after = { DbPoolMigrationAutoConfiguration.class, DataSourceAutoConfiguration.class })
@ConditionalOnClass({ JdbcConnectionDetails.class, SimpleDriverDataSource.class })
@ConditionalOnBean(DataSource.class)
@ConditionalOnMissingBean(name = "dbPoolDirectDataSource")
@Conditional(OnNoTestDatabaseCondition.class)
public final class DirectDataSourceAutoConfiguration {

	@Bean(defaultCandidate = false)
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@DirectDataSource
	DataSource dbPoolDirectDataSource(ObjectProvider<JdbcConnectionDetails> details,
			ObjectProvider<DataSource> dataSource) {
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

}
