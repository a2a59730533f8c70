-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE persons_requests ( -- somebody says, with a paper, that they represent another: nobody has looked yet
	id           TEXT PRIMARY KEY, -- of the representation too, when an official has taken it on
	agent        TEXT NOT NULL,    -- person
	asked_sealed TEXT NOT NULL,    -- JSON: whom, by what right and paper, about what, how long
	file_id      TEXT NOT NULL,    -- of the paper
	unit         TEXT NOT NULL,    -- that looks at it
	state        TEXT NOT NULL CONSTRAINT persons_requests_state_ck CHECK (state IN ('waiting', 'taken', 'refused', 'withdrawn')),
	made_by      TEXT NOT NULL,    -- account
	made_at      BIGINT NOT NULL,
	decided_by   TEXT NOT NULL,    -- account
	decided_at   BIGINT
);
CREATE INDEX persons_requests_waiting ON persons_requests (unit, id) WHERE state = 'waiting';
CREATE INDEX persons_requests_agent ON persons_requests (agent, id);
CREATE TABLE persons_deaths (
	id         TEXT PRIMARY KEY,
	person     TEXT NOT NULL,
	sealed     TEXT NOT NULL, -- JSON: the day, the paper
	state      TEXT NOT NULL CONSTRAINT persons_deaths_state_ck CHECK (state IN ('checking', 'confirmed', 'refused', 'withdrawn')),
	accounts   TEXT NOT NULL, -- JSON: those that it has closed
	unit       TEXT NOT NULL,
	made_by    TEXT NOT NULL, -- account
	made_at    BIGINT NOT NULL,
	decided_by TEXT NOT NULL, -- account
	decided_at BIGINT
);
CREATE UNIQUE INDEX persons_deaths_one ON persons_deaths (person) WHERE state IN ('checking', 'confirmed');
CREATE INDEX persons_deaths_person ON persons_deaths (person, id);
CREATE INDEX persons_deaths_checking ON persons_deaths (unit, id) WHERE state = 'checking';
CREATE TABLE persons_stood ( -- what pointed to the one who stays when two became one; the rest came later
	merge_id TEXT NOT NULL REFERENCES persons_merges (id),
	holder   TEXT NOT NULL,
	kind     TEXT NOT NULL,
	thing    TEXT NOT NULL,
	PRIMARY KEY (merge_id, holder, kind, thing)
);
ALTER TABLE persons_merges ADD COLUMN stood INTEGER NOT NULL DEFAULT 0; -- 1: persons_stood says it; merges of before do not know
