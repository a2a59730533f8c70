-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE personnel_splits ( -- decisions by which a unit was split
	id           TEXT PRIMARY KEY,
	unit_id      TEXT NOT NULL,
	keep         INTEGER NOT NULL, -- 1: the unit goes on
	decision     TEXT NOT NULL,
	decided_on   TEXT NOT NULL,
	basis        TEXT NOT NULL,
	from_day     TEXT NOT NULL,
	entered_by   TEXT NOT NULL,
	entered_at   BIGINT NOT NULL,
	withdrawn_by TEXT NOT NULL,
	withdrawn_at BIGINT
);
CREATE INDEX personnel_splits_unit ON personnel_splits (unit_id, id);
CREATE TABLE personnel_split_items ( -- what a split has made, for its undoing
	split_id TEXT NOT NULL REFERENCES personnel_splits (id),
	n        INTEGER NOT NULL,
	kind     TEXT NOT NULL, -- part, child, ended, given
	ref      TEXT NOT NULL, -- unit, or holding
	was      TEXT NOT NULL, -- of a child its part; of what ended its end before, in microseconds
	PRIMARY KEY (split_id, n)
);
