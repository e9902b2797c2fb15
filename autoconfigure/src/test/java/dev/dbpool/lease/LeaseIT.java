package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class LeaseIT {

	@Test
	void aLeaseEndsWithTheTransaction() throws SQLException {
		try (ConfigurableApplicationContext application = TestApplication.start(TestApplication.class,
				TestDatabase.with(TestDatabase.create().properties(), TestApplication.WITHOUT_JPA,
						"db-pool.lease.release=after-transaction"))) {
			DataSource dataSource = application.getBean(DataSource.class);
			LeaseLedger ledger = dataSource.unwrap(LeasingDataSource.class).ledger();
			try (Connection connection = dataSource.getConnection()) {
				assertThat(ledger.leases()).isEmpty();
				connection.setAutoCommit(false);
				try (PreparedStatement statement = connection.prepareStatement("select 1");
						ResultSet rows = statement.executeQuery()) {
					assertThat(rows.next()).isTrue();
					assertThat(ledger.leases()).hasSize(1);
				}
				assertThat(ledger.leases()).hasSize(1);
				connection.commit();
				assertThat(ledger.leases()).isEmpty();
				connection.setAutoCommit(true);
				try (Statement statement = connection.createStatement()) {
					statement.execute("begin");
				}
				assertThat(ledger.leases()).hasSize(1);
				try (Statement statement = connection.createStatement()) {
					statement.execute("commit");
				}
				assertThat(ledger.leases()).isEmpty();
				assertThat(ledger.totals().leases()).isEqualTo(2);
			}
		}
	}

}
