-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Signatures that people are asked for on their phones.
ALTER TABLE dossiers_dossiers ADD COLUMN signing TEXT NOT NULL DEFAULT ''; -- the open signature; empty: none
CREATE TABLE dossiers_signatures (
	id          TEXT PRIMARY KEY,
	dossier_id  TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	request_id  TEXT NOT NULL,   -- of kernel/signing/requests
	act         TEXT NOT NULL CONSTRAINT dossiers_signatures_act_ck CHECK (act IN ('initial', 'sign', 'seal')),
	account     TEXT NOT NULL,   -- who was asked
	name        TEXT NOT NULL,
	task        TEXT NOT NULL,   -- the step it was asked for
	version     INTEGER NOT NULL, -- of the result
	areas       TEXT NOT NULL,   -- of an initial: places of the document
	signer      TEXT NOT NULL,   -- of an initial: who signs next
	signer_name TEXT NOT NULL,
	state       TEXT NOT NULL CONSTRAINT dossiers_signatures_state_ck CHECK (state IN ('open', 'used', 'unused')),
	code        TEXT NOT NULL,   -- why it was not used
	started_at  BIGINT NOT NULL,
	ended_at    BIGINT
);
CREATE UNIQUE INDEX dossiers_signatures_open ON dossiers_signatures (dossier_id) WHERE state = 'open';
CREATE INDEX dossiers_signatures_dossier ON dossiers_signatures (dossier_id, id);
CREATE INDEX dossiers_signatures_request ON dossiers_signatures (request_id, id);
