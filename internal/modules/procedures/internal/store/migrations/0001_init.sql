-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE procedures_versions (
	id              TEXT NOT NULL,    -- the id in the pack: a slug that never changes
	sha             TEXT NOT NULL,    -- SHA-256 of body
	name_key        TEXT NOT NULL,    -- the Vietnamese order of the name
	field           TEXT NOT NULL,    -- slug of the field (lĩnh vực)
	valid_from      TEXT NOT NULL,    -- first day on which it is listed, YYYY-MM-DD; empty: always
	valid_to        TEXT NOT NULL,    -- last day; 9999-12-31: no end is known
	is_current      INTEGER NOT NULL, -- 1: listed on its days; 0: kept for the dossiers of its time
	applied_at      BIGINT NOT NULL,
	name_folded     TEXT NOT NULL,
	keywords_folded TEXT NOT NULL,    -- the everyday words, each with a space on both sides, by |
	body            TEXT NOT NULL,    -- JSON of procedures.Version; never changed
	PRIMARY KEY (id, sha)
);
CREATE INDEX procedures_versions_listed ON procedures_versions (is_current, name_key, id);
CREATE TABLE procedures_facets ( -- by what the current versions are found; made anew from their bodies
	kind     TEXT NOT NULL, -- field, audience, life, level, online, keyword
	value    TEXT NOT NULL,
	name_key TEXT NOT NULL,
	id       TEXT NOT NULL,
	sha      TEXT NOT NULL,
	PRIMARY KEY (kind, value, name_key, id, sha),
	FOREIGN KEY (id, sha) REFERENCES procedures_versions (id, sha)
);
CREATE INDEX procedures_facets_version ON procedures_facets (id, sha, kind, value);
CREATE TABLE procedures_revision ( -- one row: counts the applications that changed anything
	id       INTEGER PRIMARY KEY CHECK (id = 1),
	revision BIGINT NOT NULL
);
INSERT INTO procedures_revision (id, revision) VALUES (1, 0);
