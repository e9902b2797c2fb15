package dev.dbpool.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Test slices have all auto-configurations, but for those of the web and of Actuator.
 */
class SliceImportsTests {

	private static final List<Class<?>> LEFT_OUT = List.of(DbPoolEndpointAutoConfiguration.class,
			DbPoolHealthContributorAutoConfiguration.class, DbPoolMetricsAutoConfiguration.class,
			DbPoolWebMvcAutoConfiguration.class, DbPoolWorkAutoConfiguration.class);

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureJdbc",
			"org.springframework.boot.jooq.test.autoconfigure.AutoConfigureJooq" })
	void areComplete(String annotation) throws IOException {
		List<String> leftOut = LEFT_OUT.stream().map(Class::getName).toList();
		assertThat(imports(annotation))
			.containsExactlyElementsOf(imports("org.springframework.boot.autoconfigure.AutoConfiguration").stream()
				.filter((name) -> !leftOut.contains(name))
				.toList());
	}

	/**
	 * Spring Boot has files of the same name.
	 */
	private static List<String> imports(String annotation) throws IOException {
		List<String> ours = new ArrayList<>();
		for (Resource file : new PathMatchingResourcePatternResolver()
			.getResources("classpath*:META-INF/spring/" + annotation + ".imports")) {
			file.getContentAsString(StandardCharsets.UTF_8)
				.lines()
				.filter((name) -> name.startsWith("dev.dbpool."))
				.forEach(ours::add);
		}
		return ours;
	}

}
