-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What colleagues write to each other about a dossier: never for its owner. Columns
-- named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE dossiers_notes (
	id           TEXT PRIMARY KEY,
	dossier_id   TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	account      TEXT NOT NULL,
	name         TEXT NOT NULL,
	unit         TEXT NOT NULL, -- where who wrote it works
	words_sealed TEXT NOT NULL,
	mentions     TEXT NOT NULL, -- JSON: names of the colleagues who were told
	written_at   BIGINT NOT NULL
);
CREATE INDEX dossiers_notes_dossier ON dossiers_notes (dossier_id, id);
