package dev.dbpool.neighbours.libraries;

/**
 * The same in an application with JPA, whose transactions are Hibernate's.
 */
@BothWays(properties = "--spring.autoconfigure.exclude=")
class BatchWithJpaIT extends BatchIT {

}
