package dev.dbpool.actuate;

/**
 * A user of connections, and the URL that it uses.
 *
 * @param user for example {@code application} or {@code flyway}
 * @param url the URL, secrets masked
 * @param origin the property that the URL came from
 */
public record ConnectionUse(String user, String url, String origin) {
}
