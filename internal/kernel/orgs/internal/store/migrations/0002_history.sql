-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE orgs_versions ( -- what a unit was, is and will be; orgs_units holds what it is today
	unit_id          TEXT NOT NULL REFERENCES orgs_units (id),
	from_day         TEXT NOT NULL, -- first day, YYYY-MM-DD; empty: always
	to_day           TEXT NOT NULL, -- last day; empty: until further notice
	parent_id        TEXT NOT NULL, -- empty: none
	kind             TEXT NOT NULL,
	name_vi          TEXT NOT NULL,
	name_en          TEXT NOT NULL,
	agency_vi        TEXT NOT NULL,
	agency_en        TEXT NOT NULL,
	short            TEXT NOT NULL,
	name_folded      TEXT NOT NULL,
	sort_key         TEXT NOT NULL,
	code             TEXT NOT NULL,
	provisional_code TEXT NOT NULL,
	area_code        TEXT NOT NULL,
	verified         INTEGER NOT NULL,
	valid_from       TEXT NOT NULL,
	valid_to         TEXT NOT NULL,
	address          TEXT NOT NULL,
	phone            TEXT NOT NULL,
	decision         TEXT NOT NULL, -- number of the document; empty: the pack says so
	decided_on       TEXT NOT NULL,
	entered_by       TEXT NOT NULL,
	entered_at       BIGINT NOT NULL,
	applied          INTEGER NOT NULL, -- 0: its day has not come
	PRIMARY KEY (unit_id, from_day)
);
CREATE INDEX orgs_versions_parent ON orgs_versions (parent_id, sort_key, unit_id);
CREATE INDEX orgs_versions_waiting ON orgs_versions (from_day) WHERE applied = 0;
INSERT INTO orgs_versions (unit_id, from_day, to_day, parent_id, kind, name_vi, name_en, agency_vi, agency_en, short, name_folded, sort_key, code, provisional_code,
	area_code, verified, valid_from, valid_to, address, phone, decision, decided_on, entered_by, entered_at, applied)
SELECT id, '', '', COALESCE(parent_id, ''), kind, name_vi, name_en, agency_vi, agency_en, short, name_folded, sort_key, code, provisional_code,
	area_code, verified, valid_from, valid_to, address, phone, '', '', '', 0, 1 FROM orgs_units;
CREATE TABLE orgs_positions ( -- vị trí, chức vụ of a unit
	id         TEXT PRIMARY KEY,
	unit_id    TEXT NOT NULL REFERENCES orgs_units (id),
	title_vi   TEXT NOT NULL,
	title_en   TEXT NOT NULL,
	signs_as   TEXT NOT NULL, -- the line above the title under a paper
	role       TEXT NOT NULL, -- that comes with it: kernel/access gives it
	subtree    INTEGER NOT NULL, -- 1: the role holds in the units below too
	seats      INTEGER NOT NULL,
	valid_from TEXT NOT NULL,
	valid_to   TEXT NOT NULL,
	decision   TEXT NOT NULL,
	decided_on TEXT NOT NULL,
	entered_by TEXT NOT NULL,
	entered_at BIGINT NOT NULL
);
CREATE INDEX orgs_positions_unit ON orgs_positions (unit_id, id);
ALTER TABLE orgs_lineage ADD COLUMN day TEXT NOT NULL DEFAULT '';
ALTER TABLE orgs_lineage ADD COLUMN decision TEXT NOT NULL DEFAULT '';
CREATE INDEX orgs_lineage_successor ON orgs_lineage (successor_id);
