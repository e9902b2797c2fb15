package dev.dbpool.neighbours.libraries;

import java.util.List;
import java.util.function.Function;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.envers.AuditReader;
import org.hibernate.envers.AuditReaderFactory;
import org.hibernate.envers.Audited;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.orm.jpa.SharedEntityManagerCreator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hibernate Envers writes a revision in the transaction that changes an entity.
 */
@BothWays(properties = "--spring.autoconfigure.exclude=")
class EnversIT extends AbstractLibraryIT {

	@Test
	void recordsARevisionForEachTransactionThatCommits() {
		Long id = inTransaction((entities) -> {
			AuditedItem item = new AuditedItem();
			item.name = "first";
			entities.persist(item);
			return item.id;
		});
		inTransaction((entities) -> entities.find(AuditedItem.class, id).name = "second");
		transaction().executeWithoutResult((status) -> {
			entities().find(AuditedItem.class, id).name = "never";
			entities().flush();
			status.setRollbackOnly();
		});
		inTransaction((entities) -> {
			AuditReader audit = AuditReaderFactory.get(entities);
			List<Number> revisions = audit.getRevisions(AuditedItem.class, id);
			assertThat(revisions).hasSize(2);
			assertThat(revisions).extracting((revision) -> audit.find(AuditedItem.class, id, revision).name)
				.containsExactly("first", "second");
			return revisions;
		});
	}

	private <T> T inTransaction(Function<EntityManager, T> work) {
		return transaction().execute((status) -> work.apply(entities()));
	}

	private EntityManager entities() {
		return SharedEntityManagerCreator.createSharedEntityManager(bean(EntityManagerFactory.class));
	}

	@Entity
	@Audited
	@Table(name = "audited_item")
	static class AuditedItem {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		private @Nullable Long id;

		private @Nullable String name;

	}

}
