package dev.dbpool.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import dev.dbpool.CaptureStacks;
import dev.dbpool.DirectMode;
import dev.dbpool.GuardMode;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Mode;
import dev.dbpool.OnExceeded;
import dev.dbpool.PoolerMode;
import dev.dbpool.Release;
import dev.dbpool.lease.LeaseSettings;
import dev.dbpool.sizing.PoolTimes;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * What a user sets under {@code db-pool}. Numbers without a unit are seconds.
 *
 * @param enabled Whether db-pool does anything at all. If not, the application behaves as
 * if the starter were absent.
 * @param mode Whether db-pool acts, or only watches: observe changes and refuses nothing,
 * measures, and tells what manage would do.
 * @param size Idle connections that are kept ready, per process.
 * @param maxOverflow How many more connections the pool may open, per process.
 * @param recycle Age at which a connection is replaced.
 * @param timeout Longest wait for a connection.
 * @param socketTimeout Longest wait for the server's answer to a statement. By default 60
 * seconds behind a transaction pooler, and no limit otherwise.
 * @param budget The connections that the database can give to this application.
 * @param lease For how long the application holds a connection.
 * @param guard What is watched while the application runs.
 * @param direct What the direct URL leads to.
 * @param pooler The pooler that the runtime goes through, if there is one.
 * @param dataSources Pools of the application itself that are handed over, by the names
 * of their beans.
 * @param required Whether the start-up stops where db-pool steps aside.
 * @param probe Whether to check at start-up that the direct URL is the database and the
 * pooler URL a pooler.
 * @param probeTimeout How long the start-up waits for what the servers say about
 * themselves.
 */
@ConfigurationProperties("db-pool")
public record DbPoolProperties(@DefaultValue("true") boolean enabled, @DefaultValue("manage") Mode mode,
		@Nullable Integer size, @Nullable Integer maxOverflow,
		@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration recycle,
		@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration timeout,
		@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration socketTimeout, @DefaultValue Budget budget,
		@DefaultValue Lease lease, @DefaultValue Guard guard, @DefaultValue Direct direct, @DefaultValue Pooler pooler,
		@DefaultValue Map<String, Own> dataSources, @DefaultValue("false") boolean required,
		@DefaultValue("true") boolean probe,
		@DurationUnit(ChronoUnit.SECONDS) @DefaultValue("2s") Duration probeTimeout) {

	private static final Duration LONGEST_PROBE = Duration.ofMinutes(10);

	public DbPoolProperties {
		if (probeTimeout.isNegative() || probeTimeout.isZero() || probeTimeout.compareTo(LONGEST_PROBE) > 0) {
			throw new InvalidSettingException("db-pool.probe-timeout", PoolTimes.inWords(probeTimeout),
					"but it must be more than 0, and no more than %s.".formatted(PoolTimes.inWords(LONGEST_PROBE)),
					"Set it to how long the start may wait for a server that does not answer, for example 2s; "
							+ "db-pool.probe=false and db-pool.budget.detect=false ask nothing.");
		}
	}

	boolean observes() {
		return this.mode == Mode.OBSERVE;
	}

	DbPoolProperties withoutPooler() {
		return new DbPoolProperties(this.enabled, this.mode, this.size, this.maxOverflow, this.recycle, this.timeout,
				this.socketTimeout, this.budget, this.lease, this.guard, this.direct,
				new Pooler(null, null, null, PoolerMode.AUTO, null, null, null), this.dataSources, this.required,
				this.probe, this.probeTimeout);
	}

	/**
	 * Returns the settings of a pool that is handed over: what is not set for it is as
	 * for Spring Boot's own pool, but for size and pooler.
	 */
	DbPoolProperties of(Own own) {
		Lease lease = (own.lease().release() != null) ? this.lease.with(own.lease().release()) : this.lease;
		Guard guard = (own.guard().sessionState() != null) ? new Guard(own.guard().sessionState()) : this.guard;
		return new DbPoolProperties(this.enabled, this.mode, own.size(), own.maxOverflow(), this.recycle, this.timeout,
				this.socketTimeout, this.budget, lease, guard, own.direct(), own.pooler(), Map.of(), this.required,
				this.probe, this.probeTimeout);
	}

	/**
	 * The connections that the database can give to this application, and the processes
	 * that share them.
	 *
	 * @param maxConnections Connections that the database allows. By default read from
	 * it.
	 * @param detect Whether to read the limits from the database at start-up.
	 * @param reserved Connections left for others: administrators, cron, migrations. A
	 * number or a percentage.
	 * @param workers Processes per replica.
	 * @param replicas Replicas.
	 * @param surge Extra replicas that are alive during a deploy. A number or a
	 * percentage of the replicas.
	 * @param onExceeded What to do where sizes that are set do not fit.
	 */
	public record Budget(@Nullable Integer maxConnections, @DefaultValue("true") boolean detect,
			@DefaultValue("20%") String reserved, @DefaultValue("1") int workers, @DefaultValue("1") int replicas,
			@DefaultValue("0") String surge, @DefaultValue("fail") OnExceeded onExceeded) {

	}

	/**
	 * Leases: the stretches in which the application holds a physical connection.
	 *
	 * @param release When a connection goes back to the pool. By default after the
	 * transaction behind a transaction pooler, and on close otherwise.
	 * @param suspectAfter Age that makes a lease a suspect.
	 * @param idleSuspectAfter Time without a running statement that makes a lease a
	 * suspect.
	 * @param captureStacks Which stacks are captured: none, that of the holder once its
	 * lease has become a suspect, or also that of each acquisition.
	 * @param dataSources Names of further beans whose connections are leased, each a
	 * HikariDataSource.
	 */
	public record Lease(@DefaultValue("auto") Release release,
			@DurationUnit(ChronoUnit.SECONDS) @DefaultValue("30s") Duration suspectAfter,
			@DurationUnit(ChronoUnit.SECONDS) @DefaultValue("2s") Duration idleSuspectAfter,
			@DefaultValue("after-suspect") CaptureStacks captureStacks, @DefaultValue List<String> dataSources) {

		Lease with(Release other) {
			return new Lease(other, this.suspectAfter, this.idleSuspectAfter, this.captureStacks, this.dataSources);
		}

		LeaseSettings settings() {
			return new LeaseSettings(this.suspectAfter, this.idleSuspectAfter, this.captureStacks);
		}

	}

	/**
	 * A pool of the application itself.
	 *
	 * @param enabled Whether db-pool manages it. If not, it is left alone knowingly.
	 * @param size Connections that are kept ready.
	 * @param maxOverflow How many more the pool may open.
	 * @param lease For how long the application holds one of its connections.
	 * @param guard What is watched while the application runs.
	 * @param direct What its direct URL leads to.
	 * @param pooler The pooler that it goes through, if there is one.
	 */
	public record Own(@DefaultValue("true") boolean enabled, @Nullable Integer size, @Nullable Integer maxOverflow,
			@DefaultValue OwnLease lease, @DefaultValue OwnGuard guard, @DefaultValue Direct direct,
			@DefaultValue Pooler pooler) {

	}

	/**
	 * Leases of a pool of the application itself.
	 *
	 * @param release When a connection goes back to the pool. By default as set for all.
	 */
	public record OwnLease(@Nullable Release release) {

	}

	/**
	 * Guards of a pool of the application itself.
	 *
	 * @param sessionState What to do about SQL that needs its own session, but would go
	 * through a transaction pooler. By default as set for all.
	 */
	public record OwnGuard(@Nullable GuardMode sessionState) {

	}

	/**
	 * The guards.
	 *
	 * @param sessionState What to do about SQL that needs its own session, but would go
	 * through a transaction pooler. By default it is refused where data could get into
	 * the wrong place, and a warning for the rest.
	 */
	public record Guard(@DefaultValue("auto") GuardMode sessionState) {

	}

	/**
	 * The direct URL.
	 *
	 * @param mode Whether the direct URL is a pooler in session mode, and may serve
	 * migrations.
	 */
	public record Direct(@DefaultValue("auto") DirectMode mode) {

	}

	/**
	 * The pooler.
	 *
	 * @param url URL of the pooler, as jdbc:postgresql: or postgres:. Blank counts as
	 * unset: the runtime then connects to the database itself.
	 * @param username User name for the pooler, by default that of the database.
	 * @param password Password for the pooler, by default that of the database.
	 * @param mode How the pooler hands out server connections.
	 * @param preparedStatements Whether to keep server-side prepared statements on. Only
	 * for poolers that track them.
	 * @param maxClientConnections Clients that the pooler accepts.
	 * @param poolSize Server connections that the pooler opens for this database and
	 * role.
	 */
	public record Pooler(@Nullable String url, @Nullable String username, @Nullable String password,
			@DefaultValue("auto") PoolerMode mode, @Nullable Boolean preparedStatements,
			@Nullable Integer maxClientConnections, @Nullable Integer poolSize) {

		@Override
		public String toString() {
			return "Pooler[mode=" + this.mode + ", preparedStatements=" + this.preparedStatements + "]";
		}

	}

}
