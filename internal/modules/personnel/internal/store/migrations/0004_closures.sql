-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE personnel_closures ( -- accounts of officials that were disabled, and why
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	why        TEXT NOT NULL,   -- left, unused
	move_id    TEXT NOT NULL,   -- the decision by which somebody left; empty: none
	last_at    BIGINT,          -- last use; of one that nobody used
	at         BIGINT NOT NULL,
	by_account TEXT NOT NULL,
	opened_at  BIGINT,
	opened_by  TEXT NOT NULL,
	words      TEXT NOT NULL    -- why it was opened again
);
CREATE UNIQUE INDEX personnel_closures_open ON personnel_closures (account_id) WHERE opened_at IS NULL;
CREATE INDEX personnel_closures_account ON personnel_closures (account_id, id);
CREATE UNIQUE INDEX personnel_closures_move ON personnel_closures (move_id) WHERE move_id <> '';
CREATE TABLE personnel_unused ( -- accounts whose owner was warned that nobody uses them
	account_id TEXT PRIMARY KEY,
	last_at    BIGINT NOT NULL,
	ends_day   TEXT NOT NULL, -- the day on which it is disabled
	warned_at  BIGINT NOT NULL
);
CREATE INDEX personnel_moves_leaving ON personnel_moves (from_day) WHERE kind IN ('leave', 'retire') AND withdrawn_at IS NULL;
ALTER TABLE personnel_clock ADD COLUMN unused_day TEXT NOT NULL DEFAULT ''; -- the last day on which unused accounts were looked at
