package dev.dbpool.autoconfigure;

import java.util.Properties;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import dev.dbpool.lease.PhysicalDriver;
import dev.dbpool.lease.PoolerExceptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PoolerConductTests {

	private final HikariDataSource pool = new HikariDataSource();

	@Test
	void endsEveryWait() {
		Properties properties = apply(false);
		assertThat(properties).containsEntry("connectTimeout", "5")
			.containsEntry("socketTimeout", "60")
			.containsEntry("cancelSignalTimeout", "5")
			.containsEntry("tcpKeepAlive", "true")
			.doesNotContainKey("preparedStatementCacheQueries");
		assertThat(this.pool.getExceptionOverride()).isInstanceOf(PoolerExceptions.class);
	}

	@Test
	void boundsTheCacheOfPreparedStatements() {
		assertThat(apply(true)).containsEntry("preparedStatementCacheQueries", "80");
	}

	@Test
	void whatTheUserSetWins() {
		SQLExceptionOverride own = new SQLExceptionOverride() {
		};
		this.pool.setExceptionOverride(own);
		this.pool.addDataSourceProperty("socketTimeout", "300");
		this.pool.addDataSourceProperty("tcpKeepAlive", "false");
		assertThat(apply(false)).containsEntry("socketTimeout", "300").containsEntry("tcpKeepAlive", "false");
		assertThat(this.pool.getExceptionOverride()).isSameAs(own);
	}

	@Test
	void trustsAConnectionForHalfOfTheKeepaliveInterval() {
		assertThat(apply(false)).containsEntry(PhysicalDriver.TRUST_PROPERTY, "60000");
	}

	@Test
	void trustsNoLongerWhereNothingIsKeptAlive() {
		this.pool.setKeepaliveTime(0);
		assertThat(apply(false)).containsEntry(PhysicalDriver.TRUST_PROPERTY, "60000");
	}

	private Properties apply(boolean preparedStatements) {
		PoolerConduct.applyTo(this.pool, "test", preparedStatements);
		return this.pool.getDataSourceProperties();
	}

}
