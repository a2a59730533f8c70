-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- The databases of the pack.
CREATE TABLE lookups_sources (
	id   TEXT PRIMARY KEY,
	body TEXT NOT NULL -- JSON
);
-- Every question of an official.
CREATE TABLE lookups_asked (
	id            TEXT PRIMARY KEY,
	dossier_id    TEXT NOT NULL,
	source        TEXT NOT NULL,
	use_id        TEXT NOT NULL,
	purpose       TEXT NOT NULL,
	person        TEXT NOT NULL, -- whose dossier it is
	by_account    TEXT NOT NULL,
	at            BIGINT NOT NULL,
	outcome       TEXT NOT NULL CONSTRAINT lookups_asked_outcome_ck CHECK (outcome IN ('found', 'none', 'refused', 'down')),
	answer_sealed TEXT NOT NULL, -- JSON of the fields that are shown; empty: none, not kept, or erased
	kept_until    BIGINT NOT NULL
);
CREATE INDEX lookups_asked_dossier ON lookups_asked (dossier_id, id);
CREATE INDEX lookups_asked_account ON lookups_asked (by_account, at);
CREATE INDEX lookups_asked_kept ON lookups_asked (kept_until) WHERE answer_sealed <> '';
-- What was taken in the place of what was declared: both stay.
CREATE TABLE lookups_taken (
	id              TEXT PRIMARY KEY,
	dossier_id      TEXT NOT NULL,
	asked_id        TEXT NOT NULL,
	field           TEXT NOT NULL,
	form_key        TEXT NOT NULL,
	declared_sealed TEXT NOT NULL,
	value_sealed    TEXT NOT NULL,
	by_account      TEXT NOT NULL,
	at              BIGINT NOT NULL
);
CREATE UNIQUE INDEX lookups_taken_field ON lookups_taken (dossier_id, form_key);
