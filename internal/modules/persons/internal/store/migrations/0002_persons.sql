-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE persons_majority ( -- from which age on nobody is represented as a minor
	valid_from TEXT PRIMARY KEY, -- YYYY-MM-DD
	age        INTEGER NOT NULL, -- years
	basis      TEXT NOT NULL
);
INSERT INTO persons_majority (valid_from, age, basis) VALUES ('2017-01-01', 18, 'Bộ luật Dân sự 2015, Điều 20 khoản 1');
CREATE TABLE persons_guardianships (
	id             TEXT PRIMARY KEY,
	ward           TEXT NOT NULL, -- person
	guardian       TEXT NOT NULL, -- person
	reason         TEXT NOT NULL CONSTRAINT persons_guardianships_reason_ck CHECK (reason IN ('minor', 'incapacity')),
	representation TEXT NOT NULL REFERENCES persons_representations (id), -- the right that it gives
	rule           TEXT NOT NULL, -- by which it ends: the basis of persons_majority; empty: none
	made_at        BIGINT NOT NULL
);
CREATE INDEX persons_guardianships_ward ON persons_guardianships (ward, id);
CREATE INDEX persons_guardianships_guardian ON persons_guardianships (guardian, id);
CREATE TABLE persons_households (
	id             TEXT PRIMARY KEY,
	unit           TEXT NOT NULL, -- where it is registered
	address_sealed TEXT NOT NULL,
	made_by        TEXT NOT NULL, -- account
	made_at        BIGINT NOT NULL
);
CREATE TABLE persons_members (
	id           TEXT PRIMARY KEY,
	household_id TEXT NOT NULL REFERENCES persons_households (id),
	person       TEXT NOT NULL,
	relation     TEXT NOT NULL CONSTRAINT persons_members_relation_ck CHECK (relation IN ('head', 'spouse', 'child', 'parent', 'sibling', 'grandparent', 'grandchild', 'other')),
	from_at      BIGINT NOT NULL,
	until_at     BIGINT
);
CREATE INDEX persons_members_household ON persons_members (household_id, id);
CREATE INDEX persons_members_person ON persons_members (person, id);
CREATE UNIQUE INDEX persons_members_one ON persons_members (person) WHERE until_at IS NULL; -- one household at a time
CREATE UNIQUE INDEX persons_members_head ON persons_members (household_id) WHERE until_at IS NULL AND relation = 'head';
CREATE TABLE persons_claims ( -- a number that came with another name
	id       TEXT PRIMARY KEY,
	holder   TEXT NOT NULL, -- the person who has the number
	claimant TEXT NOT NULL, -- the person who came with it
	state    TEXT NOT NULL CONSTRAINT persons_claims_state_ck CHECK (state IN ('open', 'holder', 'claimant')),
	unit     TEXT NOT NULL, -- where they came to; empty: online
	made_by  TEXT NOT NULL, -- account
	made_at  BIGINT NOT NULL
);
CREATE INDEX persons_claims_open ON persons_claims (id) WHERE state = 'open';
CREATE INDEX persons_claims_holder ON persons_claims (holder, id);
CREATE INDEX persons_claims_claimant ON persons_claims (claimant, id);
CREATE TABLE persons_pairs ( -- persons who look alike; a < b
	a        TEXT NOT NULL,
	b        TEXT NOT NULL,
	why      TEXT NOT NULL, -- born, phone, number
	state    TEXT NOT NULL CONSTRAINT persons_pairs_state_ck CHECK (state IN ('open', 'two', 'merged')),
	found_at BIGINT NOT NULL,
	PRIMARY KEY (a, b)
);
CREATE INDEX persons_pairs_open ON persons_pairs (a, b) WHERE state = 'open';
CREATE INDEX persons_pairs_b ON persons_pairs (b, a);
CREATE TABLE persons_looked ( -- up to which person pairs were looked for
	one   INTEGER PRIMARY KEY CHECK (one = 1),
	after TEXT NOT NULL
);
INSERT INTO persons_looked (one, after) VALUES (1, '');
CREATE TABLE persons_merges (
	id          TEXT PRIMARY KEY,
	from_person TEXT NOT NULL,
	to_person   TEXT NOT NULL,
	state       TEXT NOT NULL CONSTRAINT persons_merges_state_ck CHECK (state IN ('asked', 'done', 'refused', 'undone')),
	asked_by    TEXT NOT NULL, -- account
	asked_at    BIGINT NOT NULL,
	decided_by  TEXT NOT NULL,
	decided_at  BIGINT
);
CREATE INDEX persons_merges_state ON persons_merges (state, id);
CREATE INDEX persons_merges_from ON persons_merges (from_person, id);
CREATE INDEX persons_merges_to ON persons_merges (to_person, id);
CREATE TABLE persons_moved ( -- what a merge has moved, to put it back
	merge_id TEXT NOT NULL REFERENCES persons_merges (id),
	holder   TEXT NOT NULL,
	kind     TEXT NOT NULL,
	thing    TEXT NOT NULL,
	PRIMARY KEY (merge_id, holder, kind, thing)
);
