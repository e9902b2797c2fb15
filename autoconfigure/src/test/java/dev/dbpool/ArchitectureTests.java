package dev.dbpool;

import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packages' rules, and Spring Boot's own rules for auto-configurations.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("dev.dbpool")
		.that(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("dev.dbpool.test..")));

	/**
	 * What each package may import, besides itself, the JDK, JSpecify and the root. The
	 * same table stands in docs/architecture.md.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					sql      |
					jdbc     | java.sql
					sizing   |
					plan     | sql
					queue    | com.zaxxer.hikari.metrics
					driver   | java.sql, javax.net, jdbc, com.zaxxer.hikari, org.postgresql, commons.logging, spring.jdbc
					server   | java.sql, plan, sizing, sql, org.postgresql
					error    | java.sql, sql
					lease    | java.sql, javax.sql, sql, jdbc, queue, driver, com.zaxxer.hikari, org.postgresql, commons.logging, spring.jdbc, spring.transaction
					monitor  | java.sql, javax.sql, queue, driver, lease
					guard    | java.sql, sql, lease, commons.logging, spring.util
					actuate  | java.sql, plan, sizing, sql, queue, server, lease, monitor, spring.boot
					""")
	void eachPackageSeesWhatItNeeds(String name, String others) {
		Stream<String> seen = (others != null) ? Stream.of(others.split(", ")).flatMap(this::packages) : Stream.empty();
		check(ArchRuleDefinition.classes()
			.that()
			.resideInAPackage("dev.dbpool." + name)
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(Stream
				.concat(Stream.of("java.io", "java.lang..", "java.math", "java.net", "java.nio..", "java.text",
						"java.time..", "java.util..", "org.jspecify..", "dev.dbpool", "dev.dbpool." + name), seen)
				.toArray(String[]::new)));
	}

	private Stream<String> packages(String name) {
		return switch (name) {
			case "commons.logging" -> Stream.of("org.apache.commons.logging");
			case "com.zaxxer.hikari" ->
				Stream.of("com.zaxxer.hikari", "com.zaxxer.hikari.metrics", "com.zaxxer.hikari.pool");
			case "org.postgresql" -> Stream.of("org.postgresql", "org.postgresql.core", "org.postgresql.util");
			case "spring.jdbc" -> Stream.of("org.springframework.jdbc.datasource");
			case "spring.transaction" -> Stream.of("org.springframework.transaction.support");
			case "spring.util" -> Stream.of("org.springframework.util");
			case "spring.boot" -> Stream.of("org.springframework.boot..");
			default -> Stream.of(name.contains(".") ? name : "dev.dbpool." + name);
		};
	}

	@Test
	void onlyOneClassAboveThePoolTalksToHikari() {
		check(ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage("dev.dbpool.lease", "dev.dbpool.monitor", "dev.dbpool.guard", "dev.dbpool.actuate")
			.and()
			.doNotHaveFullyQualifiedName("dev.dbpool.lease.PhysicalPool")
			// Takes the pool from the wiring, and hands it on.
			.and()
			.doNotHaveFullyQualifiedName("dev.dbpool.lease.LeasingDataSource")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("com.zaxxer.hikari.."));
	}

	@Test
	void theRootSeesTheJdk() {
		check(ArchRuleDefinition.classes()
			.that()
			.resideInAPackage("dev.dbpool")
			.should()
			.onlyDependOnClassesThat(JavaClass.Predicates.resideInAnyPackage("java..", "org.jspecify..", "dev.dbpool")
				// An annotation cannot qualify without it.
				.or(JavaClass.Predicates.type(Qualifier.class))));
	}

	@Test
	void nothingSeesTheWiring() {
		check(ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackage("dev.dbpool.autoconfigure")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.dbpool.autoconfigure"));
	}

	@Test
	void packagesHaveNoCycles() {
		check(SlicesRuleDefinition.slices().matching("dev.dbpool.(*)").should().beFreeOfCycles());
	}

	@Test
	void packagesAreNullMarked() {
		JavaPackage root = CLASSES.getPackage("dev.dbpool");
		assertThat(root.getSubpackagesInTree()).hasSizeGreaterThanOrEqualTo(5)
			.filteredOn((subpackage) -> !subpackage.getName().startsWith("dev.dbpool.test"))
			.allMatch((subpackage) -> subpackage.isAnnotatedWith(NullMarked.class));
		assertThat(root.isAnnotatedWith(NullMarked.class)).isTrue();
	}

	@Test
	void autoConfigurationsAreFinalAndHaveNoPublicMembers() {
		check(ArchRuleDefinition.classes()
			.that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould()
			.haveSimpleNameEndingWith("AutoConfiguration"));
		check(ArchRuleDefinition.methods()
			.that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic());
	}

	@Test
	void conditionsAreNotPublic() {
		check(ArchRuleDefinition.classes().that().areAssignableTo(Condition.class).should().notBePublic());
	}

	@Test
	void beanPostProcessorsAreStaticAndDoNotInitialiseOthers() {
		check(ArchRuleDefinition.methods()
			.that()
			.areAnnotatedWith(Bean.class)
			.and()
			.haveRawReturnType(JavaClass.Predicates.assignableTo(BeanPostProcessor.class))
			.should()
			.beStatic()
			.andShould(new ArchCondition<>("take providers only") {

				@Override
				public void check(JavaMethod method, ConditionEvents events) {
					boolean lazy = method.getRawParameterTypes()
						.stream()
						.allMatch((type) -> type.isAssignableTo(ObjectProvider.class));
					events.add(new SimpleConditionEvent(method, lazy, method.getFullName()));
				}

			}));
	}

	private static void check(ArchRule rule) {
		rule.check(CLASSES);
	}

}
