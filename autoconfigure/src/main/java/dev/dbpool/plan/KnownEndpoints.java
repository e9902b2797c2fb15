package dev.dbpool.plan;

import java.util.Locale;

/**
 * What the host and port of well-known providers say about a pooler. A hint: what the
 * user sets wins.
 */
final class KnownEndpoints {

	private KnownEndpoints() {
	}

	/**
	 * Supabase's shared pooler hands out sessions on 5432 and transactions on 6543.
	 */
	static boolean isSessionPooler(PostgresUrl url) {
		return url.host().toLowerCase(Locale.ROOT).endsWith(".pooler.supabase.com")
				&& url.port() == PostgresUrl.DEFAULT_PORT;
	}

}
