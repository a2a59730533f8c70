-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE dossiers_supplements ( -- requests to add what is missing, and what each did to the deadline
	id             TEXT PRIMARY KEY,
	dossier_id     TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	status         INTEGER NOT NULL, -- of the dossier before
	items_sealed   TEXT NOT NULL,    -- JSON
	papers         INTEGER NOT NULL, -- rows of dossiers_papers that were there before
	days           INTEGER NOT NULL, -- working days to answer
	until_at       BIGINT NOT NULL,
	asked_by       TEXT NOT NULL,    -- account
	asked_at       BIGINT NOT NULL,
	answer_sealed  TEXT NOT NULL,    -- what was said with the papers
	answered_by    TEXT NOT NULL,    -- account
	ended_at       BIGINT,           -- answered, or the dossier is over
	old_due        BIGINT,
	new_due        BIGINT,
	basis          TEXT NOT NULL     -- of the change of the deadline
);
CREATE INDEX dossiers_supplements_dossier ON dossiers_supplements (dossier_id, id);
CREATE UNIQUE INDEX dossiers_supplements_open ON dossiers_supplements (dossier_id) WHERE ended_at IS NULL;
