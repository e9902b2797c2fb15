package dev.dbpool.benchmarks.chat;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * A person who may chat.
 */
@Entity
class Account {

	@Id
	private long id;

	private String apiKey;

	protected Account() {
		// For JPA.
	}

	long id() {
		return this.id;
	}

}
