package dev.dbpool.actuate;

/**
 * Who connects where.
 *
 * @param user for example {@code application} or {@code flyway}
 * @param url the URL, secrets masked
 * @param origin the property that the URL came from
 */
public record ConnectionUse(String user, String url, String origin) {
}
