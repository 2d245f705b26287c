-- Early termination: the attempts that are to stop, and why.

CREATE TABLE stop_decisions (
  attempt_key    INTEGER NOT NULL PRIMARY KEY REFERENCES attempts ON DELETE CASCADE,
  rule           TEXT    NOT NULL,  -- its name in the sweep file
  iteration      INTEGER NOT NULL,  -- at which it was compared with other trials, from 1
  value          REAL,              -- by which it was judged, in the objective's unit
  value_bits     INTEGER,
  threshold      REAL,              -- than which it is worse, in the same unit
  threshold_bits INTEGER,
  trials         INTEGER NOT NULL,  -- that gave the threshold
  time           INTEGER NOT NULL,  -- time
  CHECK (value IS NOT NULL OR value_bits IS NOT NULL),
  CHECK (threshold IS NOT NULL OR threshold_bits IS NOT NULL)
) STRICT;
