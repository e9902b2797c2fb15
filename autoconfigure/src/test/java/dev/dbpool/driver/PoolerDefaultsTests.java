package dev.dbpool.driver;

import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PoolerDefaultsTests {

	private final HikariDataSource pool = new HikariDataSource();

	@Test
	void opensTheConnectionsItself() {
		apply(false);
		assertThat(this.pool.getDataSource()).isInstanceOf(PhysicalDataSource.class);
		assertThat(this.pool.getExceptionOverride()).isInstanceOf(PoolerExceptions.class);
		assertThat(this.pool.getDataSourceProperties()).isEmpty();
	}

	@Test
	void boundsTheCacheOfPreparedStatements() {
		apply(true);
		assertThat(this.pool.getDataSourceProperties()).containsEntry("preparedStatementCacheQueries", "80");
	}

	@Test
	void whatTheUserSetWins() {
		SQLExceptionOverride own = new SQLExceptionOverride() {
		};
		this.pool.setExceptionOverride(own);
		this.pool.addDataSourceProperty("preparedStatementCacheQueries", "20");
		apply(true);
		assertThat(this.pool.getDataSourceProperties()).containsEntry("preparedStatementCacheQueries", "20");
		assertThat(this.pool.getExceptionOverride()).isSameAs(own);
	}

	@Test
	void trustsAConnectionForHalfOfTheKeepaliveInterval() {
		this.pool.setKeepaliveTime(60_000);
		assertThat(PoolerDefaults.trust(this.pool)).hasSeconds(30);
	}

	@Test
	void trustsNoLongerWhereNothingIsKeptAlive() {
		this.pool.setKeepaliveTime(0);
		assertThat(PoolerDefaults.trust(this.pool)).hasSeconds(60);
	}

	private void apply(boolean preparedStatements) {
		PoolerDefaults.applyTo(this.pool, UnaryOperator.identity(), preparedStatements);
	}

}
