package dev.dbpool.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class SchemaWorkTests {

	private final MockEnvironment environment = new MockEnvironment();

	@ParameterizedTest
	@CsvSource({ "spring.jpa.hibernate.ddl-auto,update", "spring.jpa.hibernate.ddl-auto,create-drop",
			"spring.jpa.properties.hibernate.hbm2ddl.auto,create", "spring.jpa.generate-ddl,true" })
	void warnsWhereHibernateChangesTheSchema(String property, String value) {
		this.environment.setProperty(property, value);
		assertThat(SchemaWork.warnings(this.environment)).containsExactly(property + "=" + value
				+ " changes the schema through the transaction pooler, without the locks and the session that it relies "
				+ "on. Turn it off, and let Flyway or Liquibase do it: they use the direct URL.");
	}

	@Test
	void eachHasItsWarning() {
		this.environment.setProperty("spring.jpa.hibernate.ddl-auto", "update");
		this.environment.setProperty("spring.jpa.generate-ddl", "TRUE");
		assertThat(SchemaWork.warnings(this.environment)).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.jpa.hibernate.ddl-auto=none", "spring.jpa.hibernate.ddl-auto=validate",
			"spring.jpa.hibernate.ddl-auto=", "spring.jpa.properties.hibernate.hbm2ddl.auto=validate",
			"spring.jpa.generate-ddl=false", "spring.batch.jdbc.initialize-schema=always",
			"spring.sql.init.mode=always" })
	void isSilentAboutWhatDoesNothingThere(String setting) {
		String[] parts = setting.split("=", 2);
		this.environment.setProperty(parts[0], parts[1]);
		assertThat(SchemaWork.warnings(this.environment)).isEmpty();
	}

}
