package dev.dbpool.guard;

import java.lang.StackWalker.StackFrame;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class CallSiteTests {

	@ParameterizedTest
	@ValueSource(strings = { "org.flywaydb.core.internal.database.postgresql.PostgreSQLConnection",
			"liquibase.database.core.PostgresDatabase", "org.jooq.impl.AbstractQuery",
			"org.apache.ibatis.executor.statement.PreparedStatementHandler", "org.mybatis.spring.SqlSessionTemplate",
			"org.quartz.impl.jdbcjobstore.StdJDBCDelegate", "org.hibernate.engine.jdbc.internal.StatementPreparerImpl",
			"org.springframework.jdbc.core.JdbcTemplate",
			"org.springframework.batch.core.repository.dao.jdbc.JdbcJobExecutionDao",
			"com.zaxxer.hikari.pool.ProxyConnection", "org.postgresql.jdbc.PgStatement", "java.lang.reflect.Method",
			"jdk.proxy2.$Proxy81", "jdk.internal.reflect.DirectMethodHandleAccessor",
			"com.example.Orders$$SpringCGLIB$$0", "com.example.$Proxy12", "com.example.Order$HibernateProxy$x7",
			"net.ttddyy.dsproxy.proxy.StatementProxyLogic",
			"net.ttddyy.observation.tracing.ConnectionAttributesManager", "com.p6spy.engine.wrapper.StatementWrapper",
			"io.micrometer.observation.Observation",
			"net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateStorageAccessor",
			"com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepository", "org.jobrunr.storage.sql.common.db.Sql",
			"dev.dbpool.lease.LogicalConnection", "kotlin.coroutines.jvm.internal.BaseContinuationImpl" })
	void isNotALibrary(String library) {
		assertThat(find("dev.dbpool.guard.SessionStateGuard", library, "com.example.Orders", "java.lang.Thread"))
			.isEqualTo("com.example.Orders.run");
	}

	@ParameterizedTest
	@ValueSource(strings = { "com.example.Orders", "org.springframework.samples.petclinic.OwnerController",
			"javassistant.Main", "organisation.quartz.Job", "com.example.hibernate.Dao" })
	void isTheApplication(String application) {
		assertThat(find("org.springframework.jdbc.core.JdbcTemplate", application, "java.lang.Thread"))
			.isEqualTo(application + ".run");
	}

	@Test
	void isTheLibraryThatActsByItself() {
		assertThat(find("dev.dbpool.lease.LogicalConnection", "org.springframework.jdbc.core.JdbcTemplate",
				"org.springframework.aop.framework.ReflectiveMethodInvocation",
				"org.quartz.impl.jdbcjobstore.StdJDBCDelegate", "org.quartz.core.QuartzSchedulerThread",
				"java.lang.Thread"))
			.isEqualTo("org.quartz.impl.jdbcjobstore.StdJDBCDelegate.run");
		assertThat(find("com.zaxxer.hikari.pool.HikariPool", "java.lang.Thread"))
			.isEqualTo("thread " + Thread.currentThread().getName());
	}

	@Test
	void isFoundOnTheStack() {
		assertThat(CallSite.find()).isNotBlank();
	}

	private static String find(String... classes) {
		return CallSite.of(Stream.of(classes).map(Frame::new));
	}

	private record Frame(String className) implements StackFrame {

		@Override
		public String getClassName() {
			return this.className;
		}

		@Override
		public String getMethodName() {
			return "run";
		}

		@Override
		public Class<?> getDeclaringClass() {
			throw new UnsupportedOperationException();
		}

		@Override
		public int getByteCodeIndex() {
			return -1;
		}

		@Override
		public String getFileName() {
			return "";
		}

		@Override
		public int getLineNumber() {
			return -1;
		}

		@Override
		public boolean isNativeMethod() {
			return false;
		}

		@Override
		public StackTraceElement toStackTraceElement() {
			throw new UnsupportedOperationException();
		}

		@Override
		public String toString() {
			return this.className + ".run";
		}

	}

}
