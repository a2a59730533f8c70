-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Results that were issued and turned out wrong: what was taken back, by whose
-- decision, and what replaces it. The file itself never changes; here stands that it
-- counts no more. Columns named *_sealed are encrypted, bound to table, column, row.
CREATE TABLE dossiers_revocations (
	id            TEXT PRIMARY KEY, -- also the id of the open step while a new result is made
	dossier_id    TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	state         TEXT NOT NULL CONSTRAINT dossiers_revocations_state_ck CHECK (state IN ('open', 'agreed', 'declined', 'dropped')),
	renew         INTEGER NOT NULL, -- 1: a new result replaces it
	days          INTEGER NOT NULL, -- working days until the new one; 0: none is made
	reason_sealed TEXT NOT NULL,
	decision      TEXT NOT NULL,    -- the paper by which it is taken back: number and day
	asked_by      TEXT NOT NULL,    -- account
	asker         TEXT NOT NULL,    -- name
	asker_person  TEXT NOT NULL,
	asked_at      BIGINT NOT NULL,
	words_sealed  TEXT NOT NULL,    -- why it was declined
	ended_by      TEXT NOT NULL,    -- account
	ender         TEXT NOT NULL,    -- name
	ended_at      BIGINT,
	file_id       TEXT NOT NULL,    -- of what is taken back
	file_sha      TEXT NOT NULL,
	number        TEXT NOT NULL,    -- as it is written
	signer        TEXT NOT NULL,    -- name
	issued_at     BIGINT,
	unit          TEXT NOT NULL,    -- that issued it
	path          TEXT NOT NULL,    -- JSON: the steps of the new one
	stage         INTEGER NOT NULL, -- which of them is open; -1: none
	stage_due     BIGINT,
	assignee      TEXT NOT NULL,    -- account; empty: anybody of the post
	assignee_name TEXT NOT NULL,
	new_sha       TEXT NOT NULL,    -- of what replaces it; empty: nothing does yet
	new_number    TEXT NOT NULL,
	replaced_at   BIGINT
);
CREATE INDEX dossiers_revocations_dossier ON dossiers_revocations (dossier_id, id);
CREATE UNIQUE INDEX dossiers_revocations_one ON dossiers_revocations (dossier_id) WHERE state = 'open' OR stage >= 0;
CREATE INDEX dossiers_revocations_open ON dossiers_revocations (unit, asked_at, id) WHERE state = 'open';
CREATE INDEX dossiers_revocations_sha ON dossiers_revocations (file_sha) WHERE state = 'agreed';
-- What was issued is kept; a result that takes its place is a row of its own, one in the making.
DROP INDEX dossiers_results_dossier;
CREATE INDEX dossiers_results_dossier ON dossiers_results (dossier_id, id);
CREATE UNIQUE INDEX dossiers_results_making ON dossiers_results (dossier_id) WHERE state <> 'issued';
-- The register of dossiers (form 07) is read by the unit that received them, in the order in which they were accepted.
CREATE INDEX dossiers_dossiers_ledger ON dossiers_dossiers (received_unit, accepted_at, id) WHERE accepted_at IS NOT NULL;
