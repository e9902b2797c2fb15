package dev.dbpool.neighbours.libraries;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A cluster of db-scheduler's schedulers shares its tasks by versions of rows, or by row
 * locks.
 */
@BothWays
class DbSchedulerIT extends AbstractLibraryIT {

	@Test
	void eachTaskRunsOnceInTheCluster() {
		runEachTaskOnce("fetch", (scheduler) -> scheduler.pollUsingFetchAndLockOnExecute(0.5, 1));
	}

	@Test
	void eachTaskRunsOnceInTheClusterWithRowLocks() {
		runEachTaskOnce("lock", (scheduler) -> scheduler.pollUsingLockAndFetch(0.5, 1));
	}

	@Test
	void aTaskOfARolledBackTransactionIsNotScheduled() {
		OneTimeTask<Void> task = task("rolled back", (node, instance) -> {
		});
		Scheduler scheduler = builder("first", task).build();
		transaction().executeWithoutResult((status) -> {
			scheduler.schedule(task.instance("1"), Instant.now());
			assertThat(scheduler.getScheduledExecution(task.instance("1"))).isPresent();
			status.setRollbackOnly();
		});
		assertThat(scheduler.getScheduledExecution(task.instance("1"))).isEmpty();
	}

	private void runEachTaskOnce(String name, UnaryOperator<SchedulerBuilder> polling) {
		int tasks = 20;
		CountDownLatch both = new CountDownLatch(2);
		CountDownLatch all = new CountDownLatch(tasks);
		Set<String> seen = ConcurrentHashMap.newKeySet();
		BiConsumer<String, String> work = (node, instance) -> {
			if (seen.add(node)) {
				both.countDown();
			}
			// A node has one thread: the other node has to take part.
			await(both);
			jdbc().update("insert into job_run values (?, ?)", name + instance, node);
			all.countDown();
		};
		Scheduler first = polling.apply(builder("first", task(name, work))).build();
		Scheduler second = polling.apply(builder("second", task(name, work))).build();
		for (int i = 0; i < tasks; i++) {
			first.schedule(task(name, work).instance(String.valueOf(i)), Instant.now());
		}
		first.start();
		second.start();
		await(all);
		first.stop();
		second.stop();
		assertThat(jdbc().queryForList("select job from job_run where job like ?", String.class, name + "%"))
			.hasSize(tasks)
			.doesNotHaveDuplicates();
		assertThat(jdbc().queryForList("select 1 from scheduled_tasks where task_name = ?", name)).isEmpty();
	}

	private SchedulerBuilder builder(String node, OneTimeTask<Void> task) {
		return Scheduler.create(new TransactionAwareDataSourceProxy(bean(DataSource.class)), task)
			.schedulerName(new SchedulerName.Fixed(node))
			.pollingInterval(Duration.ofMillis(100))
			.threads(1);
	}

	private static OneTimeTask<Void> task(String name, BiConsumer<String, String> work) {
		return Tasks.oneTime(name)
			.execute((instance, context) -> work.accept(context.getExecution().pickedBy, instance.getId()));
	}

}
