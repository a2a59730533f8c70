-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What comes along with a dossier of an older system: contents of files, answers that
-- no field of today has, steps that were done there. Columns named *_sealed are
-- encrypted, bound to this table, column and row.
CREATE TABLE dossiers_moved_files ( -- papers that came from there and were not added here
	file_id    TEXT PRIMARY KEY,
	dossier_id TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	sha256     TEXT NOT NULL -- of the content: the same of one dossier comes once
);
CREATE UNIQUE INDEX dossiers_moved_files_once ON dossiers_moved_files (dossier_id, sha256);
CREATE TABLE dossiers_annexes ( -- answers as they were there
	id          TEXT PRIMARY KEY REFERENCES dossiers_dossiers (id),
	said_sealed TEXT NOT NULL -- JSON: names and values
);
CREATE TABLE dossiers_earlier ( -- steps that were done there
	id          TEXT PRIMARY KEY,
	dossier_id  TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	word        TEXT NOT NULL, -- what the older system calls the step that was done
	at          BIGINT NOT NULL,
	said_sealed TEXT NOT NULL  -- JSON: what was done, by whom, a note
);
CREATE UNIQUE INDEX dossiers_earlier_once ON dossiers_earlier (dossier_id, word);
