-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE refusals_entries ( -- refused access; rows are added and, when their time is over, removed
	id         TEXT PRIMARY KEY,
	at         BIGINT NOT NULL,
	until      BIGINT NOT NULL, -- of the last, where one row tells of many
	kind       TEXT NOT NULL,
	account    TEXT NOT NULL,   -- empty: nobody was signed in
	login      TEXT NOT NULL,   -- keyed hash of the user name that was tried
	permission TEXT NOT NULL,   -- of which one was missing
	route      TEXT NOT NULL,
	object     TEXT NOT NULL,   -- ids of the address
	network    TEXT NOT NULL,   -- first part of the address
	address    TEXT NOT NULL,   -- keyed hash of the whole
	count      BIGINT NOT NULL
);
CREATE INDEX refusals_entries_kind ON refusals_entries (kind, id);
CREATE INDEX refusals_entries_account ON refusals_entries (account, id);
CREATE INDEX refusals_entries_address ON refusals_entries (address, id);
CREATE TABLE refusals_swept (before BIGINT NOT NULL); -- what is older may go
INSERT INTO refusals_swept (before) VALUES (0);
CREATE TRIGGER refusals_entries_keep BEFORE UPDATE ON refusals_entries
BEGIN
	SELECT RAISE(ABORT, 'refused access is not rewritten');
END;
CREATE TRIGGER refusals_entries_stay BEFORE DELETE ON refusals_entries WHEN OLD.at >= (SELECT MAX(before) FROM refusals_swept)
BEGIN
	SELECT RAISE(ABORT, 'refused access is kept');
END;
