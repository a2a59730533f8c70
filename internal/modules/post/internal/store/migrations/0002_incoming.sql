-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What the postman brings: envelopes with papers, until they are opened at the counter.
CREATE TABLE post_incoming (
	id          TEXT PRIMARY KEY,
	version     INTEGER NOT NULL,
	unit        TEXT NOT NULL,
	consignment TEXT NOT NULL, -- code on the envelope: capitals and figures
	came_on     TEXT NOT NULL, -- YYYY-MM-DD
	from_sealed TEXT NOT NULL, -- who stands on the envelope
	state       TEXT NOT NULL CONSTRAINT post_incoming_state_ck CHECK (state IN ('waiting', 'opened', 'sent_back')),
	dossier_id  TEXT NOT NULL, -- the first draft, and dossier, that it was opened for; empty: none yet
	reason      TEXT NOT NULL, -- why it was sent back
	made_by     TEXT NOT NULL, -- account
	made_at     BIGINT NOT NULL,
	ended_by    TEXT NOT NULL, -- account; empty: the program noted that it was opened
	ended_at    BIGINT
);
CREATE UNIQUE INDEX post_incoming_once ON post_incoming (unit, consignment, came_on);
CREATE INDEX post_incoming_unit ON post_incoming (unit, state, id);
