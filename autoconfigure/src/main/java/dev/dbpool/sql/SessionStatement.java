package dev.dbpool.sql;

import org.jspecify.annotations.Nullable;

/**
 * SQL that leaves something in the session.
 *
 * @param state what it leaves
 * @param parameter which setting, where it is one
 */
public record SessionStatement(SessionState state, String parameter) {

	/**
	 * Looks for session state.
	 * @param sql one or more statements
	 * @return the first that was found, or the first that may misplace data; {@code null}
	 * if there is none
	 */
	public static @Nullable SessionStatement find(String sql) {
		return new SessionStateFinder(sql).find();
	}

	static @Nullable SessionStatement ofSetting(String parameter) {
		SessionState state = SessionState.ofSetting(parameter);
		return (state != null) ? new SessionStatement(state, printable(parameter)) : null;
	}

	/**
	 * A reset leaves the value that all clients expect.
	 */
	static SessionStatement resetting(String parameter) {
		return new SessionStatement(SessionState.SETTING,
				parameter.equals("all") ? "all settings" : printable(parameter));
	}

	/**
	 * The name of a setting may come from a literal, which may be anything.
	 */
	private static String printable(String parameter) {
		return parameter.matches("[\\w.]{1,100}") ? parameter : "a setting";
	}

	/**
	 * Whether it can put data into the wrong place or the wrong hands, this client's or
	 * another's.
	 * @return {@code false} if the state is only lost
	 */
	public boolean isMisplacing() {
		return this.state.isMisplacing();
	}

	/**
	 * Returns why a physical connection must be kept for it.
	 * @return a few words
	 */
	public String pin() {
		return this.state.pin(this.parameter);
	}

	/**
	 * Returns what it does, and the way out.
	 * @return one or more sentences
	 */
	public String explain() {
		return this.state.explain(this.parameter);
	}

}
