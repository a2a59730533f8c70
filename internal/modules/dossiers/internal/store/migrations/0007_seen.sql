-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE dossiers_seen ( -- whose list has shown a name, without a row for each look
	dossier  TEXT NOT NULL,
	account  TEXT NOT NULL,
	unit     TEXT NOT NULL, -- where the account worked the last time
	first_at BIGINT NOT NULL,
	last_at  BIGINT NOT NULL, -- the first look of the last day
	day      INTEGER NOT NULL, -- of last_at, as 20261121
	days     INTEGER NOT NULL,
	PRIMARY KEY (dossier, account)
);
