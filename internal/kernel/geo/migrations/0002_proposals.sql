-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- A newer table waits until a second person has looked at what it changes.
CREATE TABLE geo_proposals (
	id          TEXT PRIMARY KEY,
	from_day    TEXT NOT NULL, -- first day on which it holds, YYYY-MM-DD
	basis       TEXT NOT NULL, -- the decision it rests on, in words
	content     TEXT NOT NULL, -- JSON: files by name
	over_seq    BIGINT NOT NULL, -- the table it was compared with
	changes     INTEGER NOT NULL,
	state       TEXT NOT NULL, -- proposed, confirmed, refused
	proposed_by TEXT NOT NULL, -- account
	proposed_at BIGINT NOT NULL,
	decided_by  TEXT NOT NULL DEFAULT '',
	decided_at  BIGINT
);
CREATE UNIQUE INDEX geo_proposals_open ON geo_proposals (state) WHERE state = 'proposed'; -- one at a time
