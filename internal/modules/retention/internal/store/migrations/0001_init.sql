-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE retention_rules (
	id         TEXT PRIMARY KEY,
	what       TEXT NOT NULL,
	from_when  TEXT NOT NULL,
	action     TEXT NOT NULL,
	amount     INTEGER NOT NULL, -- 0: for ever
	unit       TEXT NOT NULL,
	name_vi    TEXT NOT NULL,
	name_en    TEXT NOT NULL,
	basis      TEXT NOT NULL,    -- a legal id; empty where none is known
	source     TEXT NOT NULL,
	unverified INTEGER NOT NULL
);
CREATE TABLE retention_runs (
	id          TEXT PRIMARY KEY,
	rule        TEXT NOT NULL,    -- as it was when the run was proposed, and so the rest of it
	what        TEXT NOT NULL,
	from_when   TEXT NOT NULL,
	action      TEXT NOT NULL,
	amount      INTEGER NOT NULL,
	unit        TEXT NOT NULL,
	name_vi     TEXT NOT NULL,
	name_en     TEXT NOT NULL,
	basis       TEXT NOT NULL,
	source      TEXT NOT NULL,
	unverified  INTEGER NOT NULL,
	before_at   BIGINT NOT NULL,  -- what ended before
	found       INTEGER NOT NULL, -- dossiers at that time
	bytes       BIGINT NOT NULL,
	state       TEXT NOT NULL CONSTRAINT retention_runs_state_ck CHECK (state IN ('proposed', 'refused', 'running', 'finished', 'stopped')),
	proposed_by TEXT NOT NULL,
	proposed_at BIGINT NOT NULL,
	decided_by  TEXT NOT NULL,    -- empty while nobody has
	decided_at  BIGINT,
	next        TEXT NOT NULL,    -- where the job goes on
	held        INTEGER NOT NULL, -- dossiers it has stepped over
	ended_at    BIGINT
);
CREATE UNIQUE INDEX retention_runs_open ON retention_runs (what) WHERE state IN ('proposed', 'running');
CREATE TABLE retention_days ( -- drafts that were forgotten
	day TEXT PRIMARY KEY, -- YYYY-MM-DD of Vietnam
	n   BIGINT NOT NULL
);
