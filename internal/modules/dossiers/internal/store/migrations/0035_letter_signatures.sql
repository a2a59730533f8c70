-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Signatures on forms 04 and 05 that people are asked for on their phones, or by the
-- program of a card.
CREATE TABLE dossiers_letter_signatures (
	id         TEXT PRIMARY KEY,
	letter_id  TEXT NOT NULL REFERENCES dossiers_letters (id),
	dossier_id TEXT NOT NULL,
	request_id TEXT NOT NULL,    -- of kernel/signing/requests
	act        TEXT NOT NULL CONSTRAINT dossiers_letter_signatures_act_ck CHECK (act IN ('initial', 'sign', 'issue')),
	account    TEXT NOT NULL,    -- who was asked
	name       TEXT NOT NULL,
	version    INTEGER NOT NULL, -- of the letter
	areas      TEXT NOT NULL,    -- of an initial: places of the document
	state      TEXT NOT NULL CONSTRAINT dossiers_letter_signatures_state_ck CHECK (state IN ('open', 'used', 'unused')),
	code       TEXT NOT NULL,    -- why it was not used
	started_at BIGINT NOT NULL,
	ended_at   BIGINT
);
CREATE UNIQUE INDEX dossiers_letter_signatures_open ON dossiers_letter_signatures (letter_id) WHERE state = 'open';
CREATE INDEX dossiers_letter_signatures_request ON dossiers_letter_signatures (request_id, id);
