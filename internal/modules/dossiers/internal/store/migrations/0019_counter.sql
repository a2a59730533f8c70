-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Dossiers that came to a unit which is not to decide them, on their way to the one
-- that is. Whoever sends answers for the dossier until the other has accepted it.
-- Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE dossiers_transfers (
	id            TEXT PRIMARY KEY,
	dossier_id    TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	from_unit     TEXT NOT NULL,
	to_unit       TEXT NOT NULL,
	reason_sealed TEXT NOT NULL,
	basis         TEXT NOT NULL, -- the rule that says who decides
	sheets        INTEGER NOT NULL, -- of paper that go along
	sent_by       TEXT NOT NULL, -- account
	sender        TEXT NOT NULL, -- name
	sent_at       BIGINT NOT NULL,
	state         TEXT NOT NULL CONSTRAINT dossiers_transfers_state_ck CHECK (state IN ('open', 'accepted', 'returned', 'dropped')),
	words_sealed  TEXT NOT NULL, -- why it was sent back
	ended_by      TEXT NOT NULL, -- account
	ender         TEXT NOT NULL, -- name
	ended_at      BIGINT
);
CREATE UNIQUE INDEX dossiers_transfers_one ON dossiers_transfers (dossier_id) WHERE state = 'open';
CREATE INDEX dossiers_transfers_dossier ON dossiers_transfers (dossier_id, id);
CREATE INDEX dossiers_transfers_to ON dossiers_transfers (to_unit, id) WHERE state = 'open';
CREATE INDEX dossiers_transfers_from ON dossiers_transfers (from_unit, id);
