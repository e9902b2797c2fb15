package com.example;

import java.io.IOException;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Starts with the starter, and queries once.
 */
@SpringBootApplication
public class Consumer {

	public static void main(String[] args) throws IOException {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
				ConfigurableApplicationContext context = SpringApplication.run(Consumer.class,
						"--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"))) {
			DataSource dataSource = context.getBean(DataSource.class);
			System.out.printf("Consumer: %s on Spring Boot %s, PostgreSQL %s%n", dataSource.getClass().getName(),
					org.springframework.boot.SpringBootVersion.getVersion(),
					new JdbcTemplate(dataSource).queryForObject("show server_version", String.class));
		}
	}

}
