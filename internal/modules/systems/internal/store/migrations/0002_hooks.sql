-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Which changes of which register are sent where.
CREATE TABLE systems_hooks (
	id          TEXT PRIMARY KEY,
	system_id   TEXT NOT NULL REFERENCES systems_systems (id),
	register    TEXT NOT NULL,
	url         TEXT NOT NULL,
	secret      TEXT NOT NULL, -- sealed
	secret_old  TEXT NOT NULL, -- sealed; empty: none
	old_until   BIGINT, -- until then the one before signs as well
	state       TEXT NOT NULL CONSTRAINT systems_hooks_state_ck CHECK (state IN ('active', 'stopped', 'dead')),
	after_place TEXT NOT NULL, -- where it goes on in the feed
	place       BIGINT NOT NULL,
	attempt     INTEGER NOT NULL,
	due_at      BIGINT NOT NULL, -- not before then; who sends puts it ahead as a lease
	error       TEXT NOT NULL,
	made_by     TEXT NOT NULL,
	made_at     BIGINT NOT NULL
);
CREATE INDEX systems_hooks_system ON systems_hooks (system_id, id);
CREATE INDEX systems_hooks_due ON systems_hooks (state, due_at);
CREATE TABLE systems_deliveries (
	hook_id  TEXT NOT NULL,
	place    BIGINT NOT NULL,
	kind     TEXT NOT NULL,
	record   TEXT NOT NULL,
	arrived  INTEGER NOT NULL,
	attempts INTEGER NOT NULL,
	status   INTEGER NOT NULL,
	error    TEXT NOT NULL,
	first_at BIGINT NOT NULL,
	last_at  BIGINT NOT NULL,
	took     BIGINT NOT NULL,
	PRIMARY KEY (hook_id, place)
);
CREATE INDEX systems_deliveries_last ON systems_deliveries (last_at);
