-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- One field of many records changed at once. What the records were and are stands in the register and its history.
CREATE TABLE books_batches (
	id        TEXT PRIMARY KEY,
	register  TEXT NOT NULL,
	account   TEXT NOT NULL,
	field     TEXT NOT NULL,
	reason    TEXT NOT NULL,
	at        BIGINT NOT NULL,
	undone_at BIGINT,        -- the last time that somebody took it back
	undone_by TEXT NOT NULL
);
CREATE INDEX books_batches_register ON books_batches (register, id);
CREATE TABLE books_batch_rows (
	batch_id TEXT NOT NULL REFERENCES books_batches (id),
	record   TEXT NOT NULL,
	version  BIGINT NOT NULL, -- of the record, after the change
	undone   BIGINT,          -- its version after the change was taken back
	PRIMARY KEY (batch_id, record)
);
