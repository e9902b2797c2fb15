package dev.dbpool.neighbours.libraries;

import java.util.List;

import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * jOOQ takes a connection for each statement, or the one of Spring's transaction.
 */
@BothWays
class JooqIT extends AbstractLibraryIT {

	@Test
	void aNestedTransactionRollsBackToItsSavepoint() {
		bean(DSLContext.class).transaction((outer) -> {
			insert(outer.dsl(), "jooq outer");
			assertThatIllegalStateException().isThrownBy(() -> outer.dsl().transaction((inner) -> {
				insert(inner.dsl(), "jooq inner");
				throw new IllegalStateException();
			}));
		});
		assertThat(names("jooq %er")).containsExactly("jooq outer");
	}

	@Test
	void readsABatchThroughACursor() {
		DSLContext dsl = bean(DSLContext.class);
		dsl.batch(dsl.insertInto(DSL.table("item"), DSL.field("name")).values((String) null))
			.bind("jooq batch 1")
			.bind("jooq batch 2")
			.bind("jooq batch 3")
			.execute();
		dsl.transaction((transaction) -> {
			try (Cursor<Record1<Object>> cursor = transaction.dsl()
				.select(DSL.field("name"))
				.from(DSL.table("item"))
				.where("name like 'jooq batch%'")
				.orderBy(DSL.field("id"))
				.fetchSize(1)
				.fetchLazy()) {
				assertThat(cursor).extracting(Record1::value1)
					.containsExactly("jooq batch 1", "jooq batch 2", "jooq batch 3");
			}
		});
	}

	private static void insert(DSLContext dsl, String name) {
		Record row = dsl.insertInto(DSL.table("item"), DSL.field("name"))
			.values(name)
			.returningResult(DSL.field("id"))
			.fetchSingle();
		assertThat(row.get(0)).isNotNull();
	}

	private List<String> names(String pattern) {
		return jdbc().queryForList("select name from item where name like ? order by id", String.class, pattern);
	}

}
