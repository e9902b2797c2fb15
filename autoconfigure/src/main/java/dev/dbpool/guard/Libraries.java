package dev.dbpool.guard;

import java.util.List;

/**
 * Tells by the name of a class whether it belongs to a library. A missing library is
 * added here.
 */
final class Libraries {

	/**
	 * What passes SQL on between its author and the server, and never sends any itself.
	 */
	private static final List<String> PLUMBING = List.of("java.", "javax.", "jakarta.", "jdk.", "sun.", "com.sun.",
			"kotlin.", "kotlinx.", "scala.", "groovy.", "org.codehaus.groovy.", "org.apache.groovy.", "org.postgresql.",
			"com.zaxxer.hikari.", "dev.dbpool.driver.", "dev.dbpool.guard.", "dev.dbpool.jdbc.", "dev.dbpool.lease.",
			"net.ttddyy.", "com.p6spy.", "com.github.gavlyukovskiy.", "io.micrometer.", "io.opentelemetry.",
			"io.sentry.", "datadog.", "org.aspectj.", "net.sf.cglib.", "net.bytebuddy.", "javassist.", "reactor.",
			"io.reactivex.", "org.springframework.aop.", "org.springframework.boot.", "org.springframework.cglib.",
			"org.springframework.core.", "org.springframework.jdbc.", "org.springframework.transaction.");

	private static final List<String> LIBRARIES = List.of("org.springframework.",
			// Object-relational mapping and SQL
			"org.hibernate.", "org.eclipse.persistence.", "org.apache.openjpa.", "com.blazebit.", "com.querydsl.",
			"io.hypersistence.", "com.vladmihalcea.", "io.ebean.", "org.jooq.", "org.apache.ibatis.", "org.mybatis.",
			"com.baomidou.", "com.github.pagehelper.", "org.jdbi.", "org.sql2o.", "org.ktorm.",
			"org.jetbrains.exposed.",
			// Migrations
			"org.flywaydb.", "liquibase.",
			// Jobs, locks, messages, processes
			"org.quartz.", "org.jobrunr.", "com.github.kagkarlsson.", "net.javacrumbs.shedlock.", "org.axonframework.",
			"org.apache.camel.", "org.camunda.", "org.flowable.", "org.activiti.", "org.togglz.", "io.awspring.",
			"org.redisson.",
			// Servers
			"org.apache.catalina.", "org.apache.coyote.", "org.apache.tomcat.", "org.eclipse.jetty.", "io.undertow.",
			"io.netty.", "io.grpc.", "graphql.");

	/**
	 * They are applications although they look like libraries.
	 */
	private static final String SAMPLES = "org.springframework.samples.";

	/**
	 * Classes that are generated in an application's packages.
	 */
	private static final List<String> PROXIES = List.of("$$SpringCGLIB$$", "$$EnhancerBy", "$$FastClassBy", ".$Proxy",
			"$HibernateProxy$", "$ByteBuddy$", "_$$_jvst");

	private Libraries() {
	}

	static boolean isPlumbing(String className) {
		return begins(className, PLUMBING) || PROXIES.stream().anyMatch(className::contains);
	}

	static boolean isLibrary(String className) {
		return begins(className, LIBRARIES) && !className.startsWith(SAMPLES);
	}

	private static boolean begins(String className, List<String> prefixes) {
		for (String prefix : prefixes) {
			if (className.startsWith(prefix)) {
				return true;
			}
		}
		return false;
	}

}
