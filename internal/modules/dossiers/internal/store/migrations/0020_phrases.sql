-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- The phrases of a unit for what it asks of people again and again, and why a second
-- request was needed. Neither names anybody.
CREATE TABLE dossiers_phrases (
	id           TEXT PRIMARY KEY,
	unit         TEXT NOT NULL,
	kind         TEXT NOT NULL CONSTRAINT dossiers_phrases_kind_ck CHECK (kind IN ('supplement', 'refusal')),
	procedure_id TEXT NOT NULL, -- empty: every procedure
	paper        TEXT NOT NULL, -- of the procedure; empty: every paper
	words        TEXT NOT NULL,
	basis        TEXT NOT NULL,
	version      INTEGER NOT NULL,
	changed_by   TEXT NOT NULL, -- account
	changer      TEXT NOT NULL, -- name
	changed_at   BIGINT NOT NULL
);
CREATE INDEX dossiers_phrases_unit ON dossiers_phrases (unit, kind, id);
ALTER TABLE dossiers_supplements ADD COLUMN again_reason TEXT NOT NULL DEFAULT '';
