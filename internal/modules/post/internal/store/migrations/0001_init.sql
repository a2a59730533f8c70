-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Amounts are đồng. Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE post_wishes ( -- that a result shall come by post, and where to
	id           TEXT PRIMARY KEY, -- dossier
	version      INTEGER NOT NULL,
	dossier_code TEXT NOT NULL, -- empty until the dossier is accepted
	unit         TEXT NOT NULL, -- that hands the result over
	owner_id     TEXT NOT NULL, -- person
	bringer_id   TEXT NOT NULL,
	procedure_id TEXT NOT NULL,
	name_vi      TEXT NOT NULL,
	name_en      TEXT NOT NULL,
	to_sealed    TEXT NOT NULL, -- JSON: name, phone, address
	state        TEXT NOT NULL CONSTRAINT post_wishes_state_ck CHECK (state IN ('wanted', 'ready', 'packed', 'withdrawn')), -- ready: the result is issued
	by_id        TEXT NOT NULL, -- account
	at           BIGINT NOT NULL
);
CREATE INDEX post_wishes_unit ON post_wishes (unit, state, id);
CREATE INDEX post_wishes_owner ON post_wishes (owner_id);
CREATE INDEX post_wishes_bringer ON post_wishes (bringer_id);
CREATE TABLE post_parcels (
	id              TEXT PRIMARY KEY, -- the post knows it by this as well
	version         INTEGER NOT NULL,
	waybill         TEXT NOT NULL, -- empty until the post has answered
	dossier_id      TEXT NOT NULL,
	dossier_code    TEXT NOT NULL,
	unit            TEXT NOT NULL,
	owner_id        TEXT NOT NULL,
	bringer_id      TEXT NOT NULL,
	procedure_id    TEXT NOT NULL,
	name_vi         TEXT NOT NULL,
	name_en         TEXT NOT NULL,
	result          TEXT NOT NULL, -- number of what is in it
	state           TEXT NOT NULL CONSTRAINT post_parcels_state_ck CHECK (state IN ('packed', 'handed', 'carried', 'delivered', 'returned', 'back', 'lost', 'cancelled')),
	list_id         TEXT NOT NULL, -- on which it was handed over; empty: on none yet
	fee             BIGINT, -- as the post has said; the receiver pays it to the postman
	problem         TEXT NOT NULL, -- why the post has not taken it, in a word
	to_sealed       TEXT NOT NULL,
	receiver_sealed TEXT NOT NULL, -- who took it
	made_by         TEXT NOT NULL,
	made_at         BIGINT NOT NULL,
	handed_at       BIGINT,
	ended_at        BIGINT,
	asked_at        BIGINT NOT NULL -- when the post was asked last
);
CREATE UNIQUE INDEX post_parcels_waybill ON post_parcels (waybill) WHERE waybill <> '';
CREATE UNIQUE INDEX post_parcels_open ON post_parcels (dossier_id) WHERE state IN ('packed', 'handed', 'carried', 'returned');
CREATE INDEX post_parcels_dossier ON post_parcels (dossier_id, id);
CREATE INDEX post_parcels_unit ON post_parcels (unit, state, id);
CREATE INDEX post_parcels_owner ON post_parcels (owner_id);
CREATE INDEX post_parcels_bringer ON post_parcels (bringer_id);
CREATE INDEX post_parcels_list ON post_parcels (list_id, id);
CREATE TABLE post_events ( -- what the post says of a parcel
	id        TEXT PRIMARY KEY,
	parcel_id TEXT NOT NULL REFERENCES post_parcels (id),
	their_id  TEXT NOT NULL,
	kind      TEXT NOT NULL,
	place     TEXT NOT NULL,
	note      TEXT NOT NULL,
	at        BIGINT NOT NULL -- as the post says
);
CREATE UNIQUE INDEX post_events_once ON post_events (parcel_id, their_id);
CREATE TABLE post_lists ( -- what was handed over at once: phiếu bàn giao
	id      TEXT PRIMARY KEY,
	unit    TEXT NOT NULL,
	number  TEXT NOT NULL, -- of the unit and year
	courier TEXT NOT NULL, -- who took it
	parcels INTEGER NOT NULL,
	made_by TEXT NOT NULL,
	at      BIGINT NOT NULL
);
CREATE INDEX post_lists_unit ON post_lists (unit, id);
