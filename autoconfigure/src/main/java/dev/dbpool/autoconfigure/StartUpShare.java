package dev.dbpool.autoconfigure;

/**
 * How many connections a migration tool has open at the same time.
 *
 * @param connections the number, re-measured by {@code MigrationIT}
 */
record StartUpShare(int connections) {
}
