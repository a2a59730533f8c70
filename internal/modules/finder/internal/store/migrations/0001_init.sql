-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE finder_recent ( -- at most ten of each account
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL,
	question TEXT NOT NULL,    -- sealed
	at       BIGINT NOT NULL
);
CREATE INDEX finder_recent_account ON finder_recent (account, at);
CREATE INDEX finder_recent_at ON finder_recent (at);
CREATE TABLE finder_saved (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL,
	name     TEXT NOT NULL,    -- sealed, as the question: people write names there
	question TEXT NOT NULL,    -- sealed
	kind     TEXT NOT NULL,    -- empty: all
	filters  TEXT NOT NULL,    -- facet=value, as in an address
	at       BIGINT NOT NULL
);
CREATE INDEX finder_saved_account ON finder_saved (account, id);
