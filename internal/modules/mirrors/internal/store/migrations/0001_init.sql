-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What becomes of the open dossiers of a procedure when its route is another from a day on.
-- A later row about the same day takes the place of an earlier one.
CREATE TABLE mirrors_decisions (
	id         TEXT PRIMARY KEY,
	procedure  TEXT NOT NULL,
	day        TEXT NOT NULL,    -- YYYY-MM-DD
	from_code  TEXT NOT NULL,    -- of the agency that owns them; empty: the province
	to_code    TEXT NOT NULL,
	choice     TEXT NOT NULL CONSTRAINT mirrors_decisions_choice_ck CHECK (choice IN ('keep', 'hand_over')),
	reason     TEXT NOT NULL,
	decided_by TEXT NOT NULL,    -- account
	decided_at BIGINT NOT NULL,
	moved      BIGINT NOT NULL,
	done_at    BIGINT            -- since when nothing is left to hand over
);
CREATE INDEX mirrors_decisions_procedure ON mirrors_decisions (procedure, id);
