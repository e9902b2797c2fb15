/**
 * What happens below the pool? How physical connections are opened, checked and counted.
 */
@NullMarked
package dev.dbpool.driver;

import org.jspecify.annotations.NullMarked;
