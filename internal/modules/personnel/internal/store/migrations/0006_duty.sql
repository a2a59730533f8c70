-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE personnel_duty_kinds ( -- kinds of duty, from the pack
	id      TEXT PRIMARY KEY,
	name_vi TEXT NOT NULL,
	name_en TEXT NOT NULL,
	place   INTEGER NOT NULL, -- in lists
	used    INTEGER NOT NULL  -- 0: only for shifts that have it
);
CREATE TABLE personnel_duty_shifts ( -- who is on duty, where, from when until when
	id           TEXT PRIMARY KEY,
	unit_id      TEXT NOT NULL,
	kind         TEXT NOT NULL,
	account_id   TEXT NOT NULL,
	since        BIGINT NOT NULL,
	until        BIGINT NOT NULL, -- the first moment after
	phone_sealed TEXT NOT NULL,   -- by which to call; empty: that of the unit
	note         TEXT NOT NULL,
	entered_by   TEXT NOT NULL,
	entered_at   BIGINT NOT NULL,
	changed_by   TEXT NOT NULL,
	changed_at   BIGINT,
	removed_by   TEXT NOT NULL,
	removed_at   BIGINT
);
CREATE INDEX personnel_duty_shifts_unit ON personnel_duty_shifts (unit_id, since, id) WHERE removed_at IS NULL;
CREATE INDEX personnel_duty_shifts_account ON personnel_duty_shifts (account_id, since, id) WHERE removed_at IS NULL;
CREATE TABLE personnel_duty_people ( -- one row per person, held while shifts of the person are compared
	account_id TEXT PRIMARY KEY
);
CREATE TABLE personnel_duty_swaps ( -- requests of one person to another to take a shift
	id         TEXT PRIMARY KEY,
	shift_id   TEXT NOT NULL,
	other_id   TEXT NOT NULL, -- the shift taken instead; empty: none
	unit_id    TEXT NOT NULL, -- of the shift
	asked_by   TEXT NOT NULL,
	asked      TEXT NOT NULL, -- who shall take it
	reason     TEXT NOT NULL,
	asked_at   BIGINT NOT NULL,
	state      TEXT NOT NULL, -- asked, accepted, declined, withdrawn
	decided_at BIGINT
);
CREATE UNIQUE INDEX personnel_duty_swaps_one ON personnel_duty_swaps (shift_id) WHERE state = 'asked';
CREATE INDEX personnel_duty_swaps_unit ON personnel_duty_swaps (unit_id, id);
CREATE INDEX personnel_duty_swaps_by ON personnel_duty_swaps (asked_by, id);
CREATE INDEX personnel_duty_swaps_to ON personnel_duty_swaps (asked, id);
CREATE TABLE personnel_duty_files ( -- rosters that were brought in from a file
	id          TEXT PRIMARY KEY,
	unit_id     TEXT NOT NULL,
	name        TEXT NOT NULL,
	state       TEXT NOT NULL, -- read, applied, discarded
	body_sealed TEXT NOT NULL, -- the rows as they were read; empty once applied or discarded
	read_by     TEXT NOT NULL,
	read_at     BIGINT NOT NULL,
	decided_by  TEXT NOT NULL,
	decided_at  BIGINT,
	added       INTEGER NOT NULL,
	changed     INTEGER NOT NULL
);
