-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Whose system owns the status of a dossier: the code of another agency and what people
-- call it, in both languages; empty: it is ours. It changes in the transaction in which the other begins.
ALTER TABLE dossiers_dossiers ADD COLUMN kept_by TEXT NOT NULL DEFAULT '';
ALTER TABLE dossiers_dossiers ADD COLUMN kept_name TEXT NOT NULL DEFAULT '';
ALTER TABLE dossiers_dossiers ADD COLUMN kept_name_en TEXT NOT NULL DEFAULT '';
CREATE INDEX dossiers_dossiers_kept ON dossiers_dossiers (kept_by, id) WHERE kept_by <> '';
CREATE INDEX dossiers_dossiers_kept_list ON dossiers_dossiers (id) WHERE kept_by <> '';
CREATE INDEX dossiers_dossiers_open_of ON dossiers_dossiers (procedure_id, id) WHERE status IN (1, 2, 4, 5, 6, 9);
-- What the system of another agency says of a dossier that is its own, or was.
CREATE TABLE dossiers_mirrors (
	dossier_id TEXT PRIMARY KEY REFERENCES dossiers_dossiers (id),
	keeper     TEXT NOT NULL,
	code       TEXT NOT NULL,    -- by which it knows the dossier; empty: it has not answered yet
	place      BIGINT NOT NULL,  -- of the last word: an earlier one changes nothing
	link       TEXT NOT NULL,
	result     TEXT NOT NULL,    -- number of what was issued there
	said_at    BIGINT NOT NULL,
	born       INTEGER NOT NULL  -- 1: it was never ours
);
CREATE UNIQUE INDEX dossiers_mirrors_code ON dossiers_mirrors (keeper, code) WHERE code <> '';
-- Who owned the status, from when: of two rows the later one ends the earlier.
CREATE TABLE dossiers_keepers (
	id         TEXT PRIMARY KEY,
	dossier_id TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	keeper     TEXT NOT NULL,    -- empty: we
	from_at    BIGINT NOT NULL,
	by_account TEXT NOT NULL
);
CREATE INDEX dossiers_keepers_dossier ON dossiers_keepers (dossier_id, id);
