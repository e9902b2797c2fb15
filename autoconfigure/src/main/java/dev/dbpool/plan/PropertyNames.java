package dev.dbpool.plan;

/**
 * What the settings of one pool are called, for messages and reports.
 *
 * @param directUrl the direct URL
 * @param prefix what the settings of the pool begin with
 * @param hikari the format of a setting of Hikari's
 */
public record PropertyNames(String directUrl, String prefix, String hikari) {

	/**
	 * Those of Spring Boot's data source.
	 */
	public static final PropertyNames SPRING_BOOT = new PropertyNames(ConnectionPlan.DIRECT_URL, "db-pool",
			"spring.datasource.hikari.%s");

	/**
	 * Returns the names for a pool of the application's own.
	 * @param bean the name of its bean
	 * @return the names
	 */
	public static PropertyNames ofBean(String bean) {
		return new PropertyNames("the jdbcUrl of the bean '%s'".formatted(bean), "db-pool.data-sources." + bean,
				"%s of the bean '" + bean.replace("%", "%%") + "'");
	}

	/**
	 * Returns the property of a setting.
	 * @param setting the setting, for example {@code size}
	 * @return its name
	 */
	public String of(String setting) {
		return this.prefix + "." + setting;
	}

	/**
	 * Returns the property that says what the direct URL leads to.
	 * @return its name
	 */
	public String directMode() {
		return of("direct.mode");
	}

	/**
	 * Returns the property of the pooler URL.
	 * @return its name
	 */
	public String poolerUrl() {
		return of("pooler.url");
	}

	/**
	 * Returns the property of the pooler's mode.
	 * @return its name
	 */
	public String poolerMode() {
		return of("pooler.mode");
	}

	/**
	 * Returns the property that keeps prepared statements on.
	 * @return its name
	 */
	public String preparedStatements() {
		return of("pooler.prepared-statements");
	}

	/**
	 * Returns the property of the driver's properties.
	 * @return its name
	 */
	public String driverProperties() {
		return ofHikari("data-source-properties");
	}

	/**
	 * Returns the property of a setting of Hikari's.
	 * @param setting the setting, for example {@code schema}
	 * @return its name
	 */
	public String ofHikari(String setting) {
		return this.hikari.formatted(setting);
	}

}
