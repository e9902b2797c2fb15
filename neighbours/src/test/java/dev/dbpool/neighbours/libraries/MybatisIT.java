package dev.dbpool.neighbours.libraries;

import java.io.IOException;

import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.cursor.Cursor;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.junit.jupiter.api.Test;
import org.mybatis.spring.SqlSessionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * MyBatis takes a connection for each call of a mapper, or the one of Spring's
 * transaction.
 */
@BothWays
class MybatisIT extends AbstractLibraryIT {

	@Test
	void tellsGeneratedKeys() {
		Item item = new Item("mybatis single");
		bean(Items.class).insert(item);
		assertThat(jdbc().queryForObject("select id from item where name = 'mybatis single'", Long.class))
			.isEqualTo(item.id);
	}

	@Test
	void readsABatchThroughACursor() {
		Items batch = new SqlSessionTemplate(bean(SqlSessionFactory.class), ExecutorType.BATCH).getMapper(Items.class);
		transaction().executeWithoutResult((status) -> {
			for (int i = 1; i <= 3; i++) {
				batch.insert(new Item("mybatis batch " + i));
			}
		});
		transaction().executeWithoutResult((status) -> {
			try (Cursor<String> cursor = bean(Items.class).names("mybatis batch%")) {
				assertThat(cursor).containsExactly("mybatis batch 1", "mybatis batch 2", "mybatis batch 3");
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	@Test
	void aRolledBackTransactionLeavesNothing() {
		transaction().executeWithoutResult((status) -> {
			bean(Items.class).insert(new Item("mybatis lost"));
			status.setRollbackOnly();
		});
		assertThat(jdbc().queryForList("select 1 from item where name = 'mybatis lost'")).isEmpty();
	}

	@Mapper
	interface Items {

		@Insert("insert into item (name) values (#{name})")
		@Options(useGeneratedKeys = true, keyProperty = "id", keyColumn = "id")
		void insert(Item item);

		@Select("select name from item where name like #{pattern} order by id")
		@Options(fetchSize = 1)
		Cursor<String> names(String pattern);

	}

	static class Item {

		private final String name;

		private long id;

		Item(String name) {
			this.name = name;
		}

	}

}
