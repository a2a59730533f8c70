-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE vault_processes ( -- which ring each running process knows
	server     TEXT PRIMARY KEY,
	generation BIGINT NOT NULL,
	at         BIGINT NOT NULL -- when it last said so
);
CREATE TABLE vault_rotations (
	id          TEXT PRIMARY KEY,
	to_key      TEXT NOT NULL,    -- name of the new key
	state       TEXT NOT NULL,    -- prepared, activated, walking, done
	started_by  TEXT NOT NULL,    -- account, or program:NAME
	started_at  BIGINT NOT NULL,
	sealing_at  BIGINT,           -- since when every process seals with it
	place       TEXT NOT NULL,    -- column that is being walked
	after_key   TEXT NOT NULL,    -- JSON: primary key to go on after; empty: the beginning
	done        BIGINT NOT NULL,  -- values sealed anew
	total       BIGINT NOT NULL,  -- values that were to be sealed anew when the walk began
	unreadable  BIGINT NOT NULL,  -- values that no key of the ring opens; they stay as they are
	finished_at BIGINT,
	server      TEXT NOT NULL,    -- who walks, and until when it may
	until       BIGINT NOT NULL,
	running     INTEGER UNIQUE    -- 1 while it is under way, NULL afterwards: there is one at a time
);
CREATE TABLE vault_state (
	name  TEXT PRIMARY KEY, -- index: the key by which the search hashes of this database were computed
	value TEXT NOT NULL
);
CREATE TABLE vault_exports ( -- who wanted the keys to leave the machine, and who agreed
	id           TEXT PRIMARY KEY,
	reason       TEXT NOT NULL,
	asked_by     TEXT NOT NULL, -- account
	asked_person TEXT NOT NULL,
	asked_at     BIGINT NOT NULL,
	ends_at      BIGINT NOT NULL,
	confirmed_by TEXT NOT NULL, -- account; empty: nobody yet
	confirmed_at BIGINT,
	used_at      BIGINT
);
