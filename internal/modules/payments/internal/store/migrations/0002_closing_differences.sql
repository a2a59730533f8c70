-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Why a drawer held another sum than it should: each difference by itself, with its words.
CREATE TABLE payments_closing_differences (
	closing_id TEXT NOT NULL REFERENCES payments_closings (id),
	number     INTEGER NOT NULL, -- from 1
	direction  TEXT NOT NULL CONSTRAINT payments_closing_differences_direction_ck CHECK (direction IN ('over', 'short')),
	cause      TEXT NOT NULL CONSTRAINT payments_closing_differences_cause_ck CHECK (cause IN ('change', 'entry', 'unfit', 'later', 'unclear')),
	amount     BIGINT NOT NULL CONSTRAINT payments_closing_differences_amount_ck CHECK (amount > 0),
	reason     TEXT NOT NULL,
	PRIMARY KEY (closing_id, number)
);
