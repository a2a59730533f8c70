-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE signon_saml_keys ( -- ours towards providers that speak SAML; the newest counts
	id            TEXT PRIMARY KEY,
	secret_sealed TEXT NOT NULL,
	made_at       BIGINT NOT NULL
);
CREATE TABLE signon_outside ( -- sessions that began with another provider: both end together
	session_id    TEXT PRIMARY KEY,
	account_id    TEXT NOT NULL,
	source        TEXT NOT NULL,
	subject_index TEXT NOT NULL, -- keyed hash
	there_sealed  TEXT NOT NULL, -- how the provider calls the person and the session, JSON
	made_at       BIGINT NOT NULL
);
CREATE INDEX signon_outside_subject ON signon_outside (source, subject_index);
