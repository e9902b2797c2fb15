package dev.dbpool.neighbours.libraries;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Runs the tests of a class in an application on plain Spring Boot, and in one behind a
 * transaction pooler. Classes with the same properties share the two applications.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}", autoCloseArguments = false)
@ArgumentsSource(BothWays.Applications.class)
@interface BothWays {

	/**
	 * The properties of the two applications.
	 */
	String[] properties() default {};

	class Applications extends AnnotationBasedArgumentsProvider<BothWays> {

		@Override
		protected Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters,
				ExtensionContext context, BothWays annotation) {
			Store store = context.getRoot().getStore(Namespace.create(BothWays.class));
			return Stream.of(Way.values())
				.map((way) -> store.computeIfAbsent(way + String.join(",", annotation.properties()),
						(key) -> LibraryApplication.start(way, annotation.properties())))
				.map(Arguments::of);
		}

	}

}
