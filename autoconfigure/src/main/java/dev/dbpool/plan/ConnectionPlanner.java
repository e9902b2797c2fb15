package dev.dbpool.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.dbpool.Decision;
import dev.dbpool.DirectMode;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Via;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Makes one {@link ConnectionPlan}: reads the URLs, says where to ask what is behind
 * them, and then decides. Immutable.
 */
public final class ConnectionPlanner {

	private final ConnectionSettings settings;

	private final ConnectionTarget runtime;

	private final @Nullable ConnectionTarget migration;

	private final @Nullable PostgresUrl directUrl;

	private final boolean hasPooler;

	private final List<String> warnings;

	/**
	 * Reads the URLs.
	 * @param settings what the user set
	 * @throws InvalidSettingException if one of them is not a URL that can be used
	 */
	public ConnectionPlanner(ConnectionSettings settings) {
		PropertyNames names = settings.names();
		String directText = text(settings.directUrl());
		String poolerText = text(settings.poolerUrl());
		List<String> warnings = new ArrayList<>();
		ConnectionTarget direct = null;
		if (directText != null) {
			ConnectionUrl parsed = ConnectionUrl.parse(names.directUrl(), directText, settings.knownToDriver());
			warnings.addAll(warnings(names.directUrl(), parsed, settings.directLogin()));
			direct = new ConnectionTarget(names.directUrl(), parsed.url(),
					parsed.login().orElse(settings.directLogin()), parsed.login());
		}
		ConnectionTarget runtime = direct;
		if (poolerText != null) {
			ConnectionUrl parsed = parsePooler(poolerText, settings);
			warnings.addAll(warnings(names.poolerUrl(), parsed, settings.poolerLogin()));
			Login own = parsed.login().orElse(settings.poolerLogin());
			runtime = new ConnectionTarget(names.poolerUrl(), parsed.url(),
					own.orElse((direct != null) ? direct.login() : settings.directLogin()),
					(direct != null) ? own.orElse(direct.own()) : own);
		}
		if (runtime == null) {
			throw new InvalidSettingException(names.directUrl() + " is not set.",
					"Set " + names.directUrl() + " to the database itself.");
		}
		this.settings = settings;
		this.hasPooler = poolerText != null;
		this.directUrl = (direct != null) ? direct.url() : null;
		PostgresUrl migrationUrl = (direct != null) ? migrationUrl(direct.url(), settings) : runtime.url();
		ApplicationName name = new ApplicationName(settings, runtime.url(), migrationUrl);
		this.runtime = runtime.with(name.into(runtime.url()));
		this.migration = (direct != null) ? direct.with(name.into(migrationUrl)) : null;
		this.warnings = List.copyOf(warnings);
	}

	private static @Nullable String text(@Nullable String value) {
		return (value == null || value.isBlank()) ? null : value.strip();
	}

	private static ConnectionUrl parsePooler(String url, ConnectionSettings settings) {
		String property = settings.names().poolerUrl();
		if (!ConnectionUrl.isPostgres(url)) {
			throw new InvalidSettingException(property, Masking.mask(url), "which is not a PostgreSQL URL.",
					"Write jdbc:postgresql://host:6432/database or postgres://user:password@host:6432/database, "
							+ "or leave the property out to connect to the database itself.");
		}
		return ConnectionUrl.parse(property, url, settings.knownToDriver());
	}

	/**
	 * As for the driver, the login in the URL wins over the one beside it.
	 */
	private static List<String> warnings(String property, ConnectionUrl parsed, Login beside) {
		List<String> warnings = new ArrayList<>();
		for (String name : parsed.unknownParameters()) {
			warnings.add(property + " has the parameter '" + Masking.mask(name)
					+ "', which neither libpq nor the driver knows. It is passed on as it is.");
		}
		String username = parsed.login().username();
		if (username != null && beside.username() != null && !username.equals(beside.username())) {
			warnings.add("The user name in " + property + " differs from the one that is set beside it. "
					+ "The one in the URL is used.");
		}
		return warnings;
	}

	/**
	 * Migrations bypass the pool, so what the user gave the pool for its connections must
	 * reach them in the URL.
	 */
	private static PostgresUrl migrationUrl(PostgresUrl direct, ConnectionSettings settings) {
		Map<String, String> parameters = new LinkedHashMap<>(settings.driverProperties());
		parameters.remove("user");
		parameters.remove("password");
		String schema = text(settings.schema());
		if (schema != null) {
			parameters.put(SessionParameters.CURRENT_SCHEMA, schema);
		}
		return direct.withDefaults(parameters);
	}

	/**
	 * Returns what the settings are called.
	 * @return the names
	 */
	public PropertyNames names() {
		return this.settings.names();
	}

	/**
	 * Returns the direct URL, as migrations use it.
	 * @return the target to ask; {@code null} if there is none
	 */
	public @Nullable ConnectionTarget direct() {
		return this.migration;
	}

	/**
	 * Whether the user says that the direct URL is a pooler in session mode.
	 * @return {@code true} if that is set
	 */
	public boolean directIsSetToSession() {
		return this.settings.directMode() == DirectMode.SESSION;
	}

	/**
	 * Returns the pooler URL.
	 * @return the target to ask; {@code null} if there is no pooler
	 */
	public @Nullable ConnectionTarget pooler() {
		return this.hasPooler ? this.runtime : null;
	}

	/**
	 * Returns the login of the application's queries.
	 * @return that of the pooler URL if there is one, else of the direct URL
	 */
	public Login runtimeLogin() {
		return this.runtime.login();
	}

	/**
	 * Whether the two URLs name different databases: an alias, or a mistake. Only the
	 * server knows.
	 * @return {@code true} if the names differ
	 */
	public boolean namesDifferentDatabases() {
		return this.directUrl != null && !Objects.equals(this.runtime.url().database(), this.directUrl.database());
	}

	/**
	 * Decides.
	 * @param probedDirect what a probe found behind the direct URL; {@code null} if there
	 * was none
	 * @param probedPooler what a probe found behind the pooler URL; {@code null} if there
	 * was none
	 * @return the plan
	 * @throws InvalidSettingException if a setting cannot work
	 */
	public ConnectionPlan plan(@Nullable ProbeResult probedDirect, @Nullable ProbeResult probedPooler) {
		ViaDecision migrationVia = migrationVia(probedDirect);
		ViaDecision via = (this.hasPooler || migrationVia == null)
				? ViaDecision.ofPooler(names(), this.runtime.url(), this.settings.poolerMode(), probedPooler)
				: migrationVia;
		if (this.hasPooler && via.via() == Via.TRANSACTION_POOLER) {
			SessionParameters.refuse(this.runtime.property(), this.runtime.url().parameters());
			SessionParameters.refuse(names().driverProperties(), this.settings.driverProperties());
		}
		PreparedStatements prepared = PreparedStatements.of(this.runtime, via.via(), this.settings);
		List<Decision> decisions = new ArrayList<>(List.of(
				Decision.byProperty("runtime", this.hasPooler ? "pooler URL" : "direct URL", this.runtime.property()),
				via.decision("via"), prepared.decision()));
		List<String> all = new ArrayList<>(this.warnings);
		all.addAll(via.warnings());
		if (migrationVia != null) {
			decisions.add(Decision.byProperty("migration", "direct URL", names().directUrl()));
			decisions.add(migrationVia.decision("migration-via"));
			all.addAll(this.hasPooler ? migrationVia.warnings() : List.of());
		}
		else {
			decisions.add(Decision.byDefault("migration", "none"));
		}
		all.addAll(prepared.warnings());
		if (this.hasPooler && this.directUrl != null) {
			refuseDifferentSchemas(this.directUrl);
			all.addAll(targetWarnings(this.directUrl, probedPooler));
		}
		return new ConnectionPlan(names(), this.runtime.with(prepared.url()), this.migration, via.via(),
				(migrationVia != null) ? migrationVia.via() : null, prepared.on(), List.copyOf(decisions),
				List.copyOf(all));
	}

	private @Nullable ViaDecision migrationVia(@Nullable ProbeResult probed) {
		if (this.directUrl == null) {
			return null;
		}
		return this.hasPooler ? ViaDecision.besidePooler(this.settings, this.directUrl, probed)
				: ViaDecision.ofDirect(this.settings, this.directUrl, probed);
	}

	private void refuseDifferentSchemas(PostgresUrl direct) {
		String schema = SessionParameters.schema(direct);
		if (schema != null && !Objects.equals(schema, SessionParameters.schema(this.runtime.url()))) {
			throw new InvalidSettingException(names().directUrl(), SessionParameters.CURRENT_SCHEMA + "=" + schema,
					"but " + names().poolerUrl()
							+ " does not have it: migrations and runtime would see different schemas.",
					"Remove it from the URL and set the schema for the role, in the database itself: "
							+ "ALTER ROLE ... SET search_path = " + schema);
		}
	}

	private List<String> targetWarnings(PostgresUrl direct, @Nullable ProbeResult probedPooler) {
		List<String> warnings = new ArrayList<>();
		if (namesDifferentDatabases()) {
			warnings.add("%s names the database '%s', %s the database '%s'. That is right only if one is an alias."
				.formatted(names().poolerUrl(), this.runtime.url().database(), names().directUrl(), direct.database()));
		}
		if (probedPooler == null && direct.sameTarget(this.runtime.url())) {
			warnings.add(names().poolerUrl() + " and " + names().directUrl()
					+ " name the same host, port and database: one of them is probably not what it should be.");
		}
		return warnings;
	}

}
