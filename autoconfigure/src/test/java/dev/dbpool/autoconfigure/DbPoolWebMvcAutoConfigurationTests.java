package dev.dbpool.autoconfigure;

import java.io.EOFException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.DefaultHandlerExceptionResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is kept from being taken for a client that has gone away. Nothing here connects.
 */
class DbPoolWebMvcAutoConfigurationTests {

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(DbPoolAutoConfiguration.class,
			DbPoolWebMvcAutoConfiguration.class, DataSourceAutoConfiguration.class, WebMvcAutoConfiguration.class);

	private static final String[] PROPERTIES = { "spring.datasource.url=jdbc:postgresql://db.example/app",
			"db-pool.budget.detect=false", "db-pool.probe=false" };

	private final WebApplicationContextRunner webContextRunner = new WebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues(PROPERTIES);

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@ParameterizedTest
	@ValueSource(strings = { "Broken pipe", "Connection reset by peer" })
	void failuresOfTheDatabaseAreLeftToTheContainer(String reason) {
		assertThat(resolved(new IllegalStateException(new SQLException("", "08006", new IOException(reason)))))
			.isNull();
		assertThat(resolved(new SQLException("", "08006", new EOFException()))).isNull();
		// As from the stream of a large object.
		assertThat(resolved(new IOException(new SQLException("", "08006", new EOFException())))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Broken pipe", "Connection reset by peer" })
	void clientsGoAwayAsEver(String reason) {
		assertThat(resolved(new IOException(reason))).isNotNull();
		assertThat(resolved(new EOFException())).isNotNull();
	}

	@Test
	void anAnswerOfTheApplicationsOwnIsKept() {
		assertThat(resolved(
				new ErrorResponseException(HttpStatus.CONFLICT, new SQLException("", "08006", new EOFException()))))
			.isNotNull();
		assertThat(this.response.getStatus()).isEqualTo(HttpStatus.CONFLICT.value());
	}

	private ModelAndView resolved(Exception failure) {
		List<HandlerExceptionResolver> resolvers = new ArrayList<>(List.of(new DefaultHandlerExceptionResolver()));
		new DatabaseFailureConfigurer().extendHandlerExceptionResolvers(resolvers);
		return resolvers.get(0).resolveException(new MockHttpServletRequest(), this.response, null, failure);
	}

	@Test
	void springMvcKnows() {
		this.webContextRunner
			.run((context) -> assertThat(context.getBean("handlerExceptionResolver", HandlerExceptionResolver.class)
				.resolveException(new MockHttpServletRequest(), this.response, null,
						new SQLException("", "08006", new EOFException())))
				.isNull());
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-pool.enabled=false", "spring.datasource.url=jdbc:h2:mem:own" })
	void stepsAsideWithThePlan(String property) {
		this.webContextRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DatabaseFailureConfigurer.class));
	}

	@Test
	void springMvcIsOptional() {
		this.webContextRunner.withClassLoader(new FilteredClassLoader("org.springframework.web.servlet"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("dbPoolDatabaseFailureConfigurer"));
		new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues(PROPERTIES)
			.withClassLoader(new FilteredClassLoader("jakarta.servlet", "org.springframework.web"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("dbPoolDatabaseFailureConfigurer"));
	}

}
