-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE audit_records ADD COLUMN about TEXT NOT NULL DEFAULT ''; -- the person whose data was read
ALTER TABLE audit_records ADD COLUMN erased TEXT NOT NULL DEFAULT ''; -- the record that vouches for the erasure
CREATE INDEX audit_records_about ON audit_records (about, id) WHERE about <> '';
CREATE TABLE audit_erasures (
	id        TEXT PRIMARY KEY,
	kind      TEXT NOT NULL, -- what target is: person, subject
	target    TEXT NOT NULL,
	reason    TEXT NOT NULL, -- the legal basis, in words
	state     TEXT NOT NULL, -- proposed, confirmed, done, refused
	proposer  TEXT NOT NULL,
	proposed  BIGINT NOT NULL,
	decider   TEXT NOT NULL DEFAULT '',
	decided   BIGINT,
	upto      TEXT NOT NULL DEFAULT '', -- records after this id are not meant
	removed   BIGINT NOT NULL DEFAULT 0 -- erased so far
);
CREATE TABLE audit_places ( -- outside, to which checkpoints go by one server and not too often
	place       TEXT PRIMARY KEY,
	size        BIGINT NOT NULL, -- of the checkpoint that was brought last
	at          BIGINT NOT NULL,
	before_size BIGINT NOT NULL, -- of the one before: where this one did not arrive
	before_at   BIGINT NOT NULL
);
