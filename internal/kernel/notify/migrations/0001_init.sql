-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE notify_messages (
	id          TEXT PRIMARY KEY, -- also the key under which the gateway knows it
	channel     TEXT NOT NULL,    -- sms
	about       TEXT NOT NULL,    -- what it is about: an id
	recipient   TEXT NOT NULL,    -- sealed
	text        TEXT NOT NULL,    -- sealed
	state       TEXT NOT NULL,    -- waiting, sent
	created_at  BIGINT NOT NULL,
	sent_at     BIGINT
);
CREATE INDEX notify_messages_about ON notify_messages (about, id);
