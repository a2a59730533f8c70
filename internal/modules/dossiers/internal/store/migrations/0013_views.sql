-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- How somebody, or a unit, likes to look at a list of work: filters, order and columns. It names no citizen.
CREATE TABLE dossiers_views (
	id       TEXT PRIMARY KEY,
	list     TEXT NOT NULL CONSTRAINT dossiers_views_list_ck CHECK (list IN ('desk', 'unit')),
	account  TEXT NOT NULL,  -- who made it
	unit     TEXT NOT NULL,  -- whose people see it too; empty: nobody else
	name     TEXT NOT NULL,
	look     TEXT NOT NULL,  -- JSON
	saved_at BIGINT NOT NULL
);
CREATE INDEX dossiers_views_account ON dossiers_views (account, list, id);
CREATE INDEX dossiers_views_unit ON dossiers_views (unit, list, id) WHERE unit <> '';
CREATE TABLE dossiers_first_views ( -- with which of them a list opens
	account TEXT NOT NULL,
	list    TEXT NOT NULL,
	view_id TEXT NOT NULL REFERENCES dossiers_views (id),
	PRIMARY KEY (account, list)
);
CREATE INDEX dossiers_first_views_view ON dossiers_first_views (view_id);
