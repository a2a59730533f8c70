-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- How somebody, or a unit, likes to look at a register: filters, order and columns. It keeps no words and no personal data.
CREATE TABLE books_views (
	id       TEXT PRIMARY KEY,
	register TEXT NOT NULL,
	account  TEXT NOT NULL,  -- who made it
	unit     TEXT NOT NULL,  -- whose people see it too; empty: nobody else
	name     TEXT NOT NULL,
	look     TEXT NOT NULL,  -- JSON
	saved_at BIGINT NOT NULL
);
CREATE INDEX books_views_account ON books_views (account, register, id);
CREATE INDEX books_views_unit ON books_views (unit, register, id) WHERE unit <> '';
CREATE TABLE books_first_views ( -- with which of them a register opens
	account  TEXT NOT NULL,
	register TEXT NOT NULL,
	view_id  TEXT NOT NULL REFERENCES books_views (id),
	PRIMARY KEY (account, register)
);
CREATE INDEX books_first_views_view ON books_first_views (view_id);
