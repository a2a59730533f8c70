-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE personnel_moves ( -- decisions about people
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	kind       TEXT NOT NULL, -- appoint, transfer, concurrent, acting, secondment, delegation, leave, retire, end
	decision   TEXT NOT NULL, -- number
	decided_on TEXT NOT NULL, -- YYYY-MM-DD
	from_day   TEXT NOT NULL, -- the first day on which it counts
	from_unit  TEXT NOT NULL, -- of the main post before; empty: none
	to_unit    TEXT NOT NULL, -- empty: none
	given      TEXT NOT NULL, -- the holding that begins; empty: none
	ended      TEXT NOT NULL, -- the holdings that end and their end before: "ID=MICROSECONDS ID="
	entered_by TEXT NOT NULL,
	entered_at BIGINT NOT NULL,
	withdrawn_by TEXT NOT NULL,
	withdrawn_at BIGINT
);
CREATE INDEX personnel_moves_account ON personnel_moves (account_id, id);
CREATE INDEX personnel_moves_from ON personnel_moves (from_unit, id);
CREATE INDEX personnel_moves_to ON personnel_moves (to_unit, id);
CREATE TABLE personnel_handovers ( -- work that has lost its official, until it is handed over
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL, -- who had it in hand
	unit_id    TEXT NOT NULL, -- where
	from_day   TEXT NOT NULL, -- the first day without the post
	opened_at  BIGINT NOT NULL,
	closed_at  BIGINT,
	closed_by  TEXT NOT NULL
);
CREATE UNIQUE INDEX personnel_handovers_open ON personnel_handovers (account_id, unit_id) WHERE closed_at IS NULL;
CREATE INDEX personnel_handovers_unit ON personnel_handovers (unit_id, id) WHERE closed_at IS NULL;
CREATE TABLE personnel_clock ( -- until when ends of posts were looked at
	one INTEGER PRIMARY KEY CHECK (one = 1),
	at  BIGINT NOT NULL
);
INSERT INTO personnel_clock (one, at) VALUES (1, 0);
