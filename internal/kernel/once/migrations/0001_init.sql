-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Calls of programs that came with an idempotency key, and what was answered.
CREATE TABLE once_calls (
	id            TEXT PRIMARY KEY,
	account       TEXT NOT NULL,
	key_hash      TEXT NOT NULL, -- of the key of the caller
	sum           TEXT NOT NULL, -- of the operation and the body that came with it
	begun_at      BIGINT NOT NULL,
	status        INTEGER NOT NULL, -- 0: no answer yet
	kind          TEXT NOT NULL,    -- media type of the answer
	answer_sealed TEXT NOT NULL     -- may hold personal data
);
CREATE UNIQUE INDEX once_calls_key ON once_calls (account, key_hash);
CREATE INDEX once_calls_begun ON once_calls (begun_at);
