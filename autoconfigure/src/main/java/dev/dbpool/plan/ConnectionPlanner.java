package dev.dbpool.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.dbpool.Decision;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Via;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Makes one {@link ConnectionPlan}.
 */
final class ConnectionPlanner {

	private static final String DRIVER_PROPERTIES = "spring.datasource.hikari.data-source-properties";

	private static final String PREPARED_STATEMENTS = "db-pool.pooler.prepared-statements";

	private static final String PREPARE_THRESHOLD = "prepareThreshold";

	private static final String CURRENT_SCHEMA = "currentSchema";

	private static final String OPTIONS = "options";

	/**
	 * Sets a server parameter, as PostgreSQL reads {@code options}:
	 * {@code -c name=value}, {@code -cname=value} or {@code --name=value}.
	 */
	private static final Pattern SETS_PARAMETER = Pattern.compile("(?:^|\\s)(?:-c\\s*|--)(\\w[\\w.-]*)\\s*=\\s*(\\S*)");

	private final ConnectionSettings settings;

	private final List<Decision> decisions = new ArrayList<>();

	private final List<String> warnings = new ArrayList<>();

	private final ViaPlanner via;

	ConnectionPlanner(ConnectionSettings settings) {
		this.settings = settings;
		this.via = new ViaPlanner(settings, this.decisions, this.warnings);
	}

	ConnectionPlan plan() {
		String poolerUrl = text(this.settings.poolerUrl());
		ConnectionTarget direct = direct(text(this.settings.directUrl()));
		ConnectionTarget migration = new ConnectionTarget(migrationUrl(direct.url()), direct.login());
		if (poolerUrl == null) {
			this.decisions.add(Decision.byProperty("runtime", "direct URL", ConnectionPlan.DIRECT_URL));
			Via via = this.via.ofDirect(direct.url());
			if (via == Via.TRANSACTION_POOLER) {
				direct = new ConnectionTarget(withPreparedStatementsDecided(ConnectionPlan.DIRECT_URL, direct.url()),
						direct.login());
			}
			return plan(direct, migration, via);
		}
		ConnectionTarget pooler = pooler(poolerUrl, direct.login());
		this.decisions.add(Decision.byProperty("runtime", "pooler URL", ConnectionPlan.POOLER_URL));
		Via via = this.via.ofPooler(pooler.url());
		if (via == Via.TRANSACTION_POOLER) {
			refuseSessionParameters(ConnectionPlan.POOLER_URL, pooler.url().parameters());
			refuseSessionParameters(DRIVER_PROPERTIES, this.settings.driverProperties());
			pooler = new ConnectionTarget(withPreparedStatementsDecided(ConnectionPlan.POOLER_URL, pooler.url()),
					pooler.login());
		}
		checkSchemas(direct.url(), pooler.url());
		checkTargets(direct.url(), pooler.url());
		this.via.checkDirectBesidePooler(direct.url());
		return plan(pooler, migration, via);
	}

	private ConnectionPlan plan(ConnectionTarget runtime, ConnectionTarget migration, Via via) {
		this.decisions.add(Decision.byProperty("migration", "direct URL", ConnectionPlan.DIRECT_URL));
		boolean preparedStatements = !"0".equals(parameter(runtime.url(), PREPARE_THRESHOLD));
		if (via != Via.TRANSACTION_POOLER) {
			this.decisions.add(Decision.byDefault("prepared-statements", preparedStatements ? "on" : "off"));
		}
		ConnectionPlan plan = new ConnectionPlan(runtime, migration, via, preparedStatements,
				List.copyOf(this.decisions), List.copyOf(this.warnings));
		return ApplicationName.into(plan, this.settings);
	}

	private ConnectionTarget direct(@Nullable String url) {
		if (url == null) {
			throw new InvalidSettingException(
					ConnectionPlan.POOLER_URL + " is set, but " + ConnectionPlan.DIRECT_URL + " is not.",
					"Set " + ConnectionPlan.DIRECT_URL
							+ " to the database itself: migrations must not go through a pooler.");
		}
		return target(ConnectionPlan.DIRECT_URL, url, this.settings.directLogin());
	}

	private ConnectionTarget pooler(String url, Login directLogin) {
		if (!ConnectionUrl.isPostgres(url)) {
			throw new InvalidSettingException(ConnectionPlan.POOLER_URL, Masking.mask(url),
					"which is no PostgreSQL URL.",
					"Write jdbc:postgresql://host:6432/database or postgres://user:password@host:6432/database, "
							+ "or leave the property out to connect to the database itself.");
		}
		ConnectionTarget target = target(ConnectionPlan.POOLER_URL, url, this.settings.poolerLogin());
		return new ConnectionTarget(target.url(), target.login().orElse(directLogin));
	}

	/**
	 * As for the driver, what stands in the URL wins over what stands beside it.
	 */
	private ConnectionTarget target(String property, String text, Login beside) {
		ConnectionUrl parsed = ConnectionUrl.parse(property, text, this.settings.knownToDriver());
		for (String name : parsed.unknownParameters()) {
			this.warnings.add(property + " has the parameter '" + Masking.mask(name)
					+ "', which neither libpq nor the driver knows. It is passed on as it is.");
		}
		if (differ(parsed.login().username(), beside.username())) {
			this.warnings.add("The user name in " + property + " differs from the one that is set beside it. "
					+ "The one in the URL is used.");
		}
		return new ConnectionTarget(parsed.url(), parsed.login().orElse(beside));
	}

	private static boolean differ(@Nullable String one, @Nullable String other) {
		return one != null && other != null && !one.equals(other);
	}

	/**
	 * Migrations bypass the pool, so what the user gave the pool for its connections must
	 * reach them in the URL.
	 */
	private PostgresUrl migrationUrl(PostgresUrl direct) {
		Map<String, String> parameters = new LinkedHashMap<>(this.settings.driverProperties());
		parameters.remove("user");
		parameters.remove("password");
		String schema = text(this.settings.schema());
		if (schema != null) {
			parameters.put(CURRENT_SCHEMA, schema);
		}
		return direct.withDefaults(parameters);
	}

	private static void refuseSessionParameters(String property, Map<String, String> parameters) {
		if (parameters.containsKey(CURRENT_SCHEMA)) {
			throw new InvalidSettingException(property, CURRENT_SCHEMA + "=" + parameters.get(CURRENT_SCHEMA),
					"but a transaction pooler refuses it or ignores it.",
					"Remove " + CURRENT_SCHEMA + " and set the schema for the role, in the database itself: "
							+ "ALTER ROLE ... SET search_path = ...; or qualify the table names.");
		}
		Matcher sets = SETS_PARAMETER.matcher(parameters.getOrDefault(OPTIONS, ""));
		if (sets.find()) {
			throw new InvalidSettingException(property, OPTIONS + "=" + sets.group().strip(),
					"but a transaction pooler refuses it or ignores it.",
					"Remove it from " + OPTIONS + " and set the parameter for the role, in the database itself: "
							+ "ALTER ROLE ... SET " + sets.group(1) + " = ...");
		}
	}

	/**
	 * Named statements live in a server connection, and behind a transaction pooler the
	 * next transaction may get another one. The parameter goes into the URL, because
	 * there it beats every other place where a user may have set it.
	 */
	private PostgresUrl withPreparedStatementsDecided(String property, PostgresUrl pooler) {
		if (this.settings.preparedStatements()) {
			this.decisions.add(Decision.byProperty("prepared-statements", "on", PREPARED_STATEMENTS));
			return pooler;
		}
		String inUrl = parameter(pooler, PREPARE_THRESHOLD);
		String inProperties = this.settings.driverProperties().get(PREPARE_THRESHOLD);
		String value = (inUrl != null) ? inUrl : inProperties;
		if (value != null && !value.equals("0")) {
			this.warnings.add("%s=%s in %s is overridden with 0: server-side prepared statements break behind a "
				.formatted(PREPARE_THRESHOLD, Masking.mask(value), (inUrl != null) ? property : DRIVER_PROPERTIES)
					+ "transaction pooler. If this one tracks them, set " + PREPARED_STATEMENTS + "=true.");
		}
		this.decisions.add(Decision.byDefault("prepared-statements", "off"));
		return pooler.with(PREPARE_THRESHOLD, "0");
	}

	private void checkSchemas(PostgresUrl direct, PostgresUrl pooler) {
		String schema = schema(direct);
		if (schema != null && !Objects.equals(schema, schema(pooler))) {
			throw new InvalidSettingException(ConnectionPlan.DIRECT_URL, CURRENT_SCHEMA + "=" + schema,
					"but " + ConnectionPlan.POOLER_URL
							+ " does not have it: migrations and runtime would see different schemas.",
					"Remove it from the URL and set the schema for the role, in the database itself: "
							+ "ALTER ROLE ... SET search_path = " + schema);
		}
	}

	private static @Nullable String schema(PostgresUrl url) {
		String schema = parameter(url, CURRENT_SCHEMA);
		if (schema == null) {
			Matcher sets = SETS_PARAMETER.matcher(url.parameters().getOrDefault(OPTIONS, ""));
			while (sets.find()) {
				schema = sets.group(1).equals("search_path") ? sets.group(2) : schema;
			}
		}
		return schema;
	}

	private void checkTargets(PostgresUrl direct, PostgresUrl pooler) {
		if (!Objects.equals(direct.database(), pooler.database())) {
			this.warnings.add("%s names the database '%s', %s the database '%s'. That is right only if one is an alias."
				.formatted(ConnectionPlan.POOLER_URL, pooler.database(), ConnectionPlan.DIRECT_URL, direct.database()));
		}
		if (direct.sameTarget(pooler) && this.settings.probedPooler() == null) {
			this.warnings.add(ConnectionPlan.POOLER_URL + " and " + ConnectionPlan.DIRECT_URL
					+ " name the same host, port and database: one of them is probably not what it should be.");
		}
	}

	private static @Nullable String parameter(PostgresUrl url, String name) {
		return url.parameters().get(name);
	}

	private static @Nullable String text(@Nullable String value) {
		return (value == null || value.isBlank()) ? null : value.strip();
	}

}
