-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE scores_sets ( -- of the pack
	id         TEXT PRIMARY KEY,
	valid_from TEXT NOT NULL,
	valid_to   TEXT NOT NULL,
	body       TEXT NOT NULL -- JSON: groups and criteria
);
CREATE TABLE scores_closings ( -- periods that are frozen: 2026-11, 2026-Q4, 2026
	period    TEXT PRIMARY KEY,
	body      TEXT NOT NULL, -- the set as it was
	cut_off   BIGINT NOT NULL,
	closed_at BIGINT NOT NULL,
	closed_by TEXT NOT NULL, -- account
	closer    TEXT NOT NULL  -- name
);
CREATE TABLE scores_units ( -- the tree of a frozen period
	period  TEXT NOT NULL REFERENCES scores_closings (period),
	place   INTEGER NOT NULL,
	unit    TEXT NOT NULL,
	parent  TEXT NOT NULL,
	name_vi TEXT NOT NULL,
	name_en TEXT NOT NULL,
	until   TEXT NOT NULL, -- last day of a unit that ended in the period; empty: it did not
	PRIMARY KEY (period, unit)
);
CREATE TABLE scores_counts ( -- with those of the units under it
	period TEXT NOT NULL REFERENCES scores_closings (period),
	unit   TEXT NOT NULL,
	name   TEXT NOT NULL,
	n      BIGINT NOT NULL,
	PRIMARY KEY (period, unit, name)
);
