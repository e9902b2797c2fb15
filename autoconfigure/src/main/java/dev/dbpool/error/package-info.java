/**
 * What does this failure mean? The known errors of poolers and full databases, and the
 * way out.
 */
@NullMarked
package dev.dbpool.error;

import org.jspecify.annotations.NullMarked;
