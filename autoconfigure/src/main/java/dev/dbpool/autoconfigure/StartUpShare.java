package dev.dbpool.autoconfigure;

/**
 * What a migration tool needs at start-up.
 *
 * @param tool its name
 * @param off the setting that turns it off
 * @param connections how many connections it has open at the same time, re-measured by
 * {@code MigrationIT}
 * @param direct whether it migrates through the direct URL, not through one of its own
 */
record StartUpShare(String tool, String off, int connections, boolean direct) {
}
