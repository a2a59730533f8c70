-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What has changed in registers, for those who follow them. What a record was and
-- is stands in its table and its history: here is only that it changed.
CREATE TABLE registers_changes (
	n        INTEGER PRIMARY KEY AUTOINCREMENT, -- as it was written
	register TEXT NOT NULL,
	record   TEXT NOT NULL, -- empty: the definition
	version  BIGINT NOT NULL, -- that it got
	at       BIGINT NOT NULL,
	place    BIGINT -- in the feed of the register, without gaps; NULL until it is given
);
CREATE UNIQUE INDEX registers_changes_place ON registers_changes (register, place) WHERE place IS NOT NULL;
CREATE INDEX registers_changes_waiting ON registers_changes (register, n) WHERE place IS NULL;
CREATE INDEX registers_changes_at ON registers_changes (at, n);
CREATE TABLE registers_feeds (
	register   TEXT PRIMARY KEY,
	last_place BIGINT NOT NULL, -- that was given
	gone_place BIGINT NOT NULL -- up to here, the time was over
);
