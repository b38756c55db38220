-- A password that somebody else chose is to be changed by its person.

alter table users add column password_is_temporary boolean not null default false;
