package dev.dbpool.sample;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * A person who may chat.
 */
@Entity
@Table(name = "users")
class User {

	@Id
	private long id;

	private String name;

	private String apiKeyHash;

	@SuppressWarnings("NullAway.Init")
	protected User() {
		// For JPA.
	}

	long id() {
		return this.id;
	}

}
