-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE orgs_units (
	id               TEXT PRIMARY KEY, -- the id in the pack: a slug that never changes
	parent_id        TEXT REFERENCES orgs_units (id),
	kind             TEXT NOT NULL,    -- province, department, commune, division, one_stop, …
	name_vi          TEXT NOT NULL,
	name_en          TEXT NOT NULL,
	agency_vi        TEXT NOT NULL,    -- of the authority there: Ủy ban nhân dân phường …
	agency_en        TEXT NOT NULL,
	short            TEXT NOT NULL,    -- in the numbers of documents: SNV
	name_folded      TEXT NOT NULL,
	sort_key         TEXT NOT NULL,
	code             TEXT NOT NULL,    -- by decision (QĐ 20/2020/QĐ-TTg); empty where none is known
	provisional_code TEXT NOT NULL,    -- given by this installation until there is one
	area_code        TEXT NOT NULL,    -- of the statistics office, five digits; empty where none
	verified         INTEGER NOT NULL, -- 0: a source says so but nobody has confirmed it
	valid_from       TEXT NOT NULL,    -- first day, YYYY-MM-DD; empty: always
	valid_to         TEXT NOT NULL,    -- last day; empty: still valid
	address          TEXT NOT NULL,
	phone            TEXT NOT NULL
);
CREATE INDEX orgs_units_parent ON orgs_units (parent_id, sort_key, id);
CREATE INDEX orgs_units_kind ON orgs_units (kind, sort_key, id);
CREATE TABLE orgs_tree ( -- every unit with each unit above it, itself included
	ancestor_id TEXT NOT NULL REFERENCES orgs_units (id),
	unit_id     TEXT NOT NULL REFERENCES orgs_units (id),
	PRIMARY KEY (ancestor_id, unit_id)
);
CREATE INDEX orgs_tree_unit ON orgs_tree (unit_id);
CREATE TABLE orgs_lineage (
	predecessor_id TEXT NOT NULL REFERENCES orgs_units (id),
	successor_id   TEXT NOT NULL REFERENCES orgs_units (id),
	kind           TEXT NOT NULL, -- merge, split, rename, keep
	PRIMARY KEY (predecessor_id, successor_id)
);
