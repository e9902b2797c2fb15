package dev.dbpool.sample;

import java.util.Optional;

import org.springframework.data.repository.Repository;

/**
 * The users in the database.
 */
interface Users extends Repository<User, Long> {

	Optional<User> findByApiKeyHash(String apiKeyHash);

}
