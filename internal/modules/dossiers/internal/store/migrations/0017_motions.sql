-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What officers want a leader to decide about a dossier: a later day, or that it is
-- stopped. Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE dossiers_motions (
	id            TEXT PRIMARY KEY,
	dossier_id    TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	kind          TEXT NOT NULL CONSTRAINT dossiers_motions_kind_ck CHECK (kind IN ('extend', 'stop')),
	days          INTEGER NOT NULL, -- working days to add; 0 where it is stopped
	money         TEXT NOT NULL CONSTRAINT dossiers_motions_money_ck CHECK (money IN ('', 'none', 'keep', 'refund')), -- what becomes of what was paid
	reason_sealed TEXT NOT NULL,
	basis         TEXT NOT NULL, -- the rule
	asked_by      TEXT NOT NULL, -- account
	asker         TEXT NOT NULL, -- name
	asker_person  TEXT NOT NULL,
	asked_at      BIGINT NOT NULL,
	state         TEXT NOT NULL CONSTRAINT dossiers_motions_state_ck CHECK (state IN ('open', 'agreed', 'declined', 'dropped')),
	old_due       BIGINT,
	new_due       BIGINT, -- once it is agreed to
	words_sealed  TEXT NOT NULL, -- why it was declined
	ended_by      TEXT NOT NULL, -- account
	ender         TEXT NOT NULL, -- name
	ended_at      BIGINT
);
CREATE INDEX dossiers_motions_dossier ON dossiers_motions (dossier_id, id);
CREATE UNIQUE INDEX dossiers_motions_one ON dossiers_motions (dossier_id) WHERE state = 'open';
CREATE INDEX dossiers_motions_open ON dossiers_motions (asked_at, id) WHERE state = 'open';
