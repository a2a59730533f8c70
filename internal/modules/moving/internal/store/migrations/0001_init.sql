-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What an older system leaves: waves of units, runs, what came and what did not.
-- Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE moving_waves (
	id           TEXT PRIMARY KEY,
	name         TEXT NOT NULL,
	source       TEXT NOT NULL, -- name of the folder
	hours        INTEGER NOT NULL, -- in which a unit can be given back after the wave was accepted
	state        TEXT NOT NULL CONSTRAINT moving_waves_state_ck CHECK (state IN ('planned', 'moving', 'moved', 'accepted')),
	planned_by   TEXT NOT NULL, -- account
	planned_at   BIGINT NOT NULL,
	accepted_by  TEXT NOT NULL, -- account
	accepted_at  BIGINT,
	note         TEXT NOT NULL  -- what who accepts has to say of differences
);
CREATE TABLE moving_units (
	wave_id  TEXT NOT NULL REFERENCES moving_waves (id),
	unit     TEXT NOT NULL,
	state    TEXT NOT NULL CONSTRAINT moving_units_state_ck CHECK (state IN ('planned', 'moved', 'leaving', 'back')),
	came     INTEGER NOT NULL, -- dossiers that are here of it
	went     INTEGER NOT NULL, -- that were given back
	stayed   INTEGER NOT NULL, -- that could not be
	moved_at BIGINT,
	back_by  TEXT NOT NULL,    -- account
	back_at  BIGINT,
	PRIMARY KEY (wave_id, unit)
);
CREATE UNIQUE INDEX moving_units_once ON moving_units (unit) WHERE state <> 'back';
CREATE TABLE moving_runs (
	id         TEXT PRIMARY KEY,
	wave_id    TEXT NOT NULL REFERENCES moving_waves (id),
	state      TEXT NOT NULL CONSTRAINT moving_runs_state_ck CHECK (state IN ('running', 'done', 'failed')),
	stage      TEXT NOT NULL, -- persons, dossiers, files
	line       INTEGER NOT NULL, -- of the file of the stage: the last that was done
	total      INTEGER NOT NULL, -- rows of all files
	done       INTEGER NOT NULL,
	added      INTEGER NOT NULL,
	changed    INTEGER NOT NULL,
	same       INTEGER NOT NULL,
	kept       INTEGER NOT NULL, -- changed there, and worked on here
	outside    INTEGER NOT NULL, -- of units of other waves
	rejected   INTEGER NOT NULL,
	files      INTEGER NOT NULL,
	problem    TEXT NOT NULL, -- code, why it failed
	mapping    TEXT NOT NULL, -- checksum
	started_by TEXT NOT NULL, -- account
	started_at BIGINT NOT NULL,
	at         BIGINT NOT NULL, -- of the last stretch
	ended_at   BIGINT
);
CREATE INDEX moving_runs_wave ON moving_runs (wave_id, id);
CREATE UNIQUE INDEX moving_runs_one ON moving_runs (wave_id) WHERE state = 'running';
CREATE TABLE moving_rejects ( -- where and why; the row itself stays in the dump
	run_id TEXT NOT NULL REFERENCES moving_runs (id),
	stage  TEXT NOT NULL,
	line   INTEGER NOT NULL,
	field  TEXT NOT NULL, -- column of the dump
	code   TEXT NOT NULL,
	said   TEXT NOT NULL, -- the value of a table that is not known: a status, a unit, a procedure; nothing about people
	PRIMARY KEY (run_id, stage, line)
);
CREATE TABLE moving_rows ( -- of the dump that are here
	source     TEXT NOT NULL,
	word       TEXT NOT NULL, -- the code of the dossier there
	dossier_id TEXT NOT NULL,
	sum        TEXT NOT NULL, -- of what the row said
	unit       TEXT NOT NULL,
	wave_id    TEXT NOT NULL,
	run_id     TEXT NOT NULL, -- the last that met it
	line       INTEGER NOT NULL,
	PRIMARY KEY (source, word)
);
CREATE INDEX moving_rows_unit ON moving_rows (wave_id, unit, word);
CREATE UNIQUE INDEX moving_rows_dossier ON moving_rows (dossier_id);
CREATE TABLE moving_parties ( -- persons of a dump
	id           TEXT PRIMARY KEY,
	source       TEXT NOT NULL,
	word         TEXT NOT NULL, -- what the older system calls the person
	named_sealed TEXT NOT NULL, -- empty when the run is over
	person_id    TEXT NOT NULL, -- who it is here; empty: nobody needed it yet
	run_id       TEXT NOT NULL
);
CREATE UNIQUE INDEX moving_parties_word ON moving_parties (source, word);
CREATE TABLE moving_files ( -- files of dossiers there: what they were
	id          TEXT PRIMARY KEY,
	dossier_id  TEXT NOT NULL,
	word        TEXT NOT NULL, -- what the older system calls the file
	name_sealed TEXT NOT NULL,
	paper       TEXT NOT NULL,
	size        BIGINT NOT NULL,
	sha256      TEXT NOT NULL, -- as stated there; empty: it is not
	path        TEXT NOT NULL
);
CREATE UNIQUE INDEX moving_files_dossier ON moving_files (dossier_id, word);
CREATE TABLE moving_comparisons (
	id         TEXT PRIMARY KEY,
	wave_id    TEXT NOT NULL REFERENCES moving_waves (id),
	kind       TEXT NOT NULL CONSTRAINT moving_comparisons_kind_ck CHECK (kind IN ('counts', 'shadow')),
	state      TEXT NOT NULL CONSTRAINT moving_comparisons_state_ck CHECK (state IN ('running', 'done', 'failed')),
	theirs     INTEGER NOT NULL,
	ours       INTEGER NOT NULL,
	found      INTEGER NOT NULL, -- differences
	scores     TEXT NOT NULL,    -- JSON: figures of both sides
	problem    TEXT NOT NULL,
	made_by    TEXT NOT NULL, -- account
	made_at    BIGINT NOT NULL,
	ended_at   BIGINT
);
CREATE INDEX moving_comparisons_wave ON moving_comparisons (wave_id, id);
CREATE TABLE moving_differences (
	comparison_id TEXT NOT NULL REFERENCES moving_comparisons (id),
	n             INTEGER NOT NULL,
	kind          TEXT NOT NULL, -- count, missing, extra, status, due
	procedure_id  TEXT NOT NULL,
	month         TEXT NOT NULL, -- 2026-11
	unit          TEXT NOT NULL,
	word          TEXT NOT NULL, -- the code of a dossier
	theirs        TEXT NOT NULL,
	ours          TEXT NOT NULL,
	PRIMARY KEY (comparison_id, n)
);
