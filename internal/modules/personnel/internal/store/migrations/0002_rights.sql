-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE personnel_grants ( -- roles beside the post, asked for and decided
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL, -- who shall hold it
	role_id    TEXT NOT NULL,
	unit_id    TEXT NOT NULL,
	subtree    INTEGER NOT NULL,
	from_day   TEXT NOT NULL,
	until_day  TEXT NOT NULL, -- the last day
	reason     TEXT NOT NULL,
	asked_by   TEXT NOT NULL,
	asked_at   BIGINT NOT NULL,
	state      TEXT NOT NULL, -- asked, granted, refused, revoked
	decided_by TEXT NOT NULL,
	decided_at BIGINT,
	words      TEXT NOT NULL,
	holding    TEXT NOT NULL  -- that was given; empty: none
);
CREATE INDEX personnel_grants_unit ON personnel_grants (unit_id, id);
CREATE INDEX personnel_grants_asked ON personnel_grants (unit_id, id) WHERE state = 'asked';
CREATE TABLE personnel_campaigns ( -- reviews of all rights
	id        TEXT PRIMARY KEY,
	name      TEXT NOT NULL,
	ends_day  TEXT NOT NULL,    -- the last day to answer
	suspends  INTEGER NOT NULL, -- 1: what is not answered is suspended
	opened_by TEXT NOT NULL,
	opened_at BIGINT NOT NULL,
	closed_at BIGINT,
	reminded  INTEGER NOT NULL  -- days before the end of the last reminder; 0: none
);
CREATE UNIQUE INDEX personnel_campaigns_one ON personnel_campaigns ((1)) WHERE closed_at IS NULL;
CREATE TABLE personnel_reviews ( -- one right in one campaign
	campaign_id TEXT NOT NULL REFERENCES personnel_campaigns (id),
	holding_id  TEXT NOT NULL,
	account_id  TEXT NOT NULL,
	unit_id     TEXT NOT NULL,
	verdict     TEXT NOT NULL, -- empty: open; keep, end, suspended, unanswered
	by_account  TEXT NOT NULL,
	at          BIGINT,
	PRIMARY KEY (campaign_id, holding_id)
);
CREATE INDEX personnel_reviews_unit ON personnel_reviews (campaign_id, unit_id, holding_id);
CREATE INDEX personnel_reviews_open ON personnel_reviews (campaign_id, holding_id) WHERE verdict = '';
CREATE TABLE personnel_emergencies ( -- dossiers that were opened out of scope
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	dossier    TEXT NOT NULL,
	code       TEXT NOT NULL,
	unit_id    TEXT NOT NULL, -- whose dossier it is
	reason     TEXT NOT NULL,
	opened_at  BIGINT NOT NULL,
	until      BIGINT NOT NULL,
	verdict    TEXT NOT NULL, -- empty: not judged; justified, unjustified
	judged_by  TEXT NOT NULL,
	judged_at  BIGINT,
	words      TEXT NOT NULL
);
CREATE INDEX personnel_emergencies_unit ON personnel_emergencies (unit_id, id);
CREATE INDEX personnel_emergencies_account ON personnel_emergencies (account_id, id);
CREATE INDEX personnel_emergencies_open ON personnel_emergencies (id) WHERE verdict = '';
