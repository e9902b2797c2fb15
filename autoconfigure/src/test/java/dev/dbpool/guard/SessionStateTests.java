package dev.dbpool.guard;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SessionStateTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			set statement_timeout = 3000                          | SETTING
			SET search_path TO tenant1                            | SETTING
			SET SESSION work_mem = '64MB'                         | SETTING
			set session characteristics as transaction read only  | SETTING
			set time zone 'UTC'                                   | SETTING
			reset all                                             | SETTING
			reset role                                            | ROLE
			set role admin                                        | ROLE
			set session authorization admin                       | ROLE
			set session role admin                                | ROLE
			/* why */ set -- this @ x = 1                          | SETTING
			begin; set x.y = 1; commit                            | SETTING
			select set_config('app.tenant', 'acme', false)        | SETTING
			select set_config('app.tenant', $1, 'false')          | SETTING
			select set_config('a', f(1, 2), false) from t         | SETTING
			select 1; listen news                                 | LISTEN
			unlisten *                                            | LISTEN
			select pg_advisory_lock(1)                            | ADVISORY_LOCK
			select pg_try_advisory_lock ( 1, 2 )                  | ADVISORY_LOCK
			select * from (select pg_advisory_lock_shared(1)) x   | ADVISORY_LOCK
			select pg_advisory_unlock_all()                       | ADVISORY_LOCK
			prepare q as select 1                                 | PREPARE
			deallocate all                                        | PREPARE
			declare c cursor with hold for select 1               | HOLD_CURSOR
			create temp table t (id int)                          | TEMPORARY
			create temporary table t as select 1                  | TEMPORARY
			create local temporary table t (id int) on commit delete rows | TEMPORARY
			create or replace temp view v as select 1             | TEMPORARY
			select 1 into temp t                                  | TEMPORARY
			load 'auto_explain'                                   | LOAD
			discard all                                           | DISCARD
			""")
	void recognises(String sql, SessionState expected) {
		assertThat(SessionState.find(sql.replace('@', '\n'))).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ";", "select 1", "set local statement_timeout = 3000", "SET LOCAL ROLE admin",
			"set transaction isolation level serializable", "set constraints all deferred",
			"begin; set local x = 1; select 2; commit", "update t set x = 1",
			"insert into t values (1) on conflict do update set x = 2", "select 'set x = 1'",
			"select 'it''s; set x = 1'", "select E'\\'; set x = 1; --'", "select $$ ; set x = 1; $$",
			"select $a$ $$; listen x; $a$", "-- set x = 1", "/* set x = 1; /* listen y */ ; set z = 1 */ select 1",
			"select \"set\" from \"listen\"", "select set_config('a', 'b', true)", "select set_config('a', 'b', ?)",
			"select set_config('a', 'b', $1)", "select set_config('a', 'false', true)",
			"select pg_advisory_xact_lock(1)", "select pg_try_advisory_xact_lock(1)",
			"select (select count(*) from pg_locks where locktype = 'advisory')", "select pg_advisory_lock from t",
			"prepare transaction 'x'", "commit prepared 'x'", "declare c cursor for select 1",
			"create temp table t (id int) on commit drop", "create table temp (id int)", "create table t (temp int)",
			"create function f() returns int language sql set search_path = x as 'select 1'",
			"alter role app set search_path = x", "do $$ begin perform set_config('a', 'b', false); end $$",
			"notify news", "select listen from t", "{call f(?)}", "explain select 1", "lock table t", "select 1 into t",
			"'unterminated", "\"unterminated", "/* unterminated", "$a$ unterminated", "select $1",
			"select a$b$c from t" })
	void givesNoFalseAlarm(String sql) {
		assertThat(SessionState.find(sql)).isNull();
	}

}
