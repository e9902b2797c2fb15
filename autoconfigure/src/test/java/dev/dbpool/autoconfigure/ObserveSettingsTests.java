package dev.dbpool.autoconfigure;

import java.util.Map;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.TransactionSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Settings that contradict {@code db-pool.mode=observe}.
 */
class ObserveSettingsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource({ "db-pool.size, 5", "db-pool.max-overflow, 0", "db-pool.recycle, 5m", "db-pool.timeout, 3",
			"db-pool.socket-timeout, 0", "db-pool.pooler.url, postgres://pooler.example/app",
			"db-pool.pooler.prepared-statements, true", "db-pool.lease.release, after-transaction",
			"db-pool.lease.release, AFTER_TRANSACTION", "db-pool.guard.session-state, fail",
			"db-pool.budget.on-exceeded, shrink", "db-pool.required, true", "db-pool.lease.data-sources, other",
			"db-pool.data-sources.other.size, 5", "db-pool.data-sources.other.lease.release, after-transaction" })
	void stopTheStartUp(String property, String value) {
		this.runner.withPropertyValues("db-pool.mode=observe", property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessage(("%s is '%s', but db-pool.mode is 'observe', which changes nothing. "
						+ "Leave %s out while db-pool observes, or set db-pool.mode to manage.")
					.formatted(property, value, property)));
	}

	@Test
	void stopTheStartUpFromTheEnvironmentToo() {
		this.runner
			.withInitializer((context) -> TestPropertyValues.of("DB_POOL_MODE=OBSERVE", "DB_POOL_MAX_OVERFLOW=5")
				.applyTo(context.getEnvironment(), TestPropertyValues.Type.SYSTEM_ENVIRONMENT))
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("db-pool.max-overflow is '5'"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-pool.pooler.username=app", "db-pool.pooler.password=hidden",
			"db-pool.pooler.url=postgres://app:hidden@pooler.example/app" })
	void areShownWithoutTheirSecrets(String setting) {
		this.runner.withPropertyValues("db-pool.mode=observe", setting)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidSettingException.class)
				.message()
				.contains("******")
				.doesNotContain("hidden"));
	}

	@Test
	void aBeanOfTransactionSettingsContradictsItAsWell() {
		this.runner.withPropertyValues("db-pool.mode=observe")
			.withBean("tenant", TransactionSettings.class, () -> Map::of)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageContaining("a bean of type TransactionSettings ('tenant')"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-pool.pooler.url= ", "db-pool.lease.release=auto", "db-pool.lease.release=on-close",
			"db-pool.guard.session-state=warn", "db-pool.budget.on-exceeded=fail", "db-pool.required=false",
			"db-pool.lease.suspect-after=1m", "db-pool.budget.replicas=6", "db-pool.pooler.pool-size=20",
			"db-pool.data-sources.other.enabled=true" })
	void whatOnlyChangesWhatIsToldMayStay(String setting) {
		this.runner.withPropertyValues("db-pool.mode=observe", setting)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void withoutTheModeAllOfItIsAllowed() {
		this.runner.withPropertyValues("db-pool.size=5", "db-pool.lease.release=on-close", "db-pool.required=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

}
