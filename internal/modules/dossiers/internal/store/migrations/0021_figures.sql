-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Figures are counted from the records, never written by hand: docs/adr/0071. A day is a number: 20261122.
CREATE TABLE dossiers_counting ( -- dossiers that were changed and are to be counted anew; one may stand here more than once
	id         TEXT PRIMARY KEY, -- in the order of the changes
	dossier_id TEXT NOT NULL
);
CREATE TABLE dossiers_counter ( -- one row: who counts has it locked
	id     INTEGER PRIMARY KEY,
	rounds BIGINT NOT NULL
);
INSERT INTO dossiers_counter (id, rounds) VALUES (1, 0);
CREATE TABLE dossiers_facts ( -- what the figures hold of each dossier: it is taken out again before it is counted anew
	dossier_id   TEXT PRIMARY KEY,
	unit         TEXT NOT NULL,    -- that decides, or would have
	field        TEXT NOT NULL,    -- in Vietnamese
	procedure_id TEXT NOT NULL,
	channel      INTEGER NOT NULL,
	accepted     INTEGER NOT NULL, -- day; 0: never
	due_at       BIGINT NOT NULL,  -- 0: nobody has stated how long it may take
	ended        INTEGER NOT NULL, -- day; 0: it is open
	outcome      TEXT NOT NULL,    -- early, on_time, late, undated, withdrawn, stopped, refused; empty: it is open
	paused       INTEGER NOT NULL, -- 1: people are asked for something, and the clock stands
	lapsed       INTEGER NOT NULL, -- day on which it was due and open; 0: none. It may be to come
	pauses       TEXT NOT NULL,    -- days: "20261101-20261105 20261120-"
	late_by      BIGINT NOT NULL,  -- working minutes past the day it was due
	steps        INTEGER NOT NULL, -- of a dossier that has ended
	steps_late   INTEGER NOT NULL,
	worked       BIGINT NOT NULL,  -- working minutes
	over_by      BIGINT NOT NULL   -- of these, past what the steps may take
);
CREATE INDEX dossiers_facts_open ON dossiers_facts (unit, due_at, dossier_id, field, procedure_id, channel, paused) WHERE ended = 0 AND accepted > 0;
CREATE INDEX dossiers_facts_due ON dossiers_facts (due_at, unit, field, procedure_id, channel) WHERE ended = 0 AND accepted > 0 AND paused = 0;
CREATE INDEX dossiers_facts_paused ON dossiers_facts (unit, field, procedure_id, channel) WHERE ended = 0 AND accepted > 0 AND paused = 1;
CREATE INDEX dossiers_facts_accepted ON dossiers_facts (accepted, dossier_id);
CREATE INDEX dossiers_facts_ended ON dossiers_facts (ended, dossier_id) WHERE ended > 0;
CREATE INDEX dossiers_facts_unit_accepted ON dossiers_facts (unit, accepted, dossier_id);
CREATE INDEX dossiers_facts_unit_ended ON dossiers_facts (unit, ended, dossier_id) WHERE ended > 0;
CREATE TABLE dossiers_figures (
	level        INTEGER NOT NULL, -- 10 x (1 of a day, 2 of a month, 3 of a year) + (0 of the province, 1 of a unit, 2 of a procedure in a unit)
	at           INTEGER NOT NULL, -- 20261122, 202611, 2026
	unit         TEXT NOT NULL,    -- empty: the province
	field        TEXT NOT NULL,    -- empty: a unit as a whole
	procedure_id TEXT NOT NULL,    -- as above
	channel      INTEGER NOT NULL,
	received     BIGINT NOT NULL,
	early        BIGINT NOT NULL,
	on_time      BIGINT NOT NULL,
	late         BIGINT NOT NULL,
	undated      BIGINT NOT NULL,
	withdrawn    BIGINT NOT NULL,
	stopped      BIGINT NOT NULL,
	refused      BIGINT NOT NULL,
	asked        BIGINT NOT NULL, -- supplements: the clock stops
	answered     BIGINT NOT NULL, -- and goes on
	lapsed       BIGINT NOT NULL, -- was due that day, and open
	settled      BIGINT NOT NULL, -- ended after it had lapsed
	steps        BIGINT NOT NULL, -- of dossiers that ended
	steps_late   BIGINT NOT NULL,
	worked       BIGINT NOT NULL, -- working minutes of these steps
	over_by      BIGINT NOT NULL,
	PRIMARY KEY (level, at, unit, field, procedure_id, channel)
);
CREATE INDEX dossiers_figures_unit ON dossiers_figures (unit, level, at);
CREATE INDEX dossiers_figures_procedure ON dossiers_figures (procedure_id, level, at);
CREATE INDEX dossiers_figures_field ON dossiers_figures (field, level, at);
CREATE TABLE dossiers_steps ( -- how long the steps of dossiers that ended took, as it was
	task_id      TEXT PRIMARY KEY,
	dossier_id   TEXT NOT NULL,
	procedure_id TEXT NOT NULL,
	unit         TEXT NOT NULL,    -- that did it
	decides      TEXT NOT NULL,    -- that decides about the dossier
	step         TEXT NOT NULL,
	step_vi      TEXT NOT NULL,
	step_en      TEXT NOT NULL,
	ended        INTEGER NOT NULL, -- day on which the dossier ended
	minutes      BIGINT NOT NULL,  -- of working time of the unit, without pauses
	over_by      BIGINT NOT NULL,  -- of these, past what the step may take
	late         INTEGER NOT NULL, -- 0, 1
	late_by      BIGINT NOT NULL   -- of the dossier, working minutes; 0: it was in time
);
CREATE INDEX dossiers_steps_dossier ON dossiers_steps (dossier_id);
CREATE INDEX dossiers_steps_procedure ON dossiers_steps (procedure_id, ended, task_id);
INSERT INTO dossiers_counting (id, dossier_id) SELECT id, id FROM dossiers_dossiers;
