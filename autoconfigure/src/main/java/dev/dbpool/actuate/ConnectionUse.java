package dev.dbpool.actuate;

import org.jspecify.annotations.Nullable;

/**
 * A user of connections, and the URL that it uses.
 *
 * @param user for example {@code application} or {@code flyway}
 * @param url the URL, secrets masked; {@code null} if there is none
 * @param origin the property that the URL came from
 */
public record ConnectionUse(String user, @Nullable String url, String origin) {
}
