-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE persons_representations (
	id           TEXT PRIMARY KEY,
	represented  TEXT NOT NULL,    -- person
	agent        TEXT NOT NULL,    -- person, an individual
	basis        TEXT NOT NULL CONSTRAINT persons_representations_basis_ck CHECK (basis IN ('law', 'contract', 'authorisation', 'parent', 'guardian')),
	paper_sealed TEXT NOT NULL,    -- JSON: number, date, issuer
	file_id      TEXT NOT NULL,    -- of the paper; empty: none
	every        INTEGER NOT NULL, -- all procedures
	procedures   TEXT NOT NULL,    -- JSON: ids
	fields       TEXT NOT NULL,    -- JSON: slugs of fields of procedures
	acts         TEXT NOT NULL,    -- JSON
	from_at      BIGINT NOT NULL,
	until_at     BIGINT,           -- the first moment after; NULL: until it is ended
	state        TEXT NOT NULL CONSTRAINT persons_representations_state_ck CHECK (state IN ('checking', 'offered', 'active', 'refused', 'ended')),
	how          TEXT NOT NULL,    -- online, counter
	unit         TEXT NOT NULL,    -- of the counter; empty: online
	made_by      TEXT NOT NULL,    -- account
	made_at      BIGINT NOT NULL,
	ended_at     BIGINT            -- when it was revoked or refused
);
CREATE INDEX persons_representations_agent ON persons_representations (agent, represented, id);
CREATE INDEX persons_representations_represented ON persons_representations (represented, id);
CREATE INDEX persons_representations_checking ON persons_representations (unit, id) WHERE state = 'checking';
CREATE TABLE persons_history ( -- what became of a representation, a household, a merge, a claim
	id     TEXT PRIMARY KEY,
	about  TEXT NOT NULL,
	at     BIGINT NOT NULL,
	what   TEXT NOT NULL,
	actor  TEXT NOT NULL, -- account
	words_sealed TEXT NOT NULL
);
CREATE INDEX persons_history_about ON persons_history (about, id);
CREATE TABLE persons_acting ( -- for whom somebody works in a session; no row: for oneself
	session_id TEXT PRIMARY KEY,
	person     TEXT NOT NULL,
	at         BIGINT NOT NULL
);
CREATE INDEX persons_acting_at ON persons_acting (at);
