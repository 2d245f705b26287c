-- What holds after this migration. Every query gives no row; a row is a complaint.
SELECT 'there is not exactly one controller row' WHERE (SELECT count(*) FROM controller) <> 1;

SELECT 'table ' || name || ' is not strict'
FROM pragma_table_list
WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND NOT strict;

SELECT 'there are ' || count(*) || ' tables instead of 10'
FROM pragma_table_list
WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
HAVING count(*) <> 10;

SELECT 'index ' || wanted.column1 || ' is missing'
FROM (VALUES ('trials_runnable'), ('trials_best'), ('attempts_running'), ('attempts_by_request')) AS wanted
WHERE wanted.column1 NOT IN (SELECT name FROM sqlite_schema WHERE type = 'index');
