-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Phrases that come with a pack, and of a unit also those for another day. A phrase of a unit may stand
-- in the place of one of a pack.
CREATE TABLE dossiers_pack_phrases (
	id           TEXT PRIMARY KEY, -- in the pack
	place        INTEGER NOT NULL, -- their order
	kind         TEXT NOT NULL CONSTRAINT dossiers_pack_phrases_kind_ck CHECK (kind IN ('supplement', 'refusal', 'extension')),
	procedure_id TEXT NOT NULL, -- empty: every procedure
	paper        TEXT NOT NULL, -- of the procedure; empty: every paper
	words        TEXT NOT NULL,
	basis        TEXT NOT NULL,
	verified     INTEGER NOT NULL, -- 1: compared with its source
	applied_at   BIGINT NOT NULL
);
CREATE TABLE dossiers_phrases_new (
	id           TEXT PRIMARY KEY,
	unit         TEXT NOT NULL,
	kind         TEXT NOT NULL CONSTRAINT dossiers_phrases_kind_ck CHECK (kind IN ('supplement', 'refusal', 'extension')),
	procedure_id TEXT NOT NULL, -- empty: every procedure
	paper        TEXT NOT NULL, -- of the procedure; empty: every paper
	words        TEXT NOT NULL,
	basis        TEXT NOT NULL,
	version      INTEGER NOT NULL,
	changed_by   TEXT NOT NULL, -- account
	changer      TEXT NOT NULL, -- name
	changed_at   BIGINT NOT NULL,
	replaces     TEXT NOT NULL DEFAULT '' -- id of a phrase of the pack; empty: none
);
INSERT INTO dossiers_phrases_new (id, unit, kind, procedure_id, paper, words, basis, version, changed_by, changer, changed_at)
	SELECT id, unit, kind, procedure_id, paper, words, basis, version, changed_by, changer, changed_at FROM dossiers_phrases;
DROP TABLE dossiers_phrases;
ALTER TABLE dossiers_phrases_new RENAME TO dossiers_phrases;
CREATE INDEX dossiers_phrases_unit ON dossiers_phrases (unit, kind, id);
CREATE UNIQUE INDEX dossiers_phrases_replaces ON dossiers_phrases (unit, replaces) WHERE replaces <> '';
