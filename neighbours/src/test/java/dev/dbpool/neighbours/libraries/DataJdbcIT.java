package dev.dbpool.neighbours.libraries;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Configuration;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.relational.core.mapping.MappedCollection;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.CrudRepository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Spring Data JDBC writes an aggregate in one transaction.
 */
@BothWays
class DataJdbcIT extends AbstractLibraryIT {

	@Test
	void writesAggregatesAndDetectsConflicts() {
		Items items = bean(Items.class);
		Item saved = items.save(new Item(null, "data aggregate", null, Set.of(new Part("a"), new Part("b"))));
		assertThat(items.findById(saved.id())).hasValueSatisfying((found) -> assertThat(found.parts()).hasSize(2));
		items.save(new Item(saved.id(), "data changed", saved.version(), Set.of(new Part("c"))));
		assertThatExceptionOfType(OptimisticLockingFailureException.class).isThrownBy(() -> items.save(saved));
		assertThat(jdbc().queryForList("select name from part where item = ?", String.class, saved.id()))
			.containsExactly("c");
	}

	@Test
	void readsAndLocksInATransaction() {
		Items items = bean(Items.class);
		items
			.saveAll(List.of(new Item(null, "data lock", null, Set.of()), new Item(null, "data lock", null, Set.of())));
		transaction().executeWithoutResult((status) -> {
			assertThat(items.findWithLockByName("data lock")).hasSize(2);
			assertThat(jdbc().queryForObject("select count(*) from pg_locks where relation = 'item'::regclass "
					+ "and mode = 'RowShareLock' and pid = pg_backend_pid()", Integer.class))
				.isOne();
			try (Stream<Item> found = items.streamByName("data lock")) {
				assertThat(found).hasSize(2);
			}
		});
	}

	interface Items extends CrudRepository<Item, Long> {

		@Lock(LockMode.PESSIMISTIC_WRITE)
		List<Item> findWithLockByName(String name);

		Stream<Item> streamByName(String name);

	}

	record Item(@Id @Nullable Long id, String name, @Version @Nullable Long version,
			@MappedCollection(idColumn = "item") Set<Part> parts) {

	}

	record Part(String name) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcRepositories(considerNestedRepositories = true)
	static class Repositories {

	}

}
