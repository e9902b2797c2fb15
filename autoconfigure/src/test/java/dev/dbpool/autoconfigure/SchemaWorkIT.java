package dev.dbpool.autoconfigure;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hazard f, beside the migration tools: what changes the schema through the pooler.
 */
@ExtendWith(OutputCaptureExtension.class)
class SchemaWorkIT {

	private static final String WARNING = "changes the schema through the transaction pooler";

	private static final String DDL_AUTO = "spring.jpa.hibernate.ddl-auto=update";

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	@BeforeAll
	static void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(5));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@Test
	void hibernateThroughThePoolerIsAWarning(CapturedOutput output) {
		start(this.database.properties(pooler), DDL_AUTO);
		assertThat(output).containsOnlyOnce("spring.jpa.hibernate.ddl-auto=update " + WARNING);
	}

	@Test
	void withoutATransactionPoolerThereIsNothingToSay(CapturedOutput output) {
		start(this.database.properties(), DDL_AUTO);
		assertThat(output).doesNotContain(WARNING);
	}

	/**
	 * They use the direct URL, as {@code MigrationIT} shows.
	 */
	@Test
	void scriptsDoNotGoThroughThePooler(CapturedOutput output) {
		start(this.database.properties(pooler), "spring.sql.init.mode=always",
				"spring.sql.init.schema-locations=classpath:db/migration/V1__record_the_session.sql");
		assertThat(output).doesNotContain(WARNING);
	}

	private static void start(String[] properties, String... more) {
		TestApplication.start(TestApplication.class, TestDatabase.with(properties, more)).close();
	}

}
