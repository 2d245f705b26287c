-- Schema 3: several trials of one assignment, and failures in a row.

-- Trials that failed since one last ended well or the sweep was last resumed; 0 where max_failures is not given.
ALTER TABLE sweeps ADD COLUMN failures_in_a_row INTEGER NOT NULL DEFAULT 0;

-- Number of the first trial of the same assignment; 0 for that one itself.
ALTER TABLE trials ADD COLUMN repeat_of INTEGER NOT NULL DEFAULT 0;
-- Mean objective of the trials of one assignment once all are over, in the first of them that succeeded; elsewhere NULL.
ALTER TABLE trials ADD COLUMN mean REAL;
ALTER TABLE trials ADD COLUMN mean_bits INTEGER;

CREATE INDEX trials_best_mean ON trials (sweep_key, mean, number) WHERE mean IS NOT NULL;
