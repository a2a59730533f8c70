-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Dossiers that came from an older system: what they were called there, and as which
-- version they came, so that who moves them in or out knows what was done since.
CREATE TABLE dossiers_moved (
	dossier_id TEXT PRIMARY KEY REFERENCES dossiers_dossiers (id),
	version    INTEGER NOT NULL, -- of the dossier when it came
	moved_by   TEXT NOT NULL,    -- account
	moved_at   BIGINT NOT NULL
);
CREATE TABLE dossiers_formerly ( -- old codes and what old QR codes say, as people type them: capitals, no spaces
	word       TEXT PRIMARY KEY,
	dossier_id TEXT NOT NULL REFERENCES dossiers_dossiers (id)
);
CREATE INDEX dossiers_formerly_dossier ON dossiers_formerly (dossier_id);
