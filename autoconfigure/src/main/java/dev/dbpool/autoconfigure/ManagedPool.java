package dev.dbpool.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Via;
import dev.dbpool.actuate.Observed;
import dev.dbpool.guard.SessionBoundSql;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.lease.Observation;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.server.ServerFacts;
import dev.dbpool.sizing.Alongside;
import dev.dbpool.sizing.FairShares.Wish;
import org.jspecify.annotations.Nullable;

/**
 * A pool that db-pool manages: its plan, and the pool itself as soon as there is one. The
 * plan's sizes change when another pool of the same server comes, or when the database
 * answers late. Only {@link ManagedPools} changes it, and holds its own lock then.
 */
final class ManagedPool {

	private final String name;

	private final StartUpPlanner planner;

	private final SessionBoundSql sessionBound = new SessionBoundSql();

	// Mutable state

	private volatile StartUpAnswers answers;

	private volatile StartUpPlan plan;

	private volatile @Nullable String pooled;

	private volatile @Nullable String exceeded;

	private volatile @Nullable HikariDataSource hikari;

	private volatile @Nullable LeasingDataSource leasing;

	private volatile @Nullable PoolMonitor monitor;

	/**
	 * How many connections the pool keeps ready after a pause; {@code null} if there is
	 * none.
	 */
	private @Nullable Integer sizeAfterPause;

	/**
	 * Plans the pool as if it were alone.
	 * @throws InvalidSettingException if a setting cannot work
	 */
	ManagedPool(String name, StartUpPlanner planner, StartUpAnswers answers) {
		this.name = name;
		this.planner = planner;
		this.answers = answers;
		this.plan = planner.plan(answers, Alongside.NONE, false);
	}

	String name() {
		return this.name;
	}

	StartUpPlanner planner() {
		return this.planner;
	}

	StartUpPlan plan() {
		return this.plan;
	}

	/**
	 * Returns what the database said too late to stop the start-up.
	 */
	@Nullable String problem() {
		return (this.pooled != null) ? this.pooled : this.exceeded;
	}

	@Nullable LeasingDataSource leasing() {
		return this.leasing;
	}

	@Nullable HikariDataSource hikari() {
		return this.hikari;
	}

	@Nullable PoolMonitor monitor() {
		return this.monitor;
	}

	void attach(HikariDataSource hikari, LeasingDataSource leasing) {
		this.hikari = hikari;
		this.leasing = leasing;
		this.monitor = new PoolMonitor(this.name, leasing);
		// The database may have answered since the pool was made.
		applySize();
	}

	/**
	 * Whether it stays as it is.
	 */
	boolean observed() {
		return this.planner.observes();
	}

	SessionBoundSql sessionBound() {
		return this.sessionBound;
	}

	/**
	 * Returns what there is to tell of it.
	 * @return {@code null} if it is managed, or not there yet
	 */
	@Nullable Observed observation() {
		LeasingDataSource leasing = this.leasing;
		Observation figures = (leasing != null) ? leasing.observation() : null;
		return (figures != null) ? new Observed(both(this.planner.refused(), this.plan.refused()),
				both(this.planner.unanswered(), this.plan.warnings()), figures, this.sessionBound) : null;
	}

	private static List<String> both(List<String> first, List<String> second) {
		return Stream.concat(first.stream(), second.stream()).toList();
	}

	/**
	 * Whether the database was asked for its limits and did not answer.
	 */
	boolean isAwaiting() {
		return this.plan.budget().settings().awaited();
	}

	/**
	 * Plans again.
	 * @param alongside what the other pools need
	 * @param running whether it is too late to stop the start-up
	 * @throws InvalidSettingException if it does not fit
	 */
	StartUpPlan replan(Alongside alongside, boolean running) {
		return this.planner.plan(this.answers, alongside, running);
	}

	/**
	 * Takes a new plan of the same connections with other sizes.
	 * @param running whether it was too late to stop the start-up
	 */
	void resize(StartUpPlan other, boolean running) {
		this.plan = other;
		this.exceeded = running ? other.exceeded() : null;
		applySize();
	}

	private void applySize() {
		HikariDataSource pool = this.hikari;
		if (pool != null && !observed()) {
			boolean paused = this.sizeAfterPause != null;
			restart();
			this.plan.pool().resize(pool);
			if (paused) {
				pause();
			}
		}
	}

	/**
	 * Lets the pool keep no connections ready, and close those that it has. It still
	 * lends as many as before.
	 */
	void pause() {
		HikariDataSource pool = this.hikari;
		if (pool == null || observed() || this.sizeAfterPause != null) {
			return;
		}
		// Before the pool has started, Hikari has -1 for "as many as the maximum".
		this.sizeAfterPause = (pool.getMinimumIdle() < 0) ? pool.getMaximumPoolSize() : pool.getMinimumIdle();
		pool.setMinimumIdle(0);
		HikariPoolMXBean running = pool.getHikariPoolMXBean();
		if (running != null) {
			running.softEvictConnections();
		}
	}

	/**
	 * Ends a pause. The pool fills up as it is used, and after half a minute by itself.
	 */
	void restart() {
		HikariDataSource pool = this.hikari;
		if (pool != null && this.sizeAfterPause != null) {
			pool.setMinimumIdle(this.sizeAfterPause);
			this.sizeAfterPause = null;
		}
	}

	/**
	 * Takes what the database said after the start-up. What the connections go through
	 * stays as it was decided.
	 */
	void answered(ServerFacts late) {
		this.answers = this.answers.with(late);
		this.pooled = (late.pooled() && this.plan.connections().via() == Via.DIRECT)
				? this.plan.connections().names().directUrl()
						+ " is a pooler, which the probe could not find out in time. Start again, "
						+ "so that the runtime is made safe for it."
				: null;
	}

	/**
	 * Whether the database allows connections to both out of one number.
	 */
	boolean sharesServerWith(ManagedPool other) {
		ServerFacts facts = this.answers.facts();
		ServerFacts others = other.answers.facts();
		return (facts != null && others != null) ? facts.server().equals(others.server())
				: sameHost(this.plan.connections().migration(), other.plan.connections().migration());
	}

	private static boolean sameHost(@Nullable ConnectionTarget one, @Nullable ConnectionTarget other) {
		return one != null && other != null && one.url().hosts().equalsIgnoreCase(other.url().hosts());
	}

	boolean isBehindTransactionPooler() {
		return this.plan.connections().via() == Via.TRANSACTION_POOLER;
	}

	boolean sharesPoolerWith(ManagedPool other) {
		return this.plan.connections().via() != Via.DIRECT && other.plan.connections().via() != Via.DIRECT
				&& sameHost(runtime(), other.runtime());
	}

	boolean sharesRoleWith(ManagedPool other) {
		return Objects.equals(runtime().login().username(), other.runtime().login().username());
	}

	boolean sharesDatabaseWith(ManagedPool other) {
		return Objects.equals(runtime().url().database(), other.runtime().url().database());
	}

	/**
	 * Returns what a pooler has a pool of its own for.
	 */
	List<?> poolOfPooler() {
		return Arrays.asList(runtime().url().hosts().toLowerCase(Locale.ROOT), runtime().url().database(),
				runtime().login().username());
	}

	private ConnectionTarget runtime() {
		return this.plan.connections().runtime();
	}

	/**
	 * Returns what it asks for of the connections that it shares with others.
	 */
	Wish wish() {
		return this.plan.pool().wish();
	}

}
