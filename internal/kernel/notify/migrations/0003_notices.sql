-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Notices: what the pack says, what each person chose, and where each message stands.
CREATE TABLE notify_rules (
	id   TEXT PRIMARY KEY, -- the event; "quiet" for quiet hours
	body TEXT NOT NULL
);
ALTER TABLE notify_messages ADD COLUMN event TEXT NOT NULL DEFAULT '';
ALTER TABLE notify_messages ADD COLUMN account_id TEXT NOT NULL DEFAULT ''; -- whose it is; empty: of somebody without an account
ALTER TABLE notify_messages ADD COLUMN once TEXT; -- the same notice has the same; NULL: always another
ALTER TABLE notify_messages ADD COLUMN letter TEXT NOT NULL DEFAULT ''; -- sealed: title, parameters, what to try next
ALTER TABLE notify_messages ADD COLUMN reason TEXT NOT NULL DEFAULT ''; -- why it is where it is
ALTER TABLE notify_messages ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notify_messages ADD COLUMN due_at BIGINT;
ALTER TABLE notify_messages ADD COLUMN expires_at BIGINT; -- after that it is worth nothing
ALTER TABLE notify_messages ADD COLUMN ref TEXT; -- what the gateway calls it
ALTER TABLE notify_messages ADD COLUMN ended_at BIGINT; -- delivered, failed, bounced, suppressed
CREATE UNIQUE INDEX notify_messages_once ON notify_messages (once);
CREATE INDEX notify_messages_ref ON notify_messages (ref);
CREATE INDEX notify_messages_state ON notify_messages (state, id);
CREATE INDEX notify_messages_channel ON notify_messages (channel, id);
CREATE INDEX notify_messages_both ON notify_messages (channel, state, id);
CREATE TABLE notify_costs (
	month   TEXT NOT NULL, -- 2026-11, in Vietnam
	channel TEXT NOT NULL,
	n       BIGINT NOT NULL,
	cost    BIGINT NOT NULL, -- đồng
	PRIMARY KEY (month, channel)
);
CREATE TABLE notify_inbox (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	event      TEXT NOT NULL,
	topic      TEXT NOT NULL,
	about      TEXT NOT NULL,
	once       TEXT NOT NULL,
	link       TEXT NOT NULL, -- a path of this site; empty: none
	words      TEXT NOT NULL, -- sealed: title and text in both languages
	created_at BIGINT NOT NULL,
	read_at    BIGINT,
	CONSTRAINT notify_inbox_once_uq UNIQUE (account_id, once)
);
CREATE INDEX notify_inbox_list ON notify_inbox (account_id, id);
CREATE INDEX notify_inbox_topic ON notify_inbox (account_id, topic, id);
CREATE INDEX notify_inbox_unread ON notify_inbox (account_id, id) WHERE read_at IS NULL;
CREATE TABLE notify_contacts (
	account_id TEXT NOT NULL,
	kind       TEXT NOT NULL, -- phone, mail
	address    TEXT NOT NULL, -- sealed; empty while the first is being proven
	address_ix TEXT NOT NULL, -- keyed hash
	proven_at  BIGINT,
	bounced_at BIGINT,
	pending    TEXT NOT NULL, -- sealed: the address that a code was sent to
	code       TEXT NOT NULL, -- keyed hash
	code_until BIGINT,
	tries      INTEGER NOT NULL,
	codes      INTEGER NOT NULL, -- sent since codes_since
	codes_since BIGINT,
	PRIMARY KEY (account_id, kind)
);
CREATE INDEX notify_contacts_address ON notify_contacts (kind, address_ix);
CREATE TABLE notify_people (
	account_id TEXT PRIMARY KEY,
	language   TEXT NOT NULL, -- vi, en
	digest     TEXT NOT NULL, -- daily, now; empty: as the notice's audience has it
	quiet_from TEXT NOT NULL, -- 21:00; empty: as the pack has it
	quiet_to   TEXT NOT NULL,
	switched_off TEXT NOT NULL -- JSON: channels by topic
);
CREATE TABLE notify_devices (
	id          TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL,
	name        TEXT NOT NULL, -- browser and system in words
	subscription TEXT NOT NULL, -- sealed: address and keys
	endpoint_ix TEXT NOT NULL,
	created_at  BIGINT NOT NULL,
	CONSTRAINT notify_devices_endpoint_uq UNIQUE (account_id, endpoint_ix)
);
CREATE TABLE notify_digests (
	account_id TEXT PRIMARY KEY,
	due_at     BIGINT NOT NULL,
	since      BIGINT NOT NULL -- of the first notice in it
);
CREATE TABLE notify_keys (
	id     TEXT PRIMARY KEY, -- vapid
	secret TEXT NOT NULL     -- sealed
);
