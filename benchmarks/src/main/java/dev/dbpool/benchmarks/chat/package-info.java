/**
 * A chat service as many write it: nothing in it says when a connection is given back.
 */
@NullMarked
package dev.dbpool.benchmarks.chat;

import org.jspecify.annotations.NullMarked;
