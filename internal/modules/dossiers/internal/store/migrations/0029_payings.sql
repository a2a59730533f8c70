-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- A dossier that is decided only when it is paid waits for the money: from where it
-- came, since when, and what that did to its deadline.
CREATE TABLE dossiers_payings (
	id         TEXT PRIMARY KEY,
	dossier_id TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	status     INTEGER NOT NULL, -- to which it goes back
	since      BIGINT NOT NULL,
	ended_at   BIGINT,           -- empty: it waits
	old_due    BIGINT,
	new_due    BIGINT
);
CREATE INDEX dossiers_payings_dossier ON dossiers_payings (dossier_id, id);
