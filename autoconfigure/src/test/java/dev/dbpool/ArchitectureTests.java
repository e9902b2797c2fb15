package dev.dbpool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
	 * The table of docs/architecture.md.
	 */
	@ParameterizedTest
	@MethodSource("rooms")
	void eachPackageImportsWhatTheDocumentSays(String name, Set<String> others) {
		check(ArchRuleDefinition.classes()
			.that()
			.resideInAPackage("dev.dbpool." + name)
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(Stream
				.concat(Stream.of("java..", "javax..", "org.jspecify..", "dev.dbpool", "dev.dbpool." + name),
						others.stream())
				.toArray(String[]::new)));
	}

	static List<Arguments> rooms() throws IOException {
		List<Arguments> rooms = new ArrayList<>();
		for (String line : Files.readAllLines(Path.of("..", "docs", "architecture.md"))) {
			String[] cells = line.split("\\|");
			if (line.startsWith("| `") && cells.length == 4 && !cells[1].contains("autoconfigure")) {
				rooms.add(Arguments.of(names(cells[1]).iterator().next(),
						names(cells[3]).stream()
							.map((name) -> name.contains(".") ? name : "dev.dbpool." + name)
							.collect(Collectors.toSet())));
			}
		}
		assertThat(rooms).extracting((room) -> "dev.dbpool." + room.get()[0])
			.containsExactlyInAnyOrderElementsOf(CLASSES.getPackage("dev.dbpool")
				.getSubpackages()
				.stream()
				.map(JavaPackage::getName)
				.filter((name) -> !name.equals("dev.dbpool.autoconfigure") && !name.equals("dev.dbpool.test"))
				.toList());
		return rooms;
	}

	private static Set<String> names(String cell) {
		return Pattern.compile("`([^`]+)`")
			.matcher(cell)
			.results()
			.map((name) -> name.group(1))
			.collect(Collectors.toSet());
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
