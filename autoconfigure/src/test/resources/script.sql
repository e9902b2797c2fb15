create table if not exists script (id integer);
