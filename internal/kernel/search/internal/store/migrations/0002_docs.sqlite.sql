-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE search_docs_a (
	num          INTEGER PRIMARY KEY, -- grows: what came later is newer
	kind         TEXT NOT NULL,
	doc          TEXT NOT NULL,    -- id in its module
	sum          TEXT NOT NULL,    -- of all it says: unchanged documents are not written again
	title_vi     TEXT NOT NULL,
	title_en     TEXT NOT NULL,
	code         TEXT NOT NULL,    -- as people write it; empty: none
	line_vi      TEXT NOT NULL,    -- shown under the title
	line_en      TEXT NOT NULL,
	title_folded TEXT NOT NULL,
	words_folded TEXT NOT NULL,
	closed       INTEGER NOT NULL, -- 1: its work is over
	at           BIGINT,
	facets       TEXT NOT NULL
);
CREATE UNIQUE INDEX search_docs_a_doc ON search_docs_a (kind, doc);
CREATE INDEX search_docs_a_kind ON search_docs_a (kind, num);
CREATE VIRTUAL TABLE search_fts_a USING fts5(title, body, tags, content='', contentless_delete=1, prefix='2 3', tokenize="unicode61 remove_diacritics 0 tokenchars '_'");
CREATE TABLE search_docs_b (
	num          INTEGER PRIMARY KEY, -- grows: what came later is newer
	kind         TEXT NOT NULL,
	doc          TEXT NOT NULL,    -- id in its module
	sum          TEXT NOT NULL,    -- of all it says: unchanged documents are not written again
	title_vi     TEXT NOT NULL,
	title_en     TEXT NOT NULL,
	code         TEXT NOT NULL,    -- as people write it; empty: none
	line_vi      TEXT NOT NULL,    -- shown under the title
	line_en      TEXT NOT NULL,
	title_folded TEXT NOT NULL,
	words_folded TEXT NOT NULL,
	closed       INTEGER NOT NULL, -- 1: its work is over
	at           BIGINT,
	facets       TEXT NOT NULL
);
CREATE UNIQUE INDEX search_docs_b_doc ON search_docs_b (kind, doc);
CREATE INDEX search_docs_b_kind ON search_docs_b (kind, num);
CREATE VIRTUAL TABLE search_fts_b USING fts5(title, body, tags, content='', contentless_delete=1, prefix='2 3', tokenize="unicode61 remove_diacritics 0 tokenchars '_'");
