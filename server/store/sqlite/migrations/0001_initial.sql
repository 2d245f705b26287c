-- Schema 1.
--
-- Conventions, which later migrations keep:
--   x_key      an internal integer that never leaves the database
--   times      microseconds since the Unix epoch, UTC
--   words      states, reasons and kinds are the words of the API; '' for no reason
--   x, x_bits  a floating-point number. SQLite turns NaN into NULL and -0.0 into 0.0; for these two kinds x_bits holds
--              the 64 bits of the number, for every other number it is NULL. Both NULL: no number.
--   x = a OR.. rather than x IN (a, b, c): SQLite builds a table of an IN list with more than two elements anew for
--              every row that it checks, which takes longer than to insert the row

-- Which process may write. One row.
CREATE TABLE controller (
  singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
  epoch     INTEGER NOT NULL,  -- + 1 whenever a process opens the database for writing
  pid       INTEGER NOT NULL   -- of the process that did so last
) STRICT;
INSERT INTO controller (singleton, epoch, pid) VALUES (1, 0, 0);

CREATE TABLE sweeps (
  -- AUTOINCREMENT: a deleted sweep's key is never given again, so that readers may cache by it.
  sweep_key   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  id          TEXT    NOT NULL UNIQUE,  -- 8 characters of a-z2-7
  state       TEXT    NOT NULL CHECK (state = 'ACTIVE' OR state = 'PAUSED' OR state = 'STOPPING' OR
                                         state = 'FINISHED' OR state = 'CANCELLED'),
  reason      TEXT    NOT NULL,         -- why it left ACTIVE
  pending     INTEGER NOT NULL,         -- trials in this state; so are the next six
  running     INTEGER NOT NULL,
  lost        INTEGER NOT NULL,
  succeeded   INTEGER NOT NULL,
  failed      INTEGER NOT NULL,
  stopped     INTEGER NOT NULL,
  cancelled   INTEGER NOT NULL,
  suggestions INTEGER NOT NULL,         -- made so far by the method
  revision    INTEGER NOT NULL,         -- of its newest event
  created     INTEGER NOT NULL,         -- time
  updated     INTEGER NOT NULL,         -- time
  ended       INTEGER                   -- time it became FINISHED or CANCELLED
) STRICT;

-- What never changes in a sweep, apart from it, so that updates do not rewrite it.
CREATE TABLE sweep_definitions (
  sweep_key INTEGER NOT NULL PRIMARY KEY REFERENCES sweeps ON DELETE CASCADE,
  spec      TEXT    NOT NULL,  -- JSON, in the words of the sweep file with every default spelt out
  source    TEXT    NOT NULL   -- the sweep file as it was given; '' without one
) STRICT;

CREATE TABLE trials (
  trial_key       INTEGER NOT NULL PRIMARY KEY,
  sweep_key       INTEGER NOT NULL REFERENCES sweeps ON DELETE CASCADE,
  number          INTEGER NOT NULL CHECK (number > 0),  -- 1, 2, ... in its sweep
  state           TEXT    NOT NULL CHECK (state = 'RUNNING' OR state = 'SUCCEEDED' OR state = 'STOPPED' OR
                                             state = 'FAILED' OR state = 'PENDING' OR state = 'LOST' OR
                                             state = 'CANCELLED'),
  reason          TEXT    NOT NULL,
  message         TEXT    NOT NULL,  -- details of the reason for people
  assignment      TEXT    NOT NULL,  -- JSON object: parameter name -> value
  attempt         INTEGER NOT NULL,  -- number of the current attempt, which is the epoch of its lease; 0 for none
  lost_attempts   INTEGER NOT NULL,  -- attempts that were lost or preempted
  failed_attempts INTEGER NOT NULL,  -- attempts that failed
  agent           TEXT    NOT NULL,  -- name of the agent of the current attempt; '' for none
  objective       REAL,              -- aggregate over the reports of the current attempt, in the metric's own unit
  objective_bits  INTEGER,
  objective_step  INTEGER,           -- step at which it was reported, in the program's own unit
  created         INTEGER NOT NULL,  -- time
  started         INTEGER,           -- time, of the current attempt
  ended           INTEGER,           -- time it became final
  UNIQUE (sweep_key, number)
) STRICT;

CREATE INDEX trials_runnable ON trials (sweep_key, number) WHERE state IN ('PENDING', 'LOST');

CREATE INDEX trials_best ON trials (sweep_key, objective, number)
  WHERE state IN ('SUCCEEDED', 'STOPPED') AND objective IS NOT NULL;

CREATE TABLE attempts (
  attempt_key    INTEGER NOT NULL PRIMARY KEY,
  trial_key      INTEGER NOT NULL REFERENCES trials ON DELETE CASCADE,
  number         INTEGER NOT NULL CHECK (number > 0),  -- 1, 2, ... in its trial
  state          TEXT    NOT NULL CHECK (state = 'RUNNING' OR state = 'SUCCEEDED' OR state = 'STOPPED' OR
                                            state = 'FAILED' OR state = 'PREEMPTED' OR state = 'LOST' OR
                                            state = 'CANCELLED'),
  reason         TEXT    NOT NULL,
  message        TEXT    NOT NULL,
  agent          TEXT    NOT NULL,  -- name of the agent
  agent_id       TEXT    NOT NULL,  -- registration of the agent
  slot           INTEGER NOT NULL,  -- of the agent, from 0
  request_id     TEXT    NOT NULL,  -- of the request that was answered with it
  acked_sequence INTEGER NOT NULL,  -- reports 1..acked_sequence are stored
  exit_code      INTEGER,
  started        INTEGER NOT NULL,  -- time
  ended          INTEGER,           -- time
  UNIQUE (trial_key, number)
) STRICT;

-- At most one attempt of a trial runs.
CREATE UNIQUE INDEX attempts_running ON attempts (trial_key) WHERE state = 'RUNNING';

-- The request first: agents make ids that grow with time, so that new entries lie together at its end.
CREATE INDEX attempts_by_request ON attempts (request_id, agent_id);

CREATE TABLE metric_names (
  name_key INTEGER NOT NULL PRIMARY KEY,
  name     TEXT    NOT NULL UNIQUE
) STRICT;

-- Clustered by attempt, metric and step: one curve lies together.
CREATE TABLE metric_points (
  attempt_key INTEGER NOT NULL REFERENCES attempts ON DELETE CASCADE,
  name_key    INTEGER NOT NULL REFERENCES metric_names,
  step        INTEGER NOT NULL,  -- in the program's own unit
  sequence    INTEGER NOT NULL,  -- of the report in its attempt, from 1
  value       REAL,              -- in the metric's own unit
  value_bits  INTEGER,
  time        INTEGER NOT NULL,  -- when the agent read it
  PRIMARY KEY (attempt_key, name_key, step, sequence),
  CHECK (value IS NOT NULL OR value_bits IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  sweep_key      INTEGER NOT NULL REFERENCES sweeps ON DELETE CASCADE,
  revision       INTEGER NOT NULL CHECK (revision > 0),  -- 1, 2, ... in its sweep
  kind           TEXT    NOT NULL,
  trial          INTEGER NOT NULL,  -- number of the trial; 0 for an event of the sweep
  attempt        INTEGER NOT NULL,  -- number of the attempt; 0 for none
  objective      REAL,              -- in the metric's own unit
  objective_bits INTEGER,
  detail         TEXT    NOT NULL,  -- for people
  time           INTEGER NOT NULL,  -- time
  PRIMARY KEY (sweep_key, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE agents (
  agent_key  INTEGER NOT NULL PRIMARY KEY,  -- grows with every registration
  id         TEXT    NOT NULL UNIQUE,
  name       TEXT    NOT NULL,
  host       TEXT    NOT NULL,
  slots      INTEGER NOT NULL,  -- trials it runs at the same time
  version    TEXT    NOT NULL,
  registered INTEGER NOT NULL,  -- time
  last_seen  INTEGER NOT NULL   -- time, as of the registration
) STRICT;

-- The answers once given to requests, so that a request that comes again gets the same one.
CREATE TABLE responses (
  response_key INTEGER NOT NULL PRIMARY KEY,
  request_id   TEXT    NOT NULL UNIQUE,
  fingerprint  TEXT    NOT NULL,  -- of the request's content
  response     BLOB    NOT NULL,
  created      INTEGER NOT NULL   -- time
) STRICT;
