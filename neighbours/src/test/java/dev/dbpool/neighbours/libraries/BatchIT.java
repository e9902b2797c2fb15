package dev.dbpool.neighbours.libraries;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.batch.infrastructure.item.database.builder.JdbcCursorItemReaderBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Batch records in tables how far a job came, in the transactions of its chunks.
 */
@BothWays
class BatchIT extends AbstractLibraryIT {

	private final AtomicBoolean broken = new AtomicBoolean(true);

	@BeforeEach
	void prepare() {
		jdbc().execute("truncate batch_input, batch_output, batch_commit");
		jdbc().execute("insert into batch_input select generate_series(1, 6)");
		jdbc().execute("create or replace rule record as on update to batch_step_execution_context "
				+ "do also insert into batch_commit values (pg_current_xact_id()::text)");
	}

	@Test
	void aFailedJobContinuesWithTheChunkThatFailed() throws Exception {
		Job job = new JobBuilder("copy", repository()).start(copy()).build();
		assertThat(run(job).getStatus()).isEqualTo(BatchStatus.FAILED);
		assertThat(output()).containsExactly(1, 2, 3, 4);
		this.broken.set(false);
		JobExecution restarted = run(job);
		assertThat(restarted.getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(restarted.getStepExecutions()).extracting(StepExecution::getReadCount).containsExactly(2L);
		assertThat(output()).containsExactly(1, 2, 3, 4, 5, 6);
		assertThat(jdbc().queryForList(
				"select id from batch_output where transaction not in (select transaction from batch_commit)"))
			.as("written without the progress of the step")
			.isEmpty();
	}

	@Test
	void onlyThePartitionThatFailedRunsAgain() throws Exception {
		Job job = new JobBuilder("partitions", repository())
			.start(new StepBuilder("manager", repository()).partitioner("worker", BatchIT::number)
				.gridSize(3)
				.step(worker())
				.taskExecutor(new SimpleAsyncTaskExecutor())
				.build())
			.build();
		assertThat(run(job).getStatus()).isEqualTo(BatchStatus.FAILED);
		assertThat(output()).containsExactly(0, 2);
		this.broken.set(false);
		JobExecution restarted = run(job);
		assertThat(restarted.getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(restarted.getStepExecutions()).extracting(StepExecution::getStepName)
			.containsExactlyInAnyOrder("manager", "worker:partition1");
		assertThat(output()).containsExactly(0, 1, 2);
	}

	private Step copy() {
		ItemWriter<Integer> writer = (chunk) -> {
			chunk.forEach(this::write);
			failIf(chunk.getItems().contains(5));
		};
		return new StepBuilder("copy", repository()).<Integer, Integer>chunk(2)
			.transactionManager(bean(PlatformTransactionManager.class))
			.reader(new JdbcCursorItemReaderBuilder<Integer>().name("input")
				.dataSource(bean(DataSource.class))
				.sql("select id from batch_input order by id")
				.rowMapper((row, number) -> row.getInt(1))
				.build())
			.writer(writer)
			.build();
	}

	private Step worker() {
		return new StepBuilder("worker", repository()).tasklet((contribution, chunk) -> {
			int number = contribution.getStepExecution().getExecutionContext().getInt("number");
			write(number);
			failIf(number == 1);
			return RepeatStatus.FINISHED;
		}, bean(PlatformTransactionManager.class)).build();
	}

	private static Map<String, ExecutionContext> number(int partitions) {
		return IntStream.range(0, partitions)
			.boxed()
			.collect(Collectors.toMap((number) -> "partition" + number,
					(number) -> new ExecutionContext(Map.of("number", number))));
	}

	private void write(int id) {
		jdbc().update("insert into batch_output (id) values (?)", id);
	}

	private void failIf(boolean condition) {
		if (condition && this.broken.get()) {
			throw new IllegalStateException("As the test asked");
		}
	}

	private List<Integer> output() {
		return jdbc().queryForList("select id from batch_output order by id", Integer.class);
	}

	private JobRepository repository() {
		return bean(JobRepository.class);
	}

	private JobExecution run(Job job) throws Exception {
		return bean(JobOperator.class).start(job, new JobParameters());
	}

}
