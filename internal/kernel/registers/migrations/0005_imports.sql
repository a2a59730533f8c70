-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Tables that people bring into a register, from the file to what became of it.
CREATE TABLE registers_imports (
	id          TEXT PRIMARY KEY,
	register    TEXT NOT NULL,
	state       TEXT NOT NULL, -- columns, checking, checked, running, stopped, done, dropped, undoing, undone
	author      TEXT NOT NULL, -- account; its rights are asked for again while it runs
	unit_id     TEXT NOT NULL, -- where the author works
	made_at     BIGINT NOT NULL,
	name        TEXT NOT NULL, -- of the file
	file        TEXT NOT NULL, -- id in kernel/files; empty: it is gone
	way         TEXT NOT NULL, -- JSON: how the file is read
	matched     TEXT NOT NULL, -- JSON: which column is which field, and what else the author said
	place       BIGINT NOT NULL, -- row of the file up to which the state has come; -1: none yet
	total       BIGINT NOT NULL, -- rows with something in them; 0: not counted yet
	fresh       BIGINT NOT NULL,
	changed     BIGINT NOT NULL,
	same        BIGINT NOT NULL,
	wrong       BIGINT NOT NULL,
	warned      BIGINT NOT NULL,
	undone      BIGINT NOT NULL,
	kept        BIGINT NOT NULL, -- records that an undoing left as they are
	failure     TEXT NOT NULL, -- code of what stopped it; empty: nothing did
	begun_at    BIGINT, -- when it began to be written
	ended_at    BIGINT,
	undone_by   TEXT NOT NULL
);
CREATE INDEX registers_imports_list ON registers_imports (register, id);

-- What is said of a row: why it is wrong, what it would change.
CREATE TABLE registers_import_notes (
	import_id   TEXT NOT NULL,
	kind        TEXT NOT NULL, -- wrong, changed, warned, kept
	n           BIGINT NOT NULL, -- row of the file
	record      TEXT NOT NULL,
	note_sealed TEXT NOT NULL, -- JSON: the cells and what is wrong with them
	PRIMARY KEY (import_id, kind, n)
);

-- What was written, so that it can be undone.
CREATE TABLE registers_import_rows (
	import_id TEXT NOT NULL,
	n         BIGINT NOT NULL, -- row of the file
	record    TEXT NOT NULL,
	version   BIGINT NOT NULL, -- that was written; 1: the record is new
	PRIMARY KEY (import_id, n)
);
CREATE INDEX registers_import_rows_record ON registers_import_rows (record);

-- Which column was which field, by the headings of a table.
CREATE TABLE registers_import_maps (
	register TEXT NOT NULL,
	headings TEXT NOT NULL, -- sha256 of the folded headings
	matched  TEXT NOT NULL, -- JSON
	made_at  BIGINT NOT NULL,
	PRIMARY KEY (register, headings)
);
