-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE digitising_batches (
	id        TEXT PRIMARY KEY,
	unit      TEXT NOT NULL,
	type      TEXT NOT NULL, -- of papers, as the vault knows them
	against   TEXT NOT NULL CONSTRAINT digitising_batches_against_ck CHECK (against IN ('original', 'certified')),
	box       TEXT NOT NULL,
	shelf     TEXT NOT NULL,
	years     TEXT NOT NULL,
	opened_by TEXT NOT NULL, -- account
	opened_at BIGINT NOT NULL
);
CREATE INDEX digitising_batches_unit ON digitising_batches (unit, id);
CREATE TABLE digitising_scans ( -- files as they came from the scanner
	id       TEXT PRIMARY KEY,
	batch_id TEXT NOT NULL REFERENCES digitising_batches (id),
	file_id  TEXT NOT NULL,
	file_sha TEXT NOT NULL,
	name     TEXT NOT NULL,
	pages    INTEGER NOT NULL, -- 0: not known yet
	done     INTEGER NOT NULL, -- pages that were read
	state    TEXT NOT NULL CONSTRAINT digitising_scans_state_ck CHECK (state IN ('reading', 'read', 'failed')),
	reason   TEXT NOT NULL     -- code of a text
);
CREATE UNIQUE INDEX digitising_scans_once ON digitising_scans (file_sha);
CREATE INDEX digitising_scans_batch ON digitising_scans (batch_id, id);
CREATE TABLE digitising_papers (
	id           TEXT PRIMARY KEY,
	batch_id     TEXT NOT NULL REFERENCES digitising_batches (id),
	scan_id      TEXT NOT NULL REFERENCES digitising_scans (id),
	state        TEXT NOT NULL CONSTRAINT digitising_papers_state_ck CHECK (state IN ('ready', 'checked', 'signed', 'entered', 'stopped')),
	version      INTEGER NOT NULL,
	facts_sealed TEXT NOT NULL, -- JSON: what the paper says, and how sure the program is of it
	checked_by   TEXT NOT NULL,
	checked_at   BIGINT,
	signed_by    TEXT NOT NULL,
	signed_file  TEXT NOT NULL,
	vault_id     TEXT NOT NULL, -- paper of the vault
	reason       TEXT NOT NULL  -- code of a text: why the vault did not take it
);
CREATE INDEX digitising_papers_batch ON digitising_papers (batch_id, id);
CREATE INDEX digitising_papers_state ON digitising_papers (batch_id, state, id);
CREATE TABLE digitising_pages (
	id       TEXT PRIMARY KEY,
	batch_id TEXT NOT NULL REFERENCES digitising_batches (id),
	scan_id  TEXT NOT NULL REFERENCES digitising_scans (id),
	number   INTEGER NOT NULL, -- in the scan, from 1
	paper_id TEXT NOT NULL,    -- empty: a separator
	file_id  TEXT NOT NULL,    -- picture
	width    INTEGER NOT NULL,
	height   INTEGER NOT NULL,
	turned   INTEGER NOT NULL, -- degrees to the right
	dropped  INTEGER NOT NULL, -- 1: left out of the paper
	flags    TEXT NOT NULL     -- blank, blurred, coarse, code; separated by blanks
);
CREATE UNIQUE INDEX digitising_pages_once ON digitising_pages (scan_id, number);
CREATE INDEX digitising_pages_paper ON digitising_pages (paper_id, number);
