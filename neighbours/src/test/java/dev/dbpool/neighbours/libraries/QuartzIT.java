package dev.dbpool.neighbours.libraries;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A cluster of Quartz schedulers shares its jobs by row locks.
 */
@BothWays
class QuartzIT extends AbstractLibraryIT {

	private final Nodes nodes = new Nodes();

	@AfterEach
	void stop() throws SchedulerException {
		this.nodes.stop();
	}

	@Test
	void eachJobFiresOnceInTheCluster() throws Exception {
		int jobs = 20;
		CountDownLatch both = new CountDownLatch(2);
		CountDownLatch all = new CountDownLatch(jobs);
		Set<String> seen = ConcurrentHashMap.newKeySet();
		Job job = (execution) -> {
			String node = node(execution);
			if (seen.add(node)) {
				both.countDown();
			}
			// A node has one thread: the other node has to take part.
			await(both);
			jdbc().update("insert into job_run values (?, ?)", execution.getJobDetail().getKey().getName(), node);
			all.countDown();
		};
		Scheduler first = this.nodes.add("first", bean(DataSource.class), job);
		Scheduler second = this.nodes.add("second", bean(DataSource.class), job);
		for (int i = 0; i < jobs; i++) {
			first.scheduleJob(job("once " + i), TriggerBuilder.newTrigger().build());
		}
		first.start();
		second.start();
		await(all);
		this.nodes.stop();
		assertThat(jdbc().queryForList("select job from job_run where job like 'once%'", String.class)).hasSize(jobs)
			.doesNotHaveDuplicates();
		assertThat(seen).containsExactlyInAnyOrder("first", "second");
	}

	@Test
	void aJobOfANodeThatDiedIsRecovered() throws Exception {
		CompletableFuture<String> dead = new CompletableFuture<>();
		CompletableFuture<String> recovered = new CompletableFuture<>();
		CountDownLatch end = new CountDownLatch(1);
		Job job = (execution) -> {
			if (execution.isRecovering()) {
				recovered.complete(node(execution));
				return;
			}
			dead.complete(node(execution));
			await(end);
		};
		Cable cable = new Cable(bean(DataSource.class));
		Scheduler node = this.nodes.add("dead", cable, job);
		node.scheduleJob(job("failover"), TriggerBuilder.newTrigger().build());
		node.start();
		assertThat(dead.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("dead");
		cable.cut = true;
		// As if a minute had passed.
		jdbc().update("update qrtz_scheduler_state set last_checkin_time = last_checkin_time - 60000 "
				+ "where instance_name = 'dead'");
		this.nodes.add("survivor", bean(DataSource.class), job).start();
		assertThat(recovered.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("survivor");
		cable.cut = false;
		end.countDown();
	}

	@Test
	void aJobOfARolledBackTransactionIsNotScheduled() throws Exception {
		Scheduler scheduler = this.nodes.add("first", bean(DataSource.class), (execution) -> {
		});
		JobDetail job = job("rolled back");
		transaction().executeWithoutResult((status) -> {
			try {
				scheduler.addJob(job, true, true);
				assertThat(scheduler.checkExists(job.getKey())).isTrue();
			}
			catch (SchedulerException ex) {
				throw new IllegalStateException(ex);
			}
			status.setRollbackOnly();
		});
		assertThat(scheduler.checkExists(job.getKey())).isFalse();
	}

	private static JobDetail job(String name) {
		return JobBuilder.newJob(Job.class).withIdentity(name).requestRecovery().build();
	}

	private static String node(JobExecutionContext execution) {
		try {
			return execution.getScheduler().getSchedulerInstanceId();
		}
		catch (SchedulerException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The schedulers of one cluster.
	 */
	private final class Nodes {

		private final List<SchedulerFactoryBean> factories = new ArrayList<>();

		Scheduler add(String name, DataSource dataSource, Job job) throws Exception {
			Properties quartz = new Properties();
			quartz.setProperty("org.quartz.scheduler.instanceId", name);
			quartz.setProperty("org.quartz.jobStore.isClustered", "true");
			quartz.setProperty("org.quartz.jobStore.clusterCheckinInterval", "500");
			quartz.setProperty("org.quartz.jobStore.driverDelegateClass", PostgreSQLDelegate.class.getName());
			quartz.setProperty("org.quartz.threadPool.threadCount", "1");
			SchedulerFactoryBean factory = new SchedulerFactoryBean();
			factory.setSchedulerName("cluster");
			factory.setQuartzProperties(quartz);
			factory.setDataSource(dataSource);
			factory.setTransactionManager(bean(PlatformTransactionManager.class));
			factory.setJobFactory((bundle, scheduler) -> job);
			factory.setWaitForJobsToCompleteOnShutdown(true);
			factory.afterPropertiesSet();
			this.factories.add(factory);
			return factory.getScheduler();
		}

		void stop() throws SchedulerException {
			for (SchedulerFactoryBean factory : this.factories) {
				factory.destroy();
			}
			this.factories.clear();
		}

	}

	/**
	 * The way to the database, which can be cut.
	 */
	private static final class Cable extends DelegatingDataSource {

		private volatile boolean cut;

		Cable(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		public Connection getConnection() throws SQLException {
			if (this.cut) {
				throw new SQLException("The cable is cut, as the test asked");
			}
			return super.getConnection();
		}

	}

}
