-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE keystore_certificates (
	id          TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL, -- the official it names; empty for a seal
	seal_unit   TEXT NOT NULL, -- the agency whose seal it is; empty for an official
	unit_id     TEXT NOT NULL, -- where the official works, or the agency: who looks after it
	name        TEXT NOT NULL, -- whom it names, as it is written in it
	folded      TEXT NOT NULL,
	kind        TEXT NOT NULL, -- soft, remote, local
	provider    TEXT NOT NULL,
	reference   TEXT NOT NULL,
	state       TEXT NOT NULL, -- active, suspended, revoked, replaced
	simulated   INTEGER NOT NULL, -- 1: of a development authority; its key lies in a folder
	serial      TEXT NOT NULL, -- hexadecimal
	issuer      TEXT NOT NULL, -- its name, for people
	issuer_hash TEXT NOT NULL, -- SHA-256 of its name, for comparing
	certificate TEXT NOT NULL, -- sealed: PEM, the authorities above it behind it
	key_sealed  TEXT NOT NULL, -- of soft ones: the key, sealed; empty where it lies elsewhere
	not_before  BIGINT NOT NULL,
	not_after   BIGINT NOT NULL,
	created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX keystore_certificates_serial ON keystore_certificates (issuer_hash, serial);
CREATE UNIQUE INDEX keystore_certificates_active ON keystore_certificates (account_id, seal_unit, kind) WHERE state = 'active';
CREATE INDEX keystore_certificates_holder ON keystore_certificates (account_id, seal_unit, id);
CREATE INDEX keystore_certificates_end ON keystore_certificates (not_after, id);
CREATE INDEX keystore_certificates_living ON keystore_certificates (not_after, id) WHERE state = 'active';
CREATE INDEX keystore_certificates_unit ON keystore_certificates (unit_id, not_after, id);
CREATE TABLE keystore_history (
	id             TEXT PRIMARY KEY,
	certificate_id TEXT NOT NULL REFERENCES keystore_certificates (id),
	what           TEXT NOT NULL, -- added, suspended, resumed, revoked, replaced
	actor          TEXT NOT NULL, -- account, or program:NAME
	reason         TEXT NOT NULL,
	at             BIGINT NOT NULL
);
CREATE INDEX keystore_history_certificate ON keystore_history (certificate_id, id);
CREATE TABLE keystore_uses ( -- written before the key is used
	id             TEXT PRIMARY KEY,
	certificate_id TEXT NOT NULL REFERENCES keystore_certificates (id),
	hash           TEXT NOT NULL, -- what was signed: SHA-256 of the signed attributes
	at             BIGINT NOT NULL
);
CREATE INDEX keystore_uses_certificate ON keystore_uses (certificate_id, id);
CREATE TABLE keystore_warnings ( -- what has been said about a certificate that runs out
	certificate_id TEXT NOT NULL REFERENCES keystore_certificates (id),
	days           INTEGER NOT NULL, -- 60, 30, 7, 1
	at             BIGINT NOT NULL,
	told_at        BIGINT,
	PRIMARY KEY (certificate_id, days)
);
CREATE TABLE keystore_imports ( -- read, and not yet given to anybody; swept when their time is over
	id          TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL, -- who imports: nobody else goes on with it
	certificate TEXT NOT NULL,
	key_sealed  TEXT NOT NULL,
	created_at  BIGINT NOT NULL,
	expires_at  BIGINT NOT NULL
);
CREATE INDEX keystore_imports_end ON keystore_imports (expires_at);
