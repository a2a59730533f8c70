-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- The bundles of the pack.
CREATE TABLE lifeevents_definitions (
	id        TEXT PRIMARY KEY,
	procedure TEXT NOT NULL,
	body      TEXT NOT NULL -- JSON
);
CREATE INDEX lifeevents_definitions_procedure ON lifeevents_definitions (procedure);
-- A linked dossier from the day it was accepted.
CREATE TABLE lifeevents_bundles (
	id           TEXT PRIMARY KEY, -- of the dossier
	code         TEXT NOT NULL,
	procedure_id TEXT NOT NULL,
	definition   TEXT NOT NULL,    -- JSON: the rules of that day
	unit         TEXT NOT NULL,
	owner_id     TEXT NOT NULL,
	bringer_id   TEXT NOT NULL,
	number       TEXT NOT NULL,    -- of the result here; empty: it is not there, or was taken back
	state        TEXT NOT NULL CONSTRAINT lifeevents_bundles_state_ck CHECK (state IN ('stuck', 'open', 'done', 'ended')),
	made_at      BIGINT NOT NULL,
	ended_at     BIGINT
);
CREATE INDEX lifeevents_bundles_unit ON lifeevents_bundles (unit, state, id);
CREATE INDEX lifeevents_bundles_owner ON lifeevents_bundles (owner_id, id);
CREATE TABLE lifeevents_legs (
	id            TEXT PRIMARY KEY,
	dossier_id    TEXT NOT NULL,
	leg           TEXT NOT NULL,    -- of the definition
	place         INTEGER NOT NULL,
	version       INTEGER NOT NULL, -- grows with every change
	state         TEXT NOT NULL CONSTRAINT lifeevents_legs_state_ck CHECK (state IN ('waiting', 'sending', 'filed', 'stuck', 'done', 'closed', 'cancelling', 'cancelled', 'skipped')),
	attempt       INTEGER NOT NULL, -- how often it was put on its way
	message       TEXT NOT NULL,    -- of the outbox, once it stands there dead
	reference     TEXT NOT NULL,    -- by which the partner knows it
	why           TEXT NOT NULL,    -- it is stuck
	reason        TEXT NOT NULL,    -- a person closed it or took it back
	words_sealed  TEXT NOT NULL,    -- what the partner said
	mended_sealed TEXT NOT NULL,    -- JSON: what a clerk has put in the place of what was known
	given_sealed  TEXT NOT NULL,    -- JSON: what the partner gave
	asked         INTEGER NOT NULL, -- how often the partner was asked for its answer
	begun_at      BIGINT,           -- first put on its way
	due_at        BIGINT,
	ended_at      BIGINT
);
CREATE UNIQUE INDEX lifeevents_legs_dossier ON lifeevents_legs (dossier_id, leg);
CREATE TABLE lifeevents_history (
	id         TEXT PRIMARY KEY,
	dossier_id TEXT NOT NULL,
	leg        TEXT NOT NULL,
	what       TEXT NOT NULL,
	note       TEXT NOT NULL, -- of an official; nothing that a partner said
	by_account TEXT NOT NULL,
	at         BIGINT NOT NULL
);
CREATE INDEX lifeevents_history_dossier ON lifeevents_history (dossier_id, id);
