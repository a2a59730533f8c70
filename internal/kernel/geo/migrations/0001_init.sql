-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- A table is kept whole, as its files were written: programs read it into memory.
CREATE TABLE geo_tables (
	seq        BIGINT PRIMARY KEY, -- the latest is what holds
	origin     TEXT NOT NULL,      -- pack: replaces the one before; import: lies over it
	from_day   TEXT NOT NULL,      -- of an import: first day on which it holds, YYYY-MM-DD
	basis      TEXT NOT NULL,      -- of an import: the decision it rests on
	sum        TEXT NOT NULL,      -- SHA-256 of the content
	content    TEXT NOT NULL,      -- JSON: files by name
	units      INTEGER NOT NULL,   -- rows that were added or changed
	entered_by TEXT NOT NULL,      -- account; empty: a pack
	entered_at BIGINT NOT NULL
);
