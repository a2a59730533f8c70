-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Who has the paper of a dossier in hand, and to whom it is on its way inside the
-- unit. It never holds up what is done electronically.
CREATE TABLE dossiers_custody (
	dossier_id TEXT PRIMARY KEY REFERENCES dossiers_dossiers (id),
	account    TEXT NOT NULL, -- who answers for it
	name       TEXT NOT NULL,
	unit       TEXT NOT NULL,
	sheets     INTEGER NOT NULL,
	since      BIGINT NOT NULL,
	to_account TEXT NOT NULL, -- empty: it is not on its way
	to_name    TEXT NOT NULL,
	handing    TEXT NOT NULL  -- open row of dossiers_handings
);
CREATE INDEX dossiers_custody_held ON dossiers_custody (account, dossier_id);
CREATE INDEX dossiers_custody_coming ON dossiers_custody (to_account, dossier_id) WHERE to_account <> '';
CREATE TABLE dossiers_handings (
	id           TEXT PRIMARY KEY,
	slip         TEXT NOT NULL, -- of those that were handed over together
	dossier_id   TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	from_account TEXT NOT NULL,
	from_name    TEXT NOT NULL,
	to_account   TEXT NOT NULL,
	to_name      TEXT NOT NULL,
	sheets       INTEGER NOT NULL,
	state        TEXT NOT NULL CONSTRAINT dossiers_handings_state_ck CHECK (state IN ('open', 'taken', 'declined', 'back')),
	words        TEXT NOT NULL, -- why it was declined
	sent_at      BIGINT NOT NULL,
	ended_at     BIGINT
);
CREATE INDEX dossiers_handings_slip ON dossiers_handings (slip, id);
CREATE INDEX dossiers_handings_dossier ON dossiers_handings (dossier_id, id);
INSERT INTO dossiers_custody (dossier_id, account, name, unit, sheets, since, to_account, to_name, handing)
	SELECT d.id, d.accepted_by, '', d.received_unit, (SELECT SUM(p.original + p.copy + p.certified) FROM dossiers_papers p WHERE p.dossier_id = d.id), d.accepted_at, '', '', ''
	FROM dossiers_dossiers d WHERE d.status IN (2, 4, 5, 6) AND d.accepted_at IS NOT NULL
	AND (SELECT SUM(p.original + p.copy + p.certified) FROM dossiers_papers p WHERE p.dossier_id = d.id) > 0;
