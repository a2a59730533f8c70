-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Which registers have an index of the words of their records, and how far it is filled.
CREATE TABLE registers_words (
	register TEXT PRIMARY KEY,
	fields   TEXT NOT NULL, -- keys of the searchable fields in it, with spaces between
	filled   BIGINT NOT NULL -- number of the last row that was brought in; the greatest there is: all are
);
