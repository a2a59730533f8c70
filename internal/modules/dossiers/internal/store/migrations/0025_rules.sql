-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Rules by which steps that become open find who does them, and what each rule has
-- done. They name officials and no citizen.
CREATE TABLE dossiers_rules (
	id           TEXT PRIMARY KEY,
	unit         TEXT NOT NULL,
	procedure_id TEXT NOT NULL, -- empty: every procedure
	field        TEXT NOT NULL, -- of procedures, in Vietnamese; empty: every field
	action       TEXT NOT NULL, -- of the steps; empty: every step but signing
	version      INTEGER NOT NULL,
	last         TEXT NOT NULL  -- in turn: after whom the next comes, in the order of names
);
CREATE UNIQUE INDEX dossiers_rules_once ON dossiers_rules (unit, procedure_id, field, action);
-- Every version is kept: what was assigned names the one that did it.
CREATE TABLE dossiers_rule_versions (
	rule_id       TEXT NOT NULL,
	version       INTEGER NOT NULL,
	kind          TEXT NOT NULL CONSTRAINT dossiers_rule_versions_kind_ck CHECK (kind IN ('nobody', 'turn', 'fewest', 'area', 'person', 'removed')),
	unit          TEXT NOT NULL,
	procedure_id  TEXT NOT NULL,
	field         TEXT NOT NULL,
	action        TEXT NOT NULL,
	person        TEXT NOT NULL, -- account; by area: of everything that no area fits
	person_name   TEXT NOT NULL,
	stand_in      TEXT NOT NULL, -- account
	stand_in_name TEXT NOT NULL,
	changed_by    TEXT NOT NULL, -- account
	changer       TEXT NOT NULL, -- name
	changed_at    BIGINT NOT NULL,
	PRIMARY KEY (rule_id, version)
);
CREATE INDEX dossiers_rule_versions_unit ON dossiers_rule_versions (unit, changed_at, rule_id);
CREATE TABLE dossiers_rule_areas (
	rule_id  TEXT NOT NULL,
	version  INTEGER NOT NULL,
	position INTEGER NOT NULL,
	area     TEXT NOT NULL, -- as the leader wrote it
	account  TEXT NOT NULL,
	name     TEXT NOT NULL,
	PRIMARY KEY (rule_id, version, position)
);
-- What the rules did, once for each step: also where they found nobody.
CREATE TABLE dossiers_assigned (
	task_id    TEXT PRIMARY KEY,
	dossier_id TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	rule_id    TEXT NOT NULL,
	version    INTEGER NOT NULL,
	kind       TEXT NOT NULL,
	kept       INTEGER NOT NULL, -- 1: to who had done such a step of the dossier before
	step_vi    TEXT NOT NULL,
	step_en    TEXT NOT NULL,
	unit       TEXT NOT NULL,
	account    TEXT NOT NULL,    -- empty: nobody
	name       TEXT NOT NULL,
	why        TEXT NOT NULL,    -- code: why nobody
	at         BIGINT NOT NULL
);
CREATE INDEX dossiers_assigned_dossier ON dossiers_assigned (dossier_id, at, task_id);
CREATE INDEX dossiers_assigned_nobody ON dossiers_assigned (unit, task_id) WHERE account = '';
