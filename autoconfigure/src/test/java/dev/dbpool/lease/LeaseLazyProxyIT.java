package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Boot's own proxy ({@code spring.datasource.connection-fetch=lazy}) stands in
 * front of the leases. It adds nothing to them, and takes nothing away.
 */
@Tag("connection-fetch")
class LeaseLazyProxyIT {

	private static final String STATE = "select current_setting('transaction_isolation') || ' ' || "
			+ "current_setting('transaction_read_only')";

	@ParameterizedTest
	@EnumSource
	void transactionsAndWrappersWorkThroughIt(SetUp setUp) throws SQLException {
		try (LeasingApplication application = setUp.start("spring.datasource.connection-fetch=lazy")) {
			assertThat(application.dataSource()).isInstanceOf(LazyConnectionDataSourceProxy.class);
			assertThat(DataSourceUnwrapper.unwrap(application.dataSource(), HikariDataSource.class))
				.isSameAs(application.pool());
			TransactionTemplate transaction = application.transaction();
			transaction.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
			transaction.setReadOnly(true);
			JdbcTemplate jdbc = application.jdbc();
			long leases = application.leasesSoFar();
			transaction.executeWithoutResult((status) -> {
				assertThat(application.ledger().leases()).isEmpty();
				assertThat(jdbc.queryForObject(STATE, String.class)).isEqualTo("serializable on");
				assertThat(application.lease().state()).isEqualTo(LeaseState.IN_TRANSACTION);
			});
			application.awaitNothingLeased();
			assertThat(application.leasesSoFar()).isEqualTo(leases + 1);
			assertThat(jdbc.queryForObject(STATE, String.class)).isEqualTo("read committed off");
			try (Connection connection = application.connect()) {
				assertThat(Jdbc.text(connection, "select 1")).isEqualTo("1");
				assertThat(application.ledger().leases().isEmpty()).isEqualTo(setUp.releasesAfterTransaction());
			}
			application.awaitNothingLeased();
		}
	}

}
