-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- How a dossier goes on when its owner has died: as it is, where its procedure says
-- so, or with an heir. Columns named *_sealed are encrypted, bound to table, column, row.
CREATE TABLE dossiers_successions (
	id              TEXT PRIMARY KEY,
	dossier_id      TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	outcome         TEXT NOT NULL CONSTRAINT dossiers_successions_outcome_ck CHECK (outcome IN ('goes_on', 'heir')),
	person          TEXT NOT NULL, -- who has died
	heir            TEXT NOT NULL, -- person; empty: it goes on as it is
	died_on         TEXT NOT NULL, -- YYYY-MM-DD
	legal           TEXT NOT NULL, -- what the procedure rests on; id of kernel/law
	evidence_sealed TEXT NOT NULL, -- JSON: the paper by which an heir takes over, or the words
	decided_by      TEXT NOT NULL, -- account
	decider         TEXT NOT NULL, -- name
	decided_at      BIGINT NOT NULL
);
CREATE INDEX dossiers_successions_dossier ON dossiers_successions (dossier_id, id);
