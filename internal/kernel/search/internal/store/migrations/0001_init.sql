-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE search_state ( -- one row; who writes the index locks it
	id            INTEGER PRIMARY KEY CHECK (id = 1),
	active        TEXT NOT NULL,    -- a or b: the half that answers
	built_with    TEXT NOT NULL,    -- which kinds, in which version; empty: never built
	building      TEXT NOT NULL,    -- the other half while it is built anew; empty: nothing is built
	building_with TEXT NOT NULL,
	kind          TEXT NOT NULL,    -- where the building goes on
	after         TEXT NOT NULL,
	done          BIGINT NOT NULL,
	total         BIGINT NOT NULL,
	started_at    BIGINT,
	finished_at   BIGINT,
	synonyms      BIGINT NOT NULL   -- counts their changes
);
INSERT INTO search_state (id, active, built_with, building, building_with, kind, after, done, total, synonyms)
	VALUES (1, 'a', '', '', '', '', '', 0, 0, 0);
CREATE TABLE search_kinds (
	kind  TEXT PRIMARY KEY,
	stamp TEXT NOT NULL -- of the source when it was read the last time
);
CREATE TABLE search_marks ( -- what has changed and is not in the index yet
	id    TEXT PRIMARY KEY,
	kind  TEXT NOT NULL,
	doc   TEXT NOT NULL,
	tries INTEGER NOT NULL
);
CREATE INDEX search_marks_next ON search_marks (tries, id);
CREATE TABLE search_terms ( -- every folded word there is, for mistakes of typing
	term TEXT PRIMARY KEY,
	size INTEGER NOT NULL,
	n    BIGINT NOT NULL -- about how many documents have it
);
CREATE INDEX search_terms_size ON search_terms (size, n);
CREATE TABLE search_synonyms (
	word TEXT NOT NULL, -- folded
	also TEXT NOT NULL, -- folded: what is looked for as well
	PRIMARY KEY (word, also)
);
CREATE TABLE search_stops ( -- folded words that say little: dropped when nothing has all words
	word TEXT PRIMARY KEY
);
CREATE TABLE search_codes_a ( -- codes as people type them: letters and digits alone
	code TEXT NOT NULL,
	num  BIGINT NOT NULL,
	PRIMARY KEY (code, num)
);
CREATE INDEX search_codes_a_num ON search_codes_a (num);
CREATE TABLE search_codes_b (
	code TEXT NOT NULL,
	num  BIGINT NOT NULL,
	PRIMARY KEY (code, num)
);
CREATE INDEX search_codes_b_num ON search_codes_b (num);
CREATE TABLE search_parts_a ( -- who may see a document: units that take part, persons it is about
	num    BIGINT NOT NULL,
	unit   TEXT NOT NULL,
	person TEXT NOT NULL,
	PRIMARY KEY (num, unit, person)
);
CREATE TABLE search_parts_b (
	num    BIGINT NOT NULL,
	unit   TEXT NOT NULL,
	person TEXT NOT NULL,
	PRIMARY KEY (num, unit, person)
);
CREATE INDEX search_parts_a_person ON search_parts_a (person, num) WHERE person <> '';
CREATE INDEX search_parts_b_person ON search_parts_b (person, num) WHERE person <> '';
