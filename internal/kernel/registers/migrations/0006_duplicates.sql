-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Records that may be the same thing twice, and those that were made one.
CREATE TABLE registers_twin_keys (
	register TEXT NOT NULL,
	key      TEXT NOT NULL, -- keyed hash of what a rule compares: of two that match at least one is the same
	record   TEXT NOT NULL,
	PRIMARY KEY (register, key, record)
);
CREATE INDEX registers_twin_keys_record ON registers_twin_keys (register, record);

CREATE TABLE registers_twins (
	register   TEXT NOT NULL,
	first      TEXT NOT NULL, -- record; the smaller id
	second     TEXT NOT NULL,
	rules      TEXT NOT NULL, -- checksums of those by which they were found, each between blanks
	state      TEXT NOT NULL, -- open, different, merged
	decided_by TEXT NOT NULL, -- account
	decided_at BIGINT,
	PRIMARY KEY (register, first, second)
);
CREATE INDEX registers_twins_list ON registers_twins (register, state, first, second);
CREATE INDEX registers_twins_second ON registers_twins (register, second);

-- How far the registers have been looked through.
CREATE TABLE registers_twin_looks (
	register TEXT PRIMARY KEY,
	rules    TEXT NOT NULL, -- checksum of the rules that the keys are of
	state    TEXT NOT NULL, -- all: from the first record to the last; changes: what the feed tells
	place    TEXT NOT NULL, -- of all: the last record
	feed     BIGINT NOT NULL, -- place in the feed of the register up to which changes are known
	looked   BIGINT NOT NULL, -- records, of all
	wide     BIGINT NOT NULL, -- records that matched more others than are kept
	begun_at BIGINT NOT NULL,
	ended_at BIGINT
);

CREATE TABLE registers_merges (
	id        TEXT PRIMARY KEY,
	register  TEXT NOT NULL,
	survivor  TEXT NOT NULL, -- record
	loser     TEXT NOT NULL,
	survived  BIGINT NOT NULL, -- version that the survivor got
	lost      BIGINT NOT NULL, -- version that the loser got
	taken     TEXT NOT NULL, -- JSON: fields whose values came from the loser
	reason    TEXT NOT NULL,
	merged_by TEXT NOT NULL, -- account
	merged_at BIGINT NOT NULL,
	undone_by TEXT NOT NULL,
	undone_at BIGINT
);
CREATE INDEX registers_merges_list ON registers_merges (register, id);
CREATE INDEX registers_merges_loser ON registers_merges (register, loser);
CREATE INDEX registers_merges_survivor ON registers_merges (register, survivor);

-- References of other records that a merge has turned to the survivor.
CREATE TABLE registers_merge_refs (
	merge_id TEXT NOT NULL,
	register TEXT NOT NULL,
	record   TEXT NOT NULL,
	field    TEXT NOT NULL,
	PRIMARY KEY (merge_id, register, record, field)
);

-- In a register where another person must agree, a table is one proposal.
ALTER TABLE registers_imports ADD COLUMN agreed_by TEXT NOT NULL DEFAULT ''; -- account of who agreed to it, or refused it
ALTER TABLE registers_imports ADD COLUMN words TEXT NOT NULL DEFAULT ''; -- why it was refused
