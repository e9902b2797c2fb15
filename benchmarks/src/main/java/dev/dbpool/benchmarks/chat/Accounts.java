package dev.dbpool.benchmarks.chat;

import java.util.Optional;

import org.springframework.data.repository.Repository;

/**
 * Finds out who is calling.
 */
interface Accounts extends Repository<Account, Long> {

	Optional<Account> findByApiKey(String apiKey);

}
