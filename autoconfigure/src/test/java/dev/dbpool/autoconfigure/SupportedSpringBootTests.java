package dev.dbpool.autoconfigure;

import dev.dbpool.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringBootVersion;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Which versions of Spring Boot stop the start-up; the {@code versions} modules run on
 * others than this.
 */
class SupportedSpringBootTests {

	@Test
	void theOneOfThisBuildIsSupported() {
		assertThatNoException().isThrownBy(() -> SupportedSpringBoot.check(SpringBootVersion.getVersion()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "4.0.0", "4.1.0-RC1", "4.2.0-M1", "4.10.3" })
	void allOfThisGenerationAreSupported(String version) {
		assertThatNoException().isThrownBy(() -> SupportedSpringBoot.check(version));
	}

	@ParameterizedTest
	@ValueSource(strings = { "2.7.18", "3.5.16", "5.0.0-M1", "40.0.0" })
	void othersStopTheStartUp(String version) {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> SupportedSpringBoot.check(version))
			.withMessageStartingWith(
					"db-pool does not support Spring Boot %s: it needs 4.0 or a later 4.x. Use Spring Boot 4.0 or a later 4.x, "
						.formatted(version));
	}

}
