package dev.dbpool;

/**
 * A setting that cannot work. Stops the start-up; its message names the property, shows
 * the value without secrets and says the way out.
 */
public class InvalidSettingException extends IllegalArgumentException {

	private final String reason;

	private final String action;

	/**
	 * Creates the exception.
	 * @param property the name of the property to change
	 * @param value its value as it may be shown: secrets already masked
	 * @param problem why it cannot work, the rest of a sentence that begins with property
	 * and value
	 * @param action the way out, a sentence of its own
	 */
	public InvalidSettingException(String property, Object value, String problem, String action) {
		this("%s is '%s', %s".formatted(property, value, problem), action);
	}

	/**
	 * Creates the exception for what is not about the value of one property.
	 * @param reason why it cannot work, secrets already masked
	 * @param action the way out
	 */
	public InvalidSettingException(String reason, String action) {
		super(reason + " " + action);
		this.reason = reason;
		this.action = action;
	}

	/**
	 * Returns what is wrong.
	 * @return one or more sentences
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * Returns what to change.
	 * @return one or more sentences
	 */
	public String getAction() {
		return this.action;
	}

}
