-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What somebody wants to write in a register where another person must agree.
CREATE TABLE registers_proposals (
	id            TEXT PRIMARY KEY,
	register      TEXT NOT NULL,
	record        TEXT NOT NULL, -- empty: a new one
	unit_id       TEXT NOT NULL, -- of the record
	act           TEXT NOT NULL, -- add, change, hide
	seen          BIGINT NOT NULL, -- the version of the record that the proposal is about
	values_sealed TEXT NOT NULL, -- JSON by key of the field
	proposed_by   TEXT NOT NULL, -- account
	proposed_at   BIGINT NOT NULL,
	state         TEXT NOT NULL, -- waiting, agreed, refused, withdrawn
	decided_by    TEXT NOT NULL,
	decided_at    BIGINT,
	words         TEXT NOT NULL -- why it was refused
);
CREATE INDEX registers_proposals_waiting ON registers_proposals (register, state, id);
CREATE INDEX registers_proposals_record ON registers_proposals (record, id);
