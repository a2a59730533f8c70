-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE identity_persons (
	id            TEXT PRIMARY KEY,
	kind          TEXT NOT NULL, -- individual, organisation
	name          TEXT NOT NULL,
	name_folded   TEXT NOT NULL,
	name_key      TEXT NOT NULL, -- people sort by given name
	number_sealed TEXT NOT NULL, -- personal number or tax code
	number_index  TEXT NOT NULL,
	phone_sealed  TEXT NOT NULL,
	phone_index   TEXT NOT NULL,
	email_sealed  TEXT NOT NULL,
	email_index   TEXT NOT NULL,
	created_at    BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_persons_number ON identity_persons (kind, number_index) WHERE number_index <> '';
CREATE INDEX identity_persons_phone ON identity_persons (phone_index) WHERE phone_index <> '';
CREATE TABLE identity_accounts (
	id            TEXT PRIMARY KEY,
	person_id     TEXT NOT NULL REFERENCES identity_persons (id),
	login         TEXT NOT NULL UNIQUE, -- folded to lower case
	password_hash TEXT NOT NULL,
	disabled      INTEGER NOT NULL,
	note          TEXT NOT NULL,
	created_at    BIGINT NOT NULL
);
CREATE INDEX identity_accounts_person ON identity_accounts (person_id);
CREATE TABLE identity_sessions (
	token_hash TEXT PRIMARY KEY,
	id         TEXT NOT NULL UNIQUE, -- what people see and end
	account_id TEXT NOT NULL REFERENCES identity_accounts (id),
	kind       TEXT NOT NULL, -- browser, api
	started_at BIGINT NOT NULL,
	ends_at    BIGINT NOT NULL
);
CREATE INDEX identity_sessions_account ON identity_sessions (account_id, started_at);
CREATE INDEX identity_sessions_ends ON identity_sessions (ends_at);
