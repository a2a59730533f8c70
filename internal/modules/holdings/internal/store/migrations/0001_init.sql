-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE holdings_types (
	id         TEXT PRIMARY KEY,
	name_vi    TEXT NOT NULL,
	name_en    TEXT NOT NULL,
	code       TEXT NOT NULL, -- of the national list; empty: nobody has stated it
	valid      TEXT NOT NULL CONSTRAINT holdings_types_valid_ck CHECK (valid IN ('perpetual', 'months', 'stated')),
	months     INTEGER NOT NULL,
	field      TEXT NOT NULL,
	scope_vi   TEXT NOT NULL,
	scope_en   TEXT NOT NULL,
	source     TEXT NOT NULL,
	unverified INTEGER NOT NULL,
	closed     INTEGER NOT NULL -- 1: it left the pack; papers of it stay
);
CREATE TABLE holdings_papers (
	id           TEXT PRIMARY KEY,
	owner_id     TEXT NOT NULL,    -- person
	type         TEXT NOT NULL,
	facts_sealed TEXT NOT NULL,    -- JSON: number, issuer, summary, officer, how it was checked
	procedure_id TEXT NOT NULL,    -- whose result it is, or with whose dossier it came
	issuer_unit  TEXT NOT NULL,    -- empty: the issuer is no unit of the province
	issued_on    TEXT NOT NULL,    -- YYYY-MM-DD
	until_on     TEXT NOT NULL,    -- the last day; empty: none is known
	perpetual    INTEGER NOT NULL,
	signature    TEXT NOT NULL CONSTRAINT holdings_papers_signature_ck CHECK (signature IN ('none', 'valid', 'bad')),
	file_id      TEXT NOT NULL,
	file_sha     TEXT NOT NULL,    -- SHA-256 of the content, hex
	source       TEXT NOT NULL CONSTRAINT holdings_papers_source_ck CHECK (source IN ('result', 'intake', 'backfile')),
	source_key   TEXT NOT NULL,    -- what it was made from: nothing is made twice
	dossier_id   TEXT NOT NULL,
	unit         TEXT NOT NULL,    -- that issued or digitised it
	made_by      TEXT NOT NULL,    -- account; empty: the program
	made_at      BIGINT NOT NULL,
	state        TEXT NOT NULL CONSTRAINT holdings_papers_state_ck CHECK (state IN ('valid', 'revoked', 'replaced')),
	replaces     TEXT NOT NULL,    -- the version before; empty: none
	replaced_by  TEXT NOT NULL,
	ended_at     BIGINT,
	ended_by     TEXT NOT NULL,
	reason_sealed TEXT NOT NULL
);
CREATE UNIQUE INDEX holdings_papers_source ON holdings_papers (source_key);
CREATE INDEX holdings_papers_owner ON holdings_papers (owner_id, id);
CREATE INDEX holdings_papers_owner_type ON holdings_papers (owner_id, type, id);
CREATE INDEX holdings_papers_made ON holdings_papers (made_at, unit, source);
CREATE TABLE holdings_uses ( -- which dossiers a paper served
	id           TEXT PRIMARY KEY,
	paper_id     TEXT NOT NULL REFERENCES holdings_papers (id),
	dossier_id   TEXT NOT NULL,
	procedure_id TEXT NOT NULL,
	paper        TEXT NOT NULL,    -- of the procedure
	file_sha     TEXT NOT NULL,    -- of the version that was taken
	unit         TEXT NOT NULL,    -- that received the dossier
	used_by      TEXT NOT NULL,    -- account
	used_at      BIGINT NOT NULL,
	sent_at      BIGINT            -- when the dossier was sent; empty: it is a draft
);
CREATE UNIQUE INDEX holdings_uses_once ON holdings_uses (dossier_id, paper, paper_id);
CREATE INDEX holdings_uses_paper ON holdings_uses (paper_id, id);
CREATE INDEX holdings_uses_sent ON holdings_uses (sent_at, unit) WHERE sent_at IS NOT NULL;
CREATE TABLE holdings_shares (
	id             TEXT PRIMARY KEY,
	paper_id       TEXT NOT NULL REFERENCES holdings_papers (id),
	owner_id       TEXT NOT NULL,
	token_hash     TEXT NOT NULL,  -- SHA-256 of what stands in the link, hex
	purpose_sealed TEXT NOT NULL,
	until_at       BIGINT NOT NULL,
	most           INTEGER NOT NULL, -- how often the file may be opened; 0: as often as one likes
	opened         INTEGER NOT NULL,
	made_by        TEXT NOT NULL,
	made_at        BIGINT NOT NULL,
	withdrawn_at   BIGINT
);
CREATE UNIQUE INDEX holdings_shares_token ON holdings_shares (token_hash);
CREATE INDEX holdings_shares_paper ON holdings_shares (paper_id, id);
CREATE INDEX holdings_shares_owner ON holdings_shares (owner_id, id);
CREATE TABLE holdings_looks ( -- through a link
	id             TEXT PRIMARY KEY,
	share_id       TEXT NOT NULL REFERENCES holdings_shares (id),
	at             BIGINT NOT NULL,
	what           TEXT NOT NULL CONSTRAINT holdings_looks_what_ck CHECK (what IN ('page', 'file', 'refused')),
	address_sealed TEXT NOT NULL
);
CREATE INDEX holdings_looks_share ON holdings_looks (share_id, id);
