-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What another agency demands before a dossier goes on: the tax of a transfer of land. The
-- money never comes here; the notice and the document that shows the payment are kept. Columns
-- named *_sealed are encrypted, bound to table, column and row.
CREATE TABLE dossiers_demands (
	id            TEXT PRIMARY KEY,
	dossier_id    TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	status        INTEGER NOT NULL, -- with which the dossier goes on
	issuer        TEXT NOT NULL,    -- who demands it
	number        TEXT NOT NULL,    -- of the notice
	noticed_on    TEXT NOT NULL,    -- YYYY-MM-DD
	pay_by        TEXT NOT NULL,    -- YYYY-MM-DD; empty: the notice names no day
	lines_sealed  TEXT NOT NULL,    -- JSON: what for, how much
	legal         TEXT NOT NULL,    -- what the procedure rests on; id of kernel/law
	asked_by      TEXT NOT NULL,    -- account
	asker         TEXT NOT NULL,    -- name
	asked_at      BIGINT NOT NULL,
	receipt       TEXT NOT NULL,    -- number of the document that shows the payment; empty: it is open, or nobody paid
	paid_on       TEXT NOT NULL,    -- YYYY-MM-DD
	paper         TEXT NOT NULL,    -- id of dossiers_papers; empty: the document was only shown
	ended_by      TEXT NOT NULL,    -- account
	ended_at      BIGINT,           -- shown to be paid, or the dossier is over
	old_due       BIGINT,
	new_due       BIGINT,
	basis         TEXT NOT NULL     -- of the change of the deadline
);
CREATE INDEX dossiers_demands_dossier ON dossiers_demands (dossier_id, id);
CREATE UNIQUE INDEX dossiers_demands_open ON dossiers_demands (dossier_id) WHERE ended_at IS NULL;

-- By what right somebody took a result. Columns named *_sealed are encrypted, bound to table,
-- column and row.
CREATE TABLE dossiers_handovers (
	id           TEXT PRIMARY KEY,
	dossier_id   TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	taken_by     TEXT NOT NULL CONSTRAINT dossiers_handovers_taken_by_ck CHECK (taken_by IN ('owner', 'authorised')),
	proof_sealed TEXT NOT NULL, -- JSON: name, number, the paper that gives the right
	given_by     TEXT NOT NULL, -- account
	given_at     BIGINT NOT NULL
);
CREATE INDEX dossiers_handovers_dossier ON dossiers_handovers (dossier_id, id);
CREATE INDEX dossiers_custody_unit ON dossiers_custody (unit, dossier_id); -- the paper of those who have left it
