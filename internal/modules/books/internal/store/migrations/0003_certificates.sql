-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Certificates made of records. What they say stands in the register and its history.
CREATE TABLE books_certificates (
	code       TEXT PRIMARY KEY, -- in the QR code; nobody guesses it
	register   TEXT NOT NULL,
	print      TEXT NOT NULL,    -- the paper of the file
	number     BIGINT NOT NULL,  -- of its year
	year       INTEGER NOT NULL,
	record     TEXT NOT NULL,
	version    BIGINT NOT NULL,  -- of the record, when it was issued
	fields     TEXT NOT NULL,    -- JSON: those that it certifies
	unit       TEXT NOT NULL,    -- of who issued it
	account    TEXT NOT NULL,
	issued_at  BIGINT NOT NULL,
	ended_at   BIGINT,           -- when it was withdrawn
	ended_by   TEXT NOT NULL,
	ended_why  TEXT NOT NULL,
	UNIQUE (register, print, year, number)
);
CREATE INDEX books_certificates_record ON books_certificates (register, record, code);
