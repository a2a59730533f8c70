-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Files that were sent with the form of a new record, before there is a record. Who
-- saves the record gives them to it; what is left over is swept.
CREATE TABLE books_uploads (
	file      TEXT PRIMARY KEY, -- id in files_files
	register  TEXT NOT NULL,
	field     TEXT NOT NULL,
	account   TEXT NOT NULL,    -- who sent it; nobody else may use it
	at        BIGINT NOT NULL,
	proposal  TEXT NOT NULL     -- that it waits with for another person's word; empty: none
);
CREATE INDEX books_uploads_waiting ON books_uploads (proposal, at, file);
CREATE INDEX books_uploads_account ON books_uploads (account, proposal);
