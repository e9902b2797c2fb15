package dev.dbpool;

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
import dev.dbpool.plan.Masking;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.util.ConcurrentLruCache;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packages' rules, and Spring Boot's own rules for auto-configurations.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("dev.dbpool")
		.that(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("dev.dbpool.test..")));

	@Test
	void valuesSeeTheJdkOnly() {
		check(ArchRuleDefinition.classes()
			.that()
			.resideInAnyPackage("dev.dbpool", "dev.dbpool.plan", "dev.dbpool.sizing")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", "dev.dbpool", "dev.dbpool.plan", "dev.dbpool.sizing"));
	}

	@Test
	void sqlSeesTheJdkOnly() {
		check(ArchRuleDefinition.classes()
			.that()
			.resideInAPackage("dev.dbpool.sql")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", "dev.dbpool.sql"));
	}

	@Test
	void planAndSizingDoNotSeeEachOther() {
		check(ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage("dev.dbpool.plan")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.dbpool.sizing"));
		check(ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage("dev.dbpool.sizing")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.dbpool.plan"));
	}

	@Test
	void leaseSeesJdbcSqlHikariAndSpringsDataSource() {
		check(ArchRuleDefinition.classes()
			.that()
			.resideInAPackage("dev.dbpool.lease")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "javax.net", "javax.sql", "org.jspecify..", "dev.dbpool", "dev.dbpool.sql",
					"dev.dbpool.lease", "com.zaxxer.hikari", "com.zaxxer.hikari.metrics", "com.zaxxer.hikari.pool",
					"org.postgresql", "org.postgresql.core", "org.postgresql.util", "org.apache.commons.logging",
					"org.springframework.jdbc.datasource", "org.springframework.transaction.support"));
	}

	@Test
	void guardSeesJdbcSqlAndTheLease() {
		check(ArchRuleDefinition.classes()
			.that()
			.resideInAPackage("dev.dbpool.guard")
			.should()
			.onlyDependOnClassesThat(JavaClass.Predicates
				.resideInAnyPackage("java..", "javax.sql", "org.jspecify..", "dev.dbpool", "dev.dbpool.guard",
						"dev.dbpool.lease", "dev.dbpool.sql", "org.apache.commons.logging")
				.or(JavaClass.Predicates.type(Masking.class))
				.or(JavaClass.Predicates.type(ConcurrentLruCache.class))));
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
