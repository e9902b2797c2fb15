package dev.dbpool.sample;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * A conversation of one user with the model.
 */
@Entity
@Table(name = "conversations")
class Conversation {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private long id;

	private long userId;

	protected Conversation() {
		// For JPA.
	}

	Conversation(long userId) {
		this.userId = userId;
	}

	long id() {
		return this.id;
	}

}
