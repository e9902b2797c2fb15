package dev.dbpool.plan;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import dev.dbpool.Via;
import org.jspecify.annotations.Nullable;

/**
 * What host and port of well-known providers say about an endpoint. A hint: what the user
 * sets wins, and a probe knows better.
 */
final class KnownEndpoints {

	private static final int ANY_PORT = -1;

	private static final String ANY_HOST = ".*";

	/**
	 * The first match counts. Sources are in {@code docs/sizing.md}.
	 */
	private static final List<KnownEndpoint> ENDPOINTS = List.of(
			new KnownEndpoint("Supabase", ".*\\.pooler\\.supabase\\.com", 6543, Via.TRANSACTION_POOLER),
			new KnownEndpoint("Supabase", ".*\\.pooler\\.supabase\\.com", 5432, Via.SESSION_POOLER),
			new KnownEndpoint("Supabase", "db\\..*\\.supabase\\.co", 6543, Via.TRANSACTION_POOLER),
			new KnownEndpoint("Supabase", "db\\..*\\.supabase\\.co", 5432, Via.DIRECT),
			new KnownEndpoint("Neon", "[^.]+-pooler\\..*\\.neon\\.tech", ANY_PORT, Via.TRANSACTION_POOLER),
			new KnownEndpoint("Neon", ".*\\.neon\\.tech", ANY_PORT, Via.DIRECT),
			new KnownEndpoint("Azure", ".*\\.postgres\\.database\\.azure\\.com", 6432, Via.TRANSACTION_POOLER),
			new KnownEndpoint("Azure", ".*\\.postgres\\.database\\.azure\\.com", 8432, Via.TRANSACTION_POOLER),
			new KnownEndpoint("Azure", ".*\\.postgres\\.database\\.azure\\.com", 5432, Via.DIRECT),
			new KnownEndpoint("PlanetScale", ".*\\.psdb\\.cloud", 6432, Via.TRANSACTION_POOLER),
			new KnownEndpoint("PlanetScale", ".*\\.psdb\\.cloud", 5432, Via.DIRECT),
			new KnownEndpoint("Crunchy Bridge", ".*\\.postgresbridge\\.com", 5431, Via.TRANSACTION_POOLER),
			new KnownEndpoint("Crunchy Bridge", ".*\\.postgresbridge\\.com", 5432, Via.DIRECT),
			new KnownEndpoint("Prisma Postgres", "pooled\\.db\\.prisma\\.io", ANY_PORT, Via.TRANSACTION_POOLER),
			new KnownEndpoint("Prisma Postgres", "db\\.prisma\\.io", ANY_PORT, Via.DIRECT),
			new KnownEndpoint("DigitalOcean", ".*\\.db\\.ondigitalocean\\.com", 25061, Via.TRANSACTION_POOLER),
			new KnownEndpoint("DigitalOcean", ".*\\.db\\.ondigitalocean\\.com", 25060, Via.DIRECT),
			new KnownEndpoint("RDS Proxy", ".*\\.proxy-[^.]*\\..*\\.rds\\.amazonaws\\.com", ANY_PORT,
					Via.TRANSACTION_POOLER),
			new KnownEndpoint("Amazon RDS", ".*\\.rds\\.amazonaws\\.com", ANY_PORT, Via.DIRECT),
			// PgBouncer's own default port
			new KnownEndpoint("PgBouncer", ANY_HOST, 6432, Via.TRANSACTION_POOLER));

	private KnownEndpoints() {
	}

	static @Nullable KnownEndpoint find(PostgresUrl url) {
		return ENDPOINTS.stream().filter((endpoint) -> endpoint.matches(url)).findFirst().orElse(null);
	}

	record KnownEndpoint(String provider, Pattern host, int port, Via via) {

		KnownEndpoint(String provider, String host, int port, Via via) {
			this(provider, Pattern.compile(host), port, via);
		}

		/**
		 * Whether the port alone decides.
		 */
		boolean isAnyHost() {
			return this.host.pattern().equals(ANY_HOST);
		}

		private boolean matches(PostgresUrl url) {
			return (this.port == ANY_PORT || this.port == url.port())
					&& this.host.matcher(url.host().toLowerCase(Locale.ROOT)).matches();
		}

	}

}
