-- What holds after this migration. Every query gives no row; a row is a complaint.
SELECT 'trials of before have repeats' WHERE EXISTS (SELECT 1 FROM trials WHERE repeat_of <> 0 OR mean IS NOT NULL);

SELECT 'sweeps of before count failures' WHERE EXISTS (SELECT 1 FROM sweeps WHERE failures_in_a_row <> 0);

SELECT 'index trials_best_mean is missing'
WHERE 'trials_best_mean' NOT IN (SELECT name FROM sqlite_schema WHERE type = 'index');
