-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE processes_lock ( -- one row: absences are declared one after the other
	one INTEGER PRIMARY KEY,
	n   BIGINT NOT NULL
);
INSERT INTO processes_lock (one, n) VALUES (1, 0);
CREATE TABLE processes_moves (
	id           TEXT PRIMARY KEY,
	from_flow    TEXT NOT NULL,
	from_version INTEGER NOT NULL,
	to_flow      TEXT NOT NULL,
	to_version   INTEGER NOT NULL,
	nodes        TEXT NOT NULL,    -- JSON: where a case stands before and after
	reason       TEXT NOT NULL,
	found        INTEGER NOT NULL, -- cases when it was proposed
	state        TEXT NOT NULL CONSTRAINT processes_moves_state_ck CHECK (state IN ('proposed', 'running', 'finished', 'withdrawn')),
	proposed_by  TEXT NOT NULL,    -- account
	proposed_at  BIGINT NOT NULL,
	decided_by   TEXT NOT NULL,    -- account; empty while nobody has
	decided_at   BIGINT,
	ended_at     BIGINT,
	next         TEXT NOT NULL,    -- the job goes on behind this case
	moved        INTEGER NOT NULL DEFAULT 0,
	over         INTEGER NOT NULL DEFAULT 0,
	refused      INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX processes_moves_open ON processes_moves (from_flow, from_version) WHERE state IN ('proposed', 'running');
CREATE TABLE processes_results ( -- what a move did to each case
	move_id      TEXT NOT NULL REFERENCES processes_moves (id),
	case_id      TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id   TEXT NOT NULL,
	outcome      TEXT NOT NULL CONSTRAINT processes_results_outcome_ck CHECK (outcome IN ('moved', 'over', 'refused')),
	why          TEXT NOT NULL, -- code of the error
	steps        TEXT NOT NULL, -- the steps the error is about
	at           BIGINT NOT NULL,
	PRIMARY KEY (move_id, case_id)
);
CREATE INDEX processes_results_outcome ON processes_results (move_id, outcome, case_id);
CREATE TABLE processes_absences ( -- beside those of the engine: who said so, and why
	id          TEXT PRIMARY KEY, -- of the engine
	account     TEXT NOT NULL,
	deputy      TEXT NOT NULL,
	unit_id     TEXT NOT NULL,    -- where who is away works
	from_at     BIGINT NOT NULL,
	until_at    BIGINT NOT NULL,
	reason      TEXT NOT NULL,
	declared_by TEXT NOT NULL,
	declared_at BIGINT NOT NULL,
	ended_by    TEXT NOT NULL,    -- early
	ended_at    BIGINT
);
CREATE INDEX processes_absences_unit ON processes_absences (unit_id, from_at, id);
CREATE INDEX processes_absences_account ON processes_absences (account, from_at, id);
CREATE INDEX processes_absences_deputy ON processes_absences (deputy, from_at, id);
