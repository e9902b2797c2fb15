package dev.dbpool.benchmarks;

import javax.sql.DataSource;

/**
 * What is measured.
 *
 * @param dataSource where connections are borrowed
 * @param end closes what it was made of
 */
record Subject(DataSource dataSource, Runnable end) implements AutoCloseable {

	@Override
	public void close() {
		this.end.run();
	}

}
