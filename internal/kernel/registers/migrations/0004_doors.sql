-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Proposals have pages of their own, and records go from state to state.
ALTER TABLE registers_proposals ADD COLUMN definition INTEGER NOT NULL DEFAULT 0; -- version in force when it was made; 0: not known
ALTER TABLE registers_proposals ADD COLUMN proposed_for TEXT NOT NULL DEFAULT ''; -- id of the person for whom the author acted
CREATE INDEX registers_proposals_mine ON registers_proposals (register, proposed_by, id);
CREATE INDEX registers_proposals_all ON registers_proposals (register, id);
CREATE INDEX registers_proposals_waits ON registers_proposals (state, register, unit_id, id);

CREATE TABLE registers_moves (
	register   TEXT NOT NULL,
	record     TEXT NOT NULL,
	version    BIGINT NOT NULL, -- of the record once it was moved
	move       TEXT NOT NULL, -- its id in the file
	from_state TEXT NOT NULL,
	to_state   TEXT NOT NULL,
	moved_by   TEXT NOT NULL, -- account
	moved_at   BIGINT NOT NULL,
	reason     TEXT NOT NULL,
	PRIMARY KEY (register, record, version)
);
