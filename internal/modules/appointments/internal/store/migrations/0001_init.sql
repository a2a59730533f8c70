-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Times are microseconds UTC, days YYYY-MM-DD in Vietnam. Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE appointments_offices ( -- how an office takes people
	unit       TEXT PRIMARY KEY,
	version    INTEGER NOT NULL,
	takes      INTEGER NOT NULL, -- 1: people can book
	ahead      INTEGER NOT NULL CONSTRAINT appointments_offices_ahead_ck CHECK (ahead BETWEEN 1 AND 90), -- days
	slot       INTEGER NOT NULL CONSTRAINT appointments_offices_slot_ck CHECK (slot BETWEEN 5 AND 120), -- minutes
	late       INTEGER NOT NULL, -- minutes for which a turn is kept
	kiosk      INTEGER NOT NULL, -- counts the addresses that its kiosk has had
	name_vi    TEXT NOT NULL, -- of the unit, as of the last change
	name_en    TEXT NOT NULL,
	name_key   TEXT NOT NULL, -- collation key
	name_fold  TEXT NOT NULL,
	fields     TEXT NOT NULL, -- of procedures, each between blanks; empty: all
	by_id      TEXT NOT NULL, -- account
	at         BIGINT NOT NULL
);
CREATE INDEX appointments_offices_name ON appointments_offices (takes, name_key, unit);
CREATE TABLE appointments_counters (
	id      TEXT PRIMARY KEY,
	unit    TEXT NOT NULL REFERENCES appointments_offices (unit),
	number  INTEGER NOT NULL,
	name    TEXT NOT NULL,
	fields  TEXT NOT NULL, -- as above
	used    INTEGER NOT NULL -- 0: it is gone, and stays for the tickets that it has called
);
CREATE INDEX appointments_counters_unit ON appointments_counters (unit, number);
CREATE TABLE appointments_hours ( -- when people can come
	id       TEXT PRIMARY KEY,
	unit     TEXT NOT NULL REFERENCES appointments_offices (unit),
	weekday  INTEGER NOT NULL CONSTRAINT appointments_hours_weekday_ck CHECK (weekday BETWEEN 0 AND 6), -- 0 is Sunday
	from_min INTEGER NOT NULL, -- minutes after midnight
	to_min   INTEGER NOT NULL,
	places   INTEGER NOT NULL CONSTRAINT appointments_hours_places_ck CHECK (places BETWEEN 1 AND 50), -- in one slot
	outside  INTEGER NOT NULL -- 1: also when the office does not work by its calendar, but never on a holiday
);
CREATE INDEX appointments_hours_unit ON appointments_hours (unit, weekday, from_min);
CREATE TABLE appointments_closed ( -- days on which an office takes nobody
	unit   TEXT NOT NULL REFERENCES appointments_offices (unit),
	day    TEXT NOT NULL,
	reason TEXT NOT NULL,
	by_id  TEXT NOT NULL,
	at     BIGINT NOT NULL,
	PRIMARY KEY (unit, day)
);
CREATE TABLE appointments_slots ( -- how many places of a slot are taken
	unit      TEXT NOT NULL,
	starts_at BIGINT NOT NULL,
	taken     INTEGER NOT NULL CONSTRAINT appointments_slots_taken_ck CHECK (taken >= 0),
	PRIMARY KEY (unit, starts_at)
);
CREATE TABLE appointments_bookings (
	id           TEXT PRIMARY KEY,
	code         TEXT NOT NULL,
	unit         TEXT NOT NULL,
	procedure_id TEXT NOT NULL, -- empty: something else
	name_vi      TEXT NOT NULL, -- of the procedure
	name_en      TEXT NOT NULL,
	field        TEXT NOT NULL,
	day          TEXT NOT NULL,
	starts_at    BIGINT NOT NULL,
	who_sealed   TEXT NOT NULL, -- name; empty: erased
	phone_sealed TEXT NOT NULL,
	phone_index  TEXT NOT NULL, -- keyed
	account      TEXT NOT NULL, -- empty: nobody was signed in
	state        TEXT NOT NULL CONSTRAINT appointments_bookings_state_ck CHECK (state IN ('booked', 'displaced', 'arrived', 'done', 'missed', 'cancelled')),
	moves        INTEGER NOT NULL, -- how often another time was chosen
	made_at      BIGINT NOT NULL
);
CREATE UNIQUE INDEX appointments_bookings_code ON appointments_bookings (code);
CREATE UNIQUE INDEX appointments_bookings_open ON appointments_bookings (unit, phone_index) WHERE state IN ('booked', 'displaced');
CREATE INDEX appointments_bookings_day ON appointments_bookings (unit, day, starts_at, id);
CREATE INDEX appointments_bookings_old ON appointments_bookings (day, id) WHERE phone_index <> '';
CREATE TABLE appointments_tickets ( -- numbers of a day; they name nobody
	id           TEXT PRIMARY KEY,
	unit         TEXT NOT NULL,
	day          TEXT NOT NULL,
	number       INTEGER NOT NULL,
	booking_id   TEXT NOT NULL, -- empty: came without an appointment
	kept         INTEGER NOT NULL, -- 1: has an appointment and came in time
	procedure_id TEXT NOT NULL,
	field        TEXT NOT NULL,
	state        TEXT NOT NULL CONSTRAINT appointments_tickets_state_ck CHECK (state IN ('waiting', 'called', 'done', 'missed')),
	came_at      BIGINT NOT NULL,
	turn_at      BIGINT NOT NULL, -- from when the wait counts: the appointed time, or when they came
	counter_id   TEXT NOT NULL,
	calls        INTEGER NOT NULL,
	first_at     BIGINT, -- of the first call
	called_at    BIGINT, -- of the last one
	ended_at     BIGINT
);
CREATE UNIQUE INDEX appointments_tickets_number ON appointments_tickets (unit, day, number);
CREATE INDEX appointments_tickets_state ON appointments_tickets (unit, day, state, called_at);
CREATE INDEX appointments_tickets_counter ON appointments_tickets (counter_id, state);
CREATE INDEX appointments_tickets_booking ON appointments_tickets (booking_id) WHERE booking_id <> '';
