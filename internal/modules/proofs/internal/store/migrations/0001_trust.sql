-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- The authorities that are believed. Nothing here is secret or personal.
CREATE TABLE proofs_authorities (
	id             TEXT PRIMARY KEY,
	fingerprint    TEXT NOT NULL,   -- SHA-256 of the certificate, hexadecimal
	certificate    TEXT NOT NULL,   -- PEM
	uses           TEXT NOT NULL,   -- personal agency stamps
	status         TEXT NOT NULL CONSTRAINT proofs_authorities_status_ck CHECK (status IN ('proposed', 'listed', 'refused', 'withdrawn')),
	simulated      INTEGER NOT NULL,
	source         TEXT NOT NULL,
	valid_from     BIGINT,
	valid_to       BIGINT,
	lists          TEXT NOT NULL,
	list_url       TEXT NOT NULL,
	proposed_by    TEXT NOT NULL,   -- account, or a part of the program
	proposer       TEXT NOT NULL,   -- the person: one who has two accounts does not decide alone
	proposed_at    BIGINT NOT NULL,
	decided_by     TEXT NOT NULL,
	decided_at     BIGINT,
	withdrawn_from BIGINT,
	withdrawn_why  TEXT NOT NULL,
	withdrawn_note TEXT NOT NULL,
	withdrawn_by   TEXT NOT NULL,
	withdrawn_at   BIGINT
);
-- A certificate stands on the list once; what was refused or withdrawn may be proposed again.
CREATE UNIQUE INDEX proofs_authorities_once ON proofs_authorities (fingerprint) WHERE status IN ('proposed', 'listed');
CREATE TABLE proofs_lists ( -- the newest list of revoked certificates of an authority
	authority_id TEXT PRIMARY KEY REFERENCES proofs_authorities (id),
	content      TEXT NOT NULL,   -- DER, base64; empty: none could be fetched yet
	number       TEXT NOT NULL,
	from_at      BIGINT,
	next_at      BIGINT,
	entries      INTEGER NOT NULL,
	loaded_at    BIGINT NOT NULL,
	loaded_by    TEXT NOT NULL,
	error        TEXT NOT NULL
);
CREATE TABLE proofs_trust ( -- one row: counts the changes, so that every process sees them at once
	id      INTEGER PRIMARY KEY,
	version BIGINT NOT NULL
);
INSERT INTO proofs_trust (id, version) VALUES (1, 0);
