/**
 * The starter on a Spring Boot that it does not support.
 */
@NullMarked
package dev.dbpool.versions;

import org.jspecify.annotations.NullMarked;
