-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE requests_requests (
	id          TEXT PRIMARY KEY, -- also what the provider knows the transaction by
	provider    TEXT NOT NULL,
	certificate TEXT NOT NULL,    -- id in the register
	serial      TEXT NOT NULL,
	cert        TEXT NOT NULL,    -- JSON: DER of the certificate and of those above it
	user_sealed TEXT NOT NULL,    -- whose phone is asked, as the provider knows them
	account     TEXT NOT NULL,    -- who approves
	unit        TEXT NOT NULL,
	compare     TEXT NOT NULL,    -- six figures, on the page and on the phone
	state       TEXT NOT NULL CONSTRAINT requests_requests_state_ck
		CHECK (state IN ('created', 'sent', 'waiting', 'approved', 'refused', 'expired', 'failed', 'cancelled')),
	code        TEXT NOT NULL,    -- why it failed
	reference   TEXT NOT NULL,    -- what the provider calls the transaction
	tick        BIGINT NOT NULL,  -- the job that may go on; others are stale
	tries       INTEGER NOT NULL, -- how often the provider was asked
	next_at     BIGINT NOT NULL,  -- when the job runs
	created_at  BIGINT NOT NULL,
	expires_at  BIGINT NOT NULL,
	ended_at    BIGINT,
	late        TEXT NOT NULL,    -- what the provider said after the end
	late_at     BIGINT,
	swept       INTEGER NOT NULL  -- 1: its documents were taken away, or stay for good
);
CREATE INDEX requests_requests_ended ON requests_requests (ended_at) WHERE swept = 0;
CREATE INDEX requests_requests_open ON requests_requests (next_at) WHERE state IN ('created', 'sent', 'waiting');
CREATE TABLE requests_items (
	id          TEXT PRIMARY KEY,
	request_id  TEXT NOT NULL REFERENCES requests_requests (id),
	place       INTEGER NOT NULL, -- in the request, from 0
	kind        TEXT NOT NULL,    -- of the owner's subject
	subject     TEXT NOT NULL,
	step        TEXT NOT NULL,
	name        TEXT NOT NULL,
	file        TEXT NOT NULL,    -- the prepared document
	hash        TEXT NOT NULL,    -- of its signed bytes, hexadecimal
	place_start BIGINT NOT NULL,
	place_end   BIGINT NOT NULL,
	field       TEXT NOT NULL,
	attrs       TEXT NOT NULL,    -- signed attributes, base64
	state       TEXT NOT NULL CONSTRAINT requests_items_state_ck
		CHECK (state IN ('waiting', 'signed', 'refused', 'expired', 'failed', 'cancelled')),
	code        TEXT NOT NULL,
	result      TEXT NOT NULL     -- the signed document; empty before
);
CREATE UNIQUE INDEX requests_items_place ON requests_items (request_id, place);
CREATE UNIQUE INDEX requests_items_open ON requests_items (kind, subject, step) WHERE state = 'waiting';
