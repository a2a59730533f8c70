-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE systems_systems (
	id          TEXT PRIMARY KEY, -- the account
	version     INTEGER NOT NULL, -- counts the changes
	name        TEXT NOT NULL,
	owner       TEXT NOT NULL,
	contact     TEXT NOT NULL,
	purpose     TEXT NOT NULL,
	state       TEXT NOT NULL CONSTRAINT systems_systems_state_ck CHECK (state IN ('proposed', 'active', 'disabled')),
	reach       TEXT NOT NULL, -- JSON; empty before it was confirmed
	wanted      TEXT NOT NULL, -- JSON; empty: nothing is proposed
	proposed_by TEXT NOT NULL,
	proposed_at BIGINT,
	approved_by TEXT NOT NULL,
	approved_at BIGINT,
	made_at     BIGINT NOT NULL
);
CREATE INDEX systems_systems_made ON systems_systems (made_at, id);
CREATE TABLE systems_tokens (
	id         TEXT PRIMARY KEY,
	system_id  TEXT NOT NULL REFERENCES systems_systems (id),
	token_hash TEXT NOT NULL UNIQUE,
	hint       TEXT NOT NULL,
	made_by    TEXT NOT NULL,
	made_at    BIGINT NOT NULL,
	ends_at    BIGINT NOT NULL,
	revoked_by TEXT NOT NULL,
	revoked_at BIGINT,
	used_at    BIGINT,
	used_from  TEXT NOT NULL
);
CREATE INDEX systems_tokens_system ON systems_tokens (system_id, made_at);
CREATE TABLE systems_roles ( -- roles of the pack that may be given to systems
	role TEXT PRIMARY KEY
);
