package example;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;

/**
 * An entity. It is not in {@code dev.dbpool}, where each application of these tests would
 * find it.
 */
@Entity
public class Entry {

	/**
	 * What the entity needs.
	 */
	public static final String SCHEMA = """
			create table entry (id bigint, request integer);
			create sequence entry_seq increment by 50""";

	@Id
	@GeneratedValue(strategy = GenerationType.SEQUENCE)
	Long id;

	int request;

	public static Entry of(int request) {
		Entry entry = new Entry();
		entry.request = request;
		return entry;
	}

}
