create table fleet (id int);
