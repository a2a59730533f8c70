-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Amounts are đồng. Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE payments_payees ( -- to whom money of a unit goes, and how its receipts are numbered
	unit    TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	bank    TEXT NOT NULL, -- BIN, 6 digits; empty: money is taken at the counter only
	account TEXT NOT NULL,
	holder  TEXT NOT NULL, -- name of the account, as people see it in their bank
	form    TEXT NOT NULL, -- mẫu số of the receipts; empty: none are made yet
	series  TEXT NOT NULL, -- ký hiệu
	source  TEXT NOT NULL, -- by which decision
	by_id   TEXT NOT NULL, -- account
	at      BIGINT NOT NULL
);
CREATE TABLE payments_orders (
	id           TEXT PRIMARY KEY,
	code         TEXT NOT NULL, -- what people write into a transfer
	version      INTEGER NOT NULL,
	dossier_id   TEXT NOT NULL,
	dossier_code TEXT NOT NULL,
	turn         INTEGER NOT NULL, -- of the dossier, from 1
	unit         TEXT NOT NULL,
	owner_id     TEXT NOT NULL, -- person
	bringer_id   TEXT NOT NULL,
	procedure_id TEXT NOT NULL,
	rules_sha    TEXT NOT NULL, -- of the version by which the amount was worked out
	name_vi      TEXT NOT NULL,
	name_en      TEXT NOT NULL,
	payer_sealed TEXT NOT NULL, -- name of the owner
	state        TEXT NOT NULL CONSTRAINT payments_orders_state_ck CHECK (state IN ('waiting', 'paid', 'cancelled', 'refunding', 'refunded')),
	amount       BIGINT NOT NULL CONSTRAINT payments_orders_amount_ck CHECK (amount > 0),
	refunded     BIGINT NOT NULL CONSTRAINT payments_orders_refunded_ck CHECK (refunded >= 0 AND refunded <= amount),
	way          TEXT NOT NULL, -- cash, transfer, gateway; empty until it is paid
	made_at      BIGINT NOT NULL,
	paid_at      BIGINT
);
CREATE UNIQUE INDEX payments_orders_code ON payments_orders (code);
CREATE UNIQUE INDEX payments_orders_turn ON payments_orders (dossier_id, turn);
CREATE INDEX payments_orders_owner ON payments_orders (owner_id);
CREATE INDEX payments_orders_bringer ON payments_orders (bringer_id);
CREATE INDEX payments_orders_unit ON payments_orders (unit, state, id);
CREATE TABLE payments_lines ( -- what an order is for; reductions are negative
	order_id TEXT NOT NULL REFERENCES payments_orders (id),
	number   INTEGER NOT NULL,
	kind     TEXT NOT NULL CONSTRAINT payments_lines_kind_ck CHECK (kind IN ('fee', 'reduction')),
	name     TEXT NOT NULL,
	amount   BIGINT NOT NULL,
	basis    TEXT NOT NULL, -- as people cite it
	by_id    TEXT NOT NULL, -- account; empty: the rules
	PRIMARY KEY (order_id, number)
);
CREATE TABLE payments_history (
	id       TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES payments_orders (id),
	what     TEXT NOT NULL,
	state    TEXT NOT NULL, -- after it
	amount   BIGINT NOT NULL,
	note     TEXT NOT NULL,
	by_id    TEXT NOT NULL,
	at       BIGINT NOT NULL
);
CREATE INDEX payments_history_order ON payments_history (order_id, id);
CREATE TABLE payments_tries ( -- one payment over a gateway that was begun
	id        TEXT PRIMARY KEY, -- the reference that the gateway knows
	order_id  TEXT NOT NULL REFERENCES payments_orders (id),
	number    INTEGER NOT NULL, -- of the order, from 1
	amount    BIGINT NOT NULL,
	state     TEXT NOT NULL CONSTRAINT payments_tries_state_ck CHECK (state IN ('asked', 'open', 'paid', 'failed', 'expired')),
	address   TEXT NOT NULL, -- where people pay
	their_ref TEXT NOT NULL,
	begun_at  BIGINT NOT NULL,
	until_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX payments_tries_number ON payments_tries (order_id, number);
CREATE TABLE payments_reports ( -- verified news of a gateway, or a line of a bank: money that came
	id       TEXT PRIMARY KEY,
	source   TEXT NOT NULL, -- gateway, or the account of a bank
	their_id TEXT NOT NULL, -- of the event, or of the booking
	try_id   TEXT NOT NULL, -- as it was said, also where we know none
	order_id TEXT NOT NULL,
	unit     TEXT NOT NULL, -- of the order
	amount   BIGINT NOT NULL,
	outcome  TEXT NOT NULL,
	open     INTEGER NOT NULL, -- 1: money that somebody has to settle
	note     TEXT NOT NULL,
	by_id    TEXT NOT NULL,
	at       BIGINT NOT NULL
);
CREATE UNIQUE INDEX payments_reports_once ON payments_reports (source, their_id);
CREATE INDEX payments_reports_order ON payments_reports (order_id, id);
CREATE INDEX payments_reports_open ON payments_reports (open, id);
CREATE TABLE payments_cash ( -- money taken at a counter
	id         TEXT PRIMARY KEY,
	order_id   TEXT NOT NULL REFERENCES payments_orders (id),
	unit       TEXT NOT NULL,
	taken_by   TEXT NOT NULL,
	taken_at   BIGINT NOT NULL,
	amount     BIGINT NOT NULL,
	undone_by  TEXT NOT NULL,
	undone_at  BIGINT,
	undone_why TEXT NOT NULL,
	closing_id TEXT NOT NULL -- empty: in the drawer
);
CREATE INDEX payments_cash_drawer ON payments_cash (taken_by, unit, closing_id, id);
CREATE INDEX payments_cash_order ON payments_cash (order_id, id);
CREATE INDEX payments_cash_closing ON payments_cash (closing_id, id);
CREATE TABLE payments_closings (
	id           TEXT PRIMARY KEY,
	unit         TEXT NOT NULL,
	cashier      TEXT NOT NULL, -- account
	day          TEXT NOT NULL, -- YYYY-MM-DD
	expected     BIGINT NOT NULL,
	counted      BIGINT NOT NULL,
	takings      INTEGER NOT NULL,
	counts       TEXT NOT NULL, -- JSON: how many of which note; "{}": not counted by note
	difference   TEXT NOT NULL CONSTRAINT payments_closings_difference_ck CHECK (difference IN ('none', 'over', 'short', 'error')),
	reason       TEXT NOT NULL,
	state        TEXT NOT NULL CONSTRAINT payments_closings_state_ck CHECK (state IN ('counted', 'confirmed', 'returned')),
	closed_at    BIGINT NOT NULL,
	decided_by   TEXT NOT NULL,
	decided_at   BIGINT,
	decided_note TEXT NOT NULL
);
CREATE INDEX payments_closings_unit ON payments_closings (unit, id);
CREATE TABLE payments_receipts (
	id            TEXT PRIMARY KEY,
	order_id      TEXT NOT NULL REFERENCES payments_orders (id),
	unit          TEXT NOT NULL,
	form          TEXT NOT NULL,
	series        TEXT NOT NULL,
	year          INTEGER NOT NULL,
	number        BIGINT NOT NULL,
	amount        BIGINT NOT NULL,
	payer_sealed  TEXT NOT NULL,
	state         TEXT NOT NULL CONSTRAINT payments_receipts_state_ck CHECK (state IN ('numbered', 'issued', 'cancelled', 'replaced')),
	signed        INTEGER NOT NULL, -- 1: with the seal of the agency
	file_id       TEXT NOT NULL,
	replaces      TEXT NOT NULL, -- receipt
	made_at       BIGINT NOT NULL,
	made_by       TEXT NOT NULL,
	ended_at      BIGINT,
	ended_by      TEXT NOT NULL,
	ended_why     TEXT NOT NULL
);
CREATE UNIQUE INDEX payments_receipts_number ON payments_receipts (unit, form, series, year, number);
CREATE INDEX payments_receipts_order ON payments_receipts (order_id, id);
CREATE INDEX payments_receipts_unit ON payments_receipts (unit, id);
CREATE TABLE payments_refunds (
	id          TEXT PRIMARY KEY,
	order_id    TEXT NOT NULL REFERENCES payments_orders (id),
	unit        TEXT NOT NULL,
	amount      BIGINT NOT NULL CONSTRAINT payments_refunds_amount_ck CHECK (amount > 0),
	reason      TEXT NOT NULL,
	basis       TEXT NOT NULL,
	state       TEXT NOT NULL CONSTRAINT payments_refunds_state_ck CHECK (state IN ('asked', 'approved', 'declined', 'done')),
	asked_by    TEXT NOT NULL,
	asked_at    BIGINT NOT NULL,
	decided_by  TEXT NOT NULL,
	decided_at  BIGINT,
	note        TEXT NOT NULL,
	done_by     TEXT NOT NULL,
	done_at     BIGINT,
	done_ref    TEXT NOT NULL -- of the payment order with which it went back
);
CREATE INDEX payments_refunds_unit ON payments_refunds (unit, id);
CREATE INDEX payments_refunds_order ON payments_refunds (order_id, id);
CREATE TABLE payments_statements (
	id       TEXT PRIMARY KEY,
	unit     TEXT NOT NULL,
	source   TEXT NOT NULL,
	name     TEXT NOT NULL,
	sha      TEXT NOT NULL,
	lines    INTEGER NOT NULL,
	matched  INTEGER NOT NULL,
	total    BIGINT NOT NULL,
	by_id    TEXT NOT NULL,
	at       BIGINT NOT NULL
);
CREATE UNIQUE INDEX payments_statements_once ON payments_statements (unit, sha);
CREATE INDEX payments_statements_unit ON payments_statements (unit, id);
CREATE TABLE payments_differences (
	id           TEXT PRIMARY KEY,
	statement_id TEXT NOT NULL REFERENCES payments_statements (id),
	unit         TEXT NOT NULL,
	line         INTEGER NOT NULL, -- of the statement; 0: it is on our side alone
	kind         TEXT NOT NULL CONSTRAINT payments_differences_kind_ck CHECK (kind IN ('unknown', 'other_amount', 'twice', 'ended', 'missing')),
	amount       BIGINT NOT NULL,
	said_sealed  TEXT NOT NULL, -- text of the transfer
	order_id     TEXT NOT NULL,
	open         INTEGER NOT NULL,
	action       TEXT NOT NULL,
	note         TEXT NOT NULL,
	by_id        TEXT NOT NULL,
	at           BIGINT
);
CREATE INDEX payments_differences_statement ON payments_differences (statement_id, id);
