package dev.dbpool.autoconfigure;

import java.util.stream.Stream;

import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import dev.dbpool.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which credentials provider is asked, and which stop the start-up.
 */
class CredentialsProvidersTests {

	private static final String PROPERTY = "spring.datasource.hikari.credentials-provider-class-name";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example/app", "db-pool.budget.detect=false",
				"db-pool.probe=false");

	@Test
	void aBeanIsAsked() {
		assertAsked(with("vault"), "vault", "the bean 'vault'");
	}

	@Test
	void thePrimaryOneOfSeveralBeansIsAsked() {
		assertAsked(with("other").withBean("vault", HikariCredentialsProvider.class, () -> () -> login("vault"),
				(definition) -> definition.setPrimary(true)), "vault", "the bean 'vault'");
	}

	@Test
	void aBeanThatIsNoDefaultCandidateBelongsToSomethingElse() {
		assertAsked(
				with("vault").withBean("other", HikariCredentialsProvider.class, () -> () -> login("other"),
						(definition) -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false)),
				"vault", "the bean 'vault'");
	}

	@Test
	void thePropertyWinsOverABean() {
		assertAsked(with("vault").withPropertyValues(PROPERTY + "=" + Named.class.getName()), "named",
				PROPERTY + " (" + Named.class.getName() + ")");
	}

	@Test
	void severalBeansStopTheStartUp() {
		with("vault").withBean("cloud", HikariCredentialsProvider.class, () -> () -> login("cloud"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessage("There are several beans of type HikariCredentialsProvider: cloud, vault. "
						+ "Mark the one for spring.datasource.url with @Primary, or the others with "
						+ "@Bean(defaultCandidate = false)."));
	}

	@ParameterizedTest
	@MethodSource
	void oneThatReturnsNoCredentialsStopsTheStartUp(HikariCredentialsProvider provider, String problem) {
		this.runner.withBean("vault", HikariCredentialsProvider.class, () -> provider)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessage("No credentials from the bean 'vault': " + problem
						+ ". Make getCredentials() return a user name and a password, or remove the provider and set them."));
	}

	static Stream<Arguments> oneThatReturnsNoCredentialsStopsTheStartUp() {
		return Stream.of(Arguments.of((HikariCredentialsProvider) () -> null, "it returned null"),
				Arguments.of((HikariCredentialsProvider) () -> Credentials.of(null, "hidden"),
						"the user name is missing"),
				Arguments.of((HikariCredentialsProvider) () -> Credentials.of("", "hidden"),
						"the user name is missing"),
				Arguments.of((HikariCredentialsProvider) () -> {
					throw new IllegalStateException("https://app:hidden@vault.example is sealed");
				}, "it threw java.lang.IllegalStateException: https://******@vault.example is sealed"));
	}

	@Test
	void theUserNameMayBeInTheUrl() {
		this.runner.withPropertyValues("spring.datasource.url=postgres://app@db.example/app")
			.withBean("vault", HikariCredentialsProvider.class, () -> () -> Credentials.of(null, "hidden"))
			.run((context) -> assertThat(
					context.getBean(StartUpPlan.class).connections().migration().login().username())
				.isEqualTo("app"));
	}

	@Test
	void aPoolerThatIsAloneHasThemToo() {
		with("vault")
			.withPropertyValues("spring.datasource.url=", "db-pool.pooler.url=postgres://pooler.example:6432/app",
					"spring.flyway.enabled=false", "spring.liquibase.enabled=false")
			.run((context) -> {
				StartUpPlan plan = context.getBean(StartUpPlan.class);
				assertThat(plan.connections().runtime().login().username()).isEqualTo("vault");
				assertThat(plan.lines()).element(1)
					.isEqualTo("db-pool: credentials of all connections from the bean 'vault', "
							+ "asked for each connection");
			});
	}

	@Test
	void thatOfAPoolOfTheApplicationIsRefusedAsWell() {
		this.runner.withPropertyValues("db-pool.data-sources.orders.size=1")
			.withBean("orders", HikariDataSource.class, () -> {
				HikariDataSource pool = new HikariDataSource();
				pool.setJdbcUrl("jdbc:postgresql://db.example/orders");
				pool.setCredentialsProvider(() -> null);
				return pool;
			})
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageStartingWith(
						"No credentials from the credentials provider of the bean 'orders': it returned null."));
	}

	/**
	 * A refusal of the URL comes first.
	 */
	@Test
	void isNotAskedWhereTheUrlIsWrong() {
		this.runner.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example:port/app")
			.withBean("vault", HikariCredentialsProvider.class, () -> () -> {
				throw new AssertionError("asked");
			})
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("the port is not"));
	}

	private ApplicationContextRunner with(String name) {
		return this.runner.withBean(name, HikariCredentialsProvider.class, () -> () -> login(name));
	}

	private static Credentials login(String name) {
		return Credentials.of(name, "hidden");
	}

	private static void assertAsked(ApplicationContextRunner application, String username, String name) {
		application.withPropertyValues("spring.datasource.username=fixed", "spring.datasource.password=fixed")
			.run((context) -> {
				StartUpPlan plan = context.getBean(StartUpPlan.class);
				assertThat(plan.connections().runtime().login().username()).isEqualTo(username);
				assertThat(plan.connections().migration().login().username()).isEqualTo(username);
				assertThat(plan.lines()).element(1)
					.isEqualTo("db-pool: credentials of all connections from " + name + ", asked for each connection");
			});
	}

	/**
	 * Made by its name.
	 */
	public static class Named implements HikariCredentialsProvider {

		@Override
		public Credentials getCredentials() {
			return login("named");
		}

	}

}
