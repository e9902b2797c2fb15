package dev.dbpool.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.dbpool.TestApplication;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a user reads who set something that cannot work.
 */
@ExtendWith(OutputCaptureExtension.class)
class BadInputTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					spring.datasource.url=postgres://app:hidden@db.example:port/app | spring.datasource.url is 'postgres://******@db.example:port/app', which is not a valid PostgreSQL URL: the port is not a number from 1 to 65535. | Write jdbc:postgresql://host:5432/database or postgres://user:password@host:5432/database; percent-encode special characters in user and password.
					spring.datasource.url=jdbc:postgresql://db.example/app?currentSchema=chat | spring.datasource.url is 'currentSchema=chat', but db-pool.pooler.url does not have it: migrations and runtime would see different schemas. | Remove it from the URL and set the schema for the role, in the database itself: ALTER ROLE ... SET search_path = chat
					db-pool.pooler.url=postgres:/app:hidden@pooler.example | db-pool.pooler.url is '******@pooler.example', which is not a valid PostgreSQL URL: there is no // after the scheme. | Write jdbc:postgresql://host:5432/database or postgres://user:password@host:5432/database; percent-encode special characters in user and password.
					db-pool.pooler.url=jdbc:mysql://pooler.example/app?password=hidden | db-pool.pooler.url is 'jdbc:mysql://pooler.example/app?password=******', which is not a PostgreSQL URL. | Write jdbc:postgresql://host:6432/database or postgres://user:password@host:6432/database, or leave the property out to connect to the database itself.
					db-pool.pooler.url=jdbc:postgresql://pooler.example/app?currentSchema=chat | db-pool.pooler.url is 'currentSchema=chat', but a transaction pooler refuses it or ignores it. | Remove currentSchema and set the schema for the role, in the database itself: ALTER ROLE ... SET search_path = ...; or qualify the table names.
					db-pool.pooler.url=postgres://pooler.example/app?options=-c%20work_mem%3D64MB | db-pool.pooler.url is 'options=-c work_mem=64MB', but a transaction pooler refuses it or ignores it. | Remove it from options and set the parameter for the role, in the database itself: ALTER ROLE ... SET work_mem = ...
					db-pool.pooler.url=jdbc:postgresql://pooler.example/app?readOnlyMode=always | db-pool.pooler.url is 'readOnlyMode=always', but behind a transaction pooler it makes other clients' sessions read only. | Remove it: read-only transactions are enforced by the server without it.
					spring.datasource.hikari.data-source-properties.readOnlyMode=always | spring.datasource.hikari.data-source-properties is 'readOnlyMode=always', but behind a transaction pooler it makes other clients' sessions read only. | Remove it: read-only transactions are enforced by the server without it.
					spring.datasource.hikari.schema=chat | spring.datasource.hikari.schema is 'chat', but behind a transaction pooler it would reach other clients and not last. | Set it for the role, in the database itself: ALTER ROLE ... SET search_path = chat; or qualify the names (spring.jpa.properties.hibernate.default_schema).
					spring.datasource.hikari.connection-init-sql=set app.tenant to 'hidden' | spring.datasource.hikari.connection-init-sql is 'set app.tenant to ?', but behind a transaction pooler it reaches other clients and does not last: it changes app.tenant for the session, so that row-level security and triggers take other clients for this one. Use SET LOCAL in a transaction, a bean of type TransactionSettings, or ALTER ROLE ... SET. | Set it for the role, in the database itself: ALTER ROLE ... SET ...
					spring.datasource.hikari.credentials-provider-class-name=com.example.Vault | spring.datasource.hikari.credentials-provider-class-name is 'com.example.Vault', but db-pool cannot create an object of it. | Name a public class that implements HikariCredentialsProvider and has a public constructor without arguments.
					db-pool.size=0 | db-pool.size is '0', but a pool needs at least one connection. | Set db-pool.size to 1 or more.
					db-pool.max-overflow=-1 | db-pool.max-overflow is '-1', but a pool cannot overflow by a negative number. | Set db-pool.max-overflow to 0 for a pool of fixed size, or to more.
					db-pool.timeout=0 | db-pool.timeout is '0s', but the pool allows no less than 250ms. | Set db-pool.timeout to 250ms or more; a number without a unit means seconds.
					db-pool.timeout=-5s | db-pool.timeout is '-5s', but the pool allows no less than 250ms. | Set db-pool.timeout to 250ms or more; a number without a unit means seconds.
					db-pool.socket-timeout=-1 | db-pool.socket-timeout is '-1s', but it must be 0 or more, and no more than 24 days. | Set db-pool.socket-timeout to more than the longest statement takes, or to 0 for no limit; a number without a unit means seconds.
					db-pool.probe-timeout=0 | db-pool.probe-timeout is '0s', but it must be more than 0, and no more than 10m. | Set it to how long the start may wait for a server that does not answer, for example 2s; db-pool.probe=false and db-pool.budget.detect=false ask nothing.
					db-pool.probe-timeout=-5s | db-pool.probe-timeout is '-5s', but it must be more than 0, and no more than 10m. | Set it to how long the start may wait for a server that does not answer, for example 2s; db-pool.probe=false and db-pool.budget.detect=false ask nothing.
					db-pool.probe-timeout=11m | db-pool.probe-timeout is '11m', but it must be more than 0, and no more than 10m. | Set it to how long the start may wait for a server that does not answer, for example 2s; db-pool.probe=false and db-pool.budget.detect=false ask nothing.
					db-pool.recycle=0 | db-pool.recycle is '0s', but the pool allows no less than 30s. | Set db-pool.recycle to 30s or more; a number without a unit means seconds.
					db-pool.recycle=-30m | db-pool.recycle is '-30m', but the pool allows no less than 30s. | Set db-pool.recycle to 30s or more; a number without a unit means seconds.
					db-pool.lease.suspect-after=0 | db-pool.lease.suspect-after is '0ms', but every lease lasts longer than that. | Set it to more than 0, for example to 30s; a number without a unit means seconds.
					db-pool.lease.idle-suspect-after=-2s | db-pool.lease.idle-suspect-after is '-2000ms', but every lease lasts longer than that. | Set it to more than 0, for example to 30s; a number without a unit means seconds.
					db-pool.budget.workers=0 | db-pool.budget.workers is '0', but must be at least 1. | Set db-pool.budget.workers to 1 or more.
					db-pool.budget.replicas=-1 | db-pool.budget.replicas is '-1', but must be at least 1. | Set db-pool.budget.replicas to 1 or more.
					db-pool.budget.surge=one | db-pool.budget.surge is 'one', which is neither a number nor a percentage of 0 or more. | Set db-pool.budget.surge to something like 2 or 25%.
					db-pool.budget.reserved=-5 | db-pool.budget.reserved is '-5', which is neither a number nor a percentage of 0 or more. | Set db-pool.budget.reserved to something like 2 or 25%.
					db-pool.budget.reserved=120% | db-pool.budget.reserved is '120%', but it cannot be more than 100%. | Set db-pool.budget.reserved to a number of connections or a percentage of them.
					db-pool.budget.max-connections=0 | db-pool.budget.max-connections is '0', but must be at least 1. | Set db-pool.budget.max-connections to 1 or more.
					db-pool.pooler.max-client-connections=0 | db-pool.pooler.max-client-connections is '0', but must be at least 1. | Set db-pool.pooler.max-client-connections to 1 or more.
					db-pool.pooler.pool-size=0 | db-pool.pooler.pool-size is '0', but must be at least 1. | Set db-pool.pooler.pool-size to 1 or more.
					""")
	void stopsTheStartUpAndNamesTheWayOut(String property, String description, String action, CapturedOutput output) {
		start(property);
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "Description:%n%n%s%n".formatted(description),
					"Action:%n%n%s%n".formatted(action))
			.doesNotContain("hidden");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			db-pool.pooler.mode=statement           | db-pool.pooler.mode
			db-pool.direct.mode=transaction         | db-pool.direct.mode
			db-pool.pooler.prepared-statements=some | db-pool.pooler.prepared-statements
			db-pool.size=many                       | db-pool.size
			db-pool.budget.on-exceeded=ignore       | db-pool.budget.on-exceeded
			db-pool.guard.session-state=log         | db-pool.guard.session-state
			db-pool.lease.release=at-once           | db-pool.lease.release
			db-pool.lease.suspect-after=later       | db-pool.lease.suspect-after
			db-pool.lease.capture-stacks=sometimes  | db-pool.lease.capture-stacks
			db-pool.probe=maybe                     | db-pool.probe
			db-pool.timeout=soon                    | db-pool.timeout
			""")
	void leavesValuesOfTheWrongKindToSpringBoot(String property, String name, CapturedOutput output) {
		start(property);
		assertThat(output).contains("APPLICATION FAILED TO START", name, property.substring(property.indexOf('=') + 1))
			.doesNotContain("hidden");
	}

	private static void start(String property) {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("spring.datasource.url", "postgres://app:hidden@db.example/app");
		properties.put("db-pool.pooler.url", "postgres://app:hidden@pooler.example/app");
		properties.put("db-pool.pooler.password", "hidden");
		properties.put("db-pool.budget.detect", "false");
		properties.put("db-pool.probe", "false");
		int separator = property.indexOf('=');
		properties.put(property.substring(0, separator), property.substring(separator + 1));
		assertThatException().isThrownBy(() -> TestApplication.start(TestApplication.class,
				properties.entrySet().stream().map(Object::toString).toArray(String[]::new)));
	}

}
