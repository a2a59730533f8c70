-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Rules by which who is on duty gets the steps of a unit.
CREATE TABLE dossiers_rule_versions_new (
	rule_id       TEXT NOT NULL,
	version       INTEGER NOT NULL,
	kind          TEXT NOT NULL CONSTRAINT dossiers_rule_versions_kind_ck CHECK (kind IN ('nobody', 'turn', 'fewest', 'area', 'person', 'duty', 'removed')),
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
INSERT INTO dossiers_rule_versions_new (rule_id, version, kind, unit, procedure_id, field, action, person, person_name, stand_in, stand_in_name, changed_by, changer, changed_at)
	SELECT rule_id, version, kind, unit, procedure_id, field, action, person, person_name, stand_in, stand_in_name, changed_by, changer, changed_at FROM dossiers_rule_versions;
DROP TABLE dossiers_rule_versions;
ALTER TABLE dossiers_rule_versions_new RENAME TO dossiers_rule_versions;
CREATE INDEX dossiers_rule_versions_unit ON dossiers_rule_versions (unit, changed_at, rule_id);
