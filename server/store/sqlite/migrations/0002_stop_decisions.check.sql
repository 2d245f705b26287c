-- What holds after this migration. Every query gives no row; a row is a complaint.
SELECT 'table stop_decisions is missing or not strict'
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'stop_decisions' AND strict);

SELECT 'attempts of before have stop decisions' WHERE EXISTS (SELECT 1 FROM stop_decisions);
