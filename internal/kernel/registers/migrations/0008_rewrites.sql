-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Registers of many records whose columns a new version of the file makes anew, piece by piece.
CREATE TABLE registers_rewrites (
	register TEXT PRIMARY KEY,
	fields   TEXT NOT NULL,    -- keys of those whose columns of searching and sorting are made anew, with spaces between
	remake   INTEGER NOT NULL, -- 1: the computed fields as well
	after    TEXT NOT NULL,    -- the last record that was written
	done     BIGINT NOT NULL,  -- records written
	total    BIGINT NOT NULL,  -- records there were when it began
	began_at BIGINT NOT NULL
);
