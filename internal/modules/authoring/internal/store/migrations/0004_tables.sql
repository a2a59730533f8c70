-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE authoring_tables ( -- catalogues that were brought as tables
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	file       TEXT NOT NULL, -- empty: it was erased
	state      TEXT NOT NULL, -- brought, compared, proposed, dropped
	way        TEXT NOT NULL, -- JSON: how the file is read
	matched    TEXT NOT NULL, -- JSON: which column is what
	place      BIGINT NOT NULL,
	report     TEXT NOT NULL, -- JSON: rows by what they would do
	change_id  TEXT NOT NULL, -- that was made of it
	brought_by TEXT NOT NULL,
	brought_at BIGINT NOT NULL,
	failure    TEXT NOT NULL
);
CREATE TABLE authoring_table_rows ( -- what they would do; those that change nothing are not here
	table_id TEXT NOT NULL REFERENCES authoring_tables (id),
	kind     TEXT NOT NULL, -- new, changed, ended, wrong
	n        BIGINT NOT NULL,
	body     TEXT NOT NULL, -- JSON
	PRIMARY KEY (table_id, kind, n)
);
CREATE TABLE authoring_table_columns ( -- what was said of the same headings before
	headings TEXT PRIMARY KEY, -- SHA-256
	matched  TEXT NOT NULL
);
CREATE INDEX authoring_items_item ON authoring_items (list, item_id, change_id);
