package dev.dbpool.autoconfigure;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.PostgresUrl;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Names the property of the server that the application could not connect to.
 */
class ConnectFailureAnalyzer implements FailureAnalyzer {

	private static final String POOL = "com.zaxxer.hikari.";

	private final @Nullable BeanFactory beans;

	private final Environment environment;

	ConnectFailureAnalyzer(@Nullable BeanFactory beans, Environment environment) {
		this.beans = beans;
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		List<Throwable> all = all(failure);
		all.addAll(all(HiddenFailure.behind(failure, this.beans)));
		for (Throwable next : all) {
			if (next instanceof SQLException error) {
				IOException root = root(error);
				ConnectFailure kind = ConnectFailure.of(error, root);
				String property = property(all);
				PostgresUrl url = (kind != null) ? url(property) : null;
				if (kind != null && url != null) {
					return new FailureAnalysis(
							"Could not connect to %s, which %s points to. %s%n%nThe driver said: %s"
								.formatted(servers(url), property, kind.happened(), said(error, root)),
							kind.action(property), failure);
				}
			}
		}
		return null;
	}

	private static String said(SQLException error, @Nullable IOException root) {
		String message = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
		return Masking.mask((root != null) ? message + " (" + root + ")" : message);
	}

	/**
	 * The pool uses one of two URLs, everything else the direct one or a URL of its own.
	 */
	private String property(List<Throwable> all) {
		boolean pool = all.stream()
			.flatMap((ex) -> Arrays.stream(ex.getStackTrace()))
			.anyMatch((frame) -> frame.getClassName().startsWith(POOL));
		if (pool) {
			boolean enabled = this.environment.getProperty("db-pool.enabled", Boolean.class, true);
			return (enabled && isSet(ConnectionPlan.POOLER_URL)) ? ConnectionPlan.POOLER_URL
					: ConnectionPlan.DIRECT_URL;
		}
		for (String tool : new String[] { "flyway", "liquibase" }) {
			String own = "spring." + tool + ".url";
			if (isSet(own) && all.stream().anyMatch((ex) -> ex.getClass().getName().contains(tool))) {
				return own;
			}
		}
		return ConnectionPlan.DIRECT_URL;
	}

	private boolean isSet(String property) {
		return StringUtils.hasText(this.environment.getProperty(property));
	}

	private @Nullable PostgresUrl url(String property) {
		String text = this.environment.getProperty(property);
		try {
			return (text != null && ConnectionPlan.isPlainPostgres(text)) ? PostgresUrl.of(property, text) : null;
		}
		catch (InvalidSettingException ex) {
			return null;
		}
	}

	private static String servers(PostgresUrl url) {
		return url.hosts().contains(",") ? url.hosts() : url.host() + ":" + url.port();
	}

	/**
	 * Returns what the network said. What the pool's connections throw has it suppressed.
	 */
	private static @Nullable IOException root(SQLException error) {
		for (Throwable next : all(error)) {
			if (next instanceof IOException root) {
				return root;
			}
		}
		return null;
	}

	/**
	 * Breadth first, each exception once: chains may be circular.
	 */
	private static List<Throwable> all(@Nullable Throwable failure) {
		List<Throwable> all = new ArrayList<>();
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		Deque<Throwable> queue = new ArrayDeque<>();
		for (Throwable next = failure; next != null; next = queue.poll()) {
			if (seen.add(next)) {
				all.add(next);
				if (next.getCause() != null) {
					queue.add(next.getCause());
				}
				queue.addAll(Arrays.asList(next.getSuppressed()));
			}
		}
		return all;
	}

}
