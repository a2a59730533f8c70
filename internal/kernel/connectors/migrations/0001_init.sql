-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Where each partner stands. A partner without a row has never been spoken to.
CREATE TABLE connectors_partners (
	partner    TEXT PRIMARY KEY,
	breaker    TEXT NOT NULL CONSTRAINT connectors_partners_breaker_ck CHECK (breaker IN ('closed', 'open', 'half')),
	failures   INTEGER NOT NULL, -- one after another
	trips      INTEGER NOT NULL, -- how often the breaker has opened since it last worked
	until_at   BIGINT NOT NULL,  -- open: no call before then; half: the probe is on its way until then
	paused_at  BIGINT,           -- somebody has stopped sending
	paused_by  TEXT NOT NULL,
	reason     TEXT NOT NULL,
	good_at    BIGINT,           -- of the last call that went well
	bad_at     BIGINT,
	error      TEXT NOT NULL,    -- of the last call that did not, in a word of ours
	took       BIGINT NOT NULL   -- milliseconds, smoothed over the last calls
);
-- The order of what is said about one thing: a dossier.
CREATE TABLE connectors_lanes (
	partner TEXT NOT NULL,
	lane    TEXT NOT NULL,
	last    BIGINT NOT NULL, -- place of the newest message
	pending BIGINT NOT NULL, -- messages that are neither sent nor discarded
	PRIMARY KEY (partner, lane)
);
CREATE TABLE connectors_outbox (
	id          TEXT PRIMARY KEY,
	partner     TEXT NOT NULL,
	operation   TEXT NOT NULL,
	lane        TEXT NOT NULL,    -- empty: in no order
	place       BIGINT NOT NULL,  -- in the lane
	dossier     TEXT NOT NULL,
	purpose     TEXT NOT NULL,
	key         TEXT NOT NULL,    -- the partner knows a message by it that comes twice
	body_sealed TEXT NOT NULL,    -- empty: erased
	size        BIGINT NOT NULL,
	state       TEXT NOT NULL CONSTRAINT connectors_outbox_state_ck CHECK (state IN ('waiting', 'behind', 'dead', 'sent', 'discarded')),
	attempt     INTEGER NOT NULL,
	due_at      BIGINT NOT NULL,  -- while a worker has it: when its lease ends
	error       TEXT NOT NULL,    -- of the last attempt, in a word of ours
	reason      TEXT NOT NULL,    -- why somebody has discarded it
	made_at     BIGINT NOT NULL,
	ended_at    BIGINT            -- sent or discarded
);
CREATE UNIQUE INDEX connectors_outbox_key ON connectors_outbox (partner, key);
CREATE INDEX connectors_outbox_due ON connectors_outbox (partner, due_at, id) WHERE state = 'waiting';
CREATE INDEX connectors_outbox_lane ON connectors_outbox (partner, lane, place);
CREATE INDEX connectors_outbox_state ON connectors_outbox (partner, state, id);
CREATE INDEX connectors_outbox_ended ON connectors_outbox (ended_at) WHERE body_sealed <> '';
-- Every call to the outside and from it is one row.
CREATE TABLE connectors_calls (
	id             TEXT PRIMARY KEY,
	partner        TEXT NOT NULL,
	direction      TEXT NOT NULL, -- out, in
	operation      TEXT NOT NULL,
	dossier        TEXT NOT NULL, -- empty: about none
	purpose        TEXT NOT NULL,
	message        TEXT NOT NULL, -- of the outbox; empty: a question that waited for its answer
	key            TEXT NOT NULL,
	attempt        INTEGER NOT NULL,
	started_at     BIGINT NOT NULL,
	took           BIGINT NOT NULL, -- milliseconds
	outcome        TEXT NOT NULL,
	error          TEXT NOT NULL,
	sent           BIGINT NOT NULL, -- bytes
	got            BIGINT NOT NULL,
	reference      TEXT NOT NULL,   -- by which the partner knows it
	request_sealed TEXT NOT NULL,   -- empty: it lies in the outbox, or was erased
	answer_sealed  TEXT NOT NULL
);
CREATE INDEX connectors_calls_partner ON connectors_calls (partner, id);
CREATE INDEX connectors_calls_dossier ON connectors_calls (dossier, id) WHERE dossier <> '';
CREATE INDEX connectors_calls_message ON connectors_calls (message, id) WHERE message <> '';
CREATE INDEX connectors_calls_kept ON connectors_calls (started_at) WHERE request_sealed <> '' OR answer_sealed <> '';
-- What came in, by the key it came with: the same twice gets the same answer.
CREATE TABLE connectors_inbound (
	id            TEXT PRIMARY KEY,
	partner       TEXT NOT NULL,
	key           TEXT NOT NULL,
	sum           TEXT NOT NULL, -- of what came
	state         TEXT NOT NULL CONSTRAINT connectors_inbound_state_ck CHECK (state IN ('begun', 'taken', 'refused')),
	begun_at      BIGINT NOT NULL,
	status        INTEGER NOT NULL,
	answer_sealed TEXT NOT NULL
);
CREATE UNIQUE INDEX connectors_inbound_key ON connectors_inbound (partner, key);
CREATE TABLE connectors_runs (
	id       TEXT PRIMARY KEY,
	partner  TEXT NOT NULL,
	from_at  BIGINT NOT NULL,
	to_at    BIGINT NOT NULL,
	ours     BIGINT NOT NULL,
	theirs   BIGINT NOT NULL,
	found    BIGINT NOT NULL,
	made_by  TEXT NOT NULL,
	made_at  BIGINT NOT NULL
);
CREATE INDEX connectors_runs_partner ON connectors_runs (partner, id);
CREATE TABLE connectors_differences (
	id         TEXT PRIMARY KEY,
	run_id     TEXT NOT NULL,
	partner    TEXT NOT NULL,
	code       TEXT NOT NULL, -- what both sides call it
	dossier    TEXT NOT NULL,
	kind       TEXT NOT NULL CONSTRAINT connectors_differences_kind_ck CHECK (kind IN ('missing_there', 'missing_here', 'differs')),
	ours       TEXT NOT NULL, -- codes and statuses; nothing about people
	theirs     TEXT NOT NULL,
	state      TEXT NOT NULL CONSTRAINT connectors_differences_state_ck CHECK (state IN ('open', 'sent', 'explained', 'gone')),
	note       TEXT NOT NULL,
	by_account TEXT NOT NULL,
	found_at   BIGINT NOT NULL,
	ended_at   BIGINT
);
CREATE UNIQUE INDEX connectors_differences_open ON connectors_differences (partner, code) WHERE state = 'open';
CREATE INDEX connectors_differences_partner ON connectors_differences (partner, state, id);
