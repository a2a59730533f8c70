-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE signon_clients (
	id               TEXT PRIMARY KEY,
	kind             TEXT NOT NULL CONSTRAINT signon_clients_kind_ck CHECK (kind IN ('web', 'native', 'device', 'service')),
	name_vi          TEXT NOT NULL,
	name_en          TEXT NOT NULL,
	purpose_vi       TEXT NOT NULL,
	purpose_en       TEXT NOT NULL,
	unit             TEXT NOT NULL, -- who answers for it
	redirects        TEXT NOT NULL, -- one on each line
	logout_redirects TEXT NOT NULL,
	back_channel     TEXT NOT NULL,
	scopes           TEXT NOT NULL, -- with spaces between
	account_id       TEXT NOT NULL, -- of a service
	pushed           INTEGER NOT NULL,
	disabled         INTEGER NOT NULL,
	made_at          BIGINT NOT NULL,
	changed_at       BIGINT NOT NULL
);
CREATE INDEX signon_clients_unit ON signon_clients (unit, id);
CREATE TABLE signon_secrets (
	client_id TEXT NOT NULL REFERENCES signon_clients (id),
	digest    TEXT NOT NULL, -- of a random secret
	made_at   BIGINT NOT NULL,
	ends_at   BIGINT,
	PRIMARY KEY (client_id, digest)
);
CREATE TABLE signon_kept ( -- requests under way, and what was granted
	kind       TEXT NOT NULL, -- request, grant
	id         TEXT NOT NULL,
	client_id  TEXT NOT NULL,
	account_id TEXT NOT NULL,
	session_id TEXT NOT NULL,
	scopes     TEXT NOT NULL,
	body       TEXT NOT NULL, -- for kernel/openid alone: no code, no token, no name
	offline    INTEGER NOT NULL,
	revoked    INTEGER NOT NULL,
	version    BIGINT NOT NULL,
	made_at    BIGINT NOT NULL,
	ends_at    BIGINT NOT NULL,
	PRIMARY KEY (kind, id)
);
CREATE INDEX signon_kept_session ON signon_kept (session_id) WHERE session_id <> '';
CREATE INDEX signon_kept_account ON signon_kept (account_id, client_id) WHERE account_id <> '';
CREATE INDEX signon_kept_client ON signon_kept (client_id);
CREATE INDEX signon_kept_ends ON signon_kept (ends_at);
CREATE TABLE signon_handles ( -- codes and tokens, as hashes
	handle  TEXT NOT NULL,
	hash    TEXT NOT NULL,
	kind    TEXT NOT NULL,
	id      TEXT NOT NULL,
	used    INTEGER NOT NULL,
	PRIMARY KEY (handle, hash)
);
CREATE INDEX signon_handles_of ON signon_handles (kind, id);
CREATE TABLE signon_keys (
	id            TEXT PRIMARY KEY,
	secret_sealed TEXT NOT NULL,
	made_at       BIGINT NOT NULL,
	signs_at      BIGINT NOT NULL,
	ends_at       BIGINT
);
CREATE TABLE signon_consents (
	account_id TEXT NOT NULL,
	client_id  TEXT NOT NULL REFERENCES signon_clients (id),
	scopes     TEXT NOT NULL,
	given_at   BIGINT NOT NULL,
	PRIMARY KEY (account_id, client_id)
);
CREATE TABLE signon_guesses ( -- wrong secrets since the last right one
	bucket  TEXT PRIMARY KEY, -- keyed hash of client and network
	fails   BIGINT NOT NULL,
	last_at BIGINT NOT NULL
);
CREATE INDEX signon_guesses_last ON signon_guesses (last_at);
CREATE TABLE signon_once ( -- what may be seen once
	hash    TEXT PRIMARY KEY,
	ends_at BIGINT NOT NULL
);
CREATE INDEX signon_once_ends ON signon_once (ends_at);
CREATE TABLE signon_links ( -- who other providers have said that people are
	source        TEXT NOT NULL,
	subject_index TEXT NOT NULL, -- keyed hash
	account_id    TEXT NOT NULL,
	person_id     TEXT NOT NULL,
	made_at       BIGINT NOT NULL,
	last_at       BIGINT NOT NULL,
	PRIMARY KEY (source, subject_index)
);
CREATE INDEX signon_links_account ON signon_links (account_id);
CREATE TABLE signon_differences (
	id            TEXT PRIMARY KEY,
	source        TEXT NOT NULL,
	person_id     TEXT NOT NULL,
	account_id    TEXT NOT NULL,
	theirs_sealed TEXT NOT NULL,
	state         TEXT NOT NULL CONSTRAINT signon_differences_state_ck CHECK (state IN ('open', 'kept', 'taken')),
	seen_at       BIGINT NOT NULL,
	decider       TEXT NOT NULL,
	decided_at    BIGINT,
	reason        TEXT NOT NULL
);
CREATE UNIQUE INDEX signon_differences_open ON signon_differences (person_id, source) WHERE state = 'open';
CREATE INDEX signon_differences_person ON signon_differences (person_id);
CREATE INDEX signon_differences_state ON signon_differences (state, id);
