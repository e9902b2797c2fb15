/**
 * How is it wired? Sees everything; nothing sees it.
 */
@NullMarked
package dev.dbpool.autoconfigure;

import org.jspecify.annotations.NullMarked;
