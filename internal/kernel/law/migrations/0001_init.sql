-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE law_docs (
	id         TEXT PRIMARY KEY, -- the id in the pack: a slug that never changes
	number     TEXT NOT NULL,    -- 118/2025/NĐ-CP
	signed     TEXT NOT NULL,    -- YYYY-MM-DD; empty where no source says
	issuer     TEXT NOT NULL,
	kind       TEXT NOT NULL,    -- law, resolution, decree, decision, circular, document
	title_vi   TEXT NOT NULL,
	title_en   TEXT NOT NULL,
	valid_from TEXT NOT NULL,    -- first day; empty: not known
	valid_to   TEXT NOT NULL,    -- last day; empty: no end is stated
	mark       TEXT NOT NULL,    -- found, seed, computed, recalled
	source     TEXT NOT NULL,
	verified   INTEGER NOT NULL, -- 0: nobody has confirmed it
	folded     TEXT NOT NULL     -- number and title, as they are found
);
CREATE INDEX law_docs_signed ON law_docs (signed, id);
CREATE TABLE law_relations (
	doc_id TEXT NOT NULL REFERENCES law_docs (id),
	kind   TEXT NOT NULL, -- replaces, amends, guides, abolishes
	to_id  TEXT NOT NULL REFERENCES law_docs (id),
	PRIMARY KEY (doc_id, kind, to_id)
);
CREATE INDEX law_relations_to ON law_relations (to_id);
