-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Parts of fees that other agencies get: by the rules of the day on which the order was made.
ALTER TABLE payments_orders ADD COLUMN shared BIGINT NOT NULL DEFAULT -1; -- how much of it is shared out; -1: it is not shared
CREATE TABLE payments_share_rules (
	order_id TEXT NOT NULL REFERENCES payments_orders (id),
	number   INTEGER NOT NULL, -- from 1
	to_unit  TEXT NOT NULL,
	part     INTEGER NOT NULL CONSTRAINT payments_share_rules_part_ck CHECK (part BETWEEN 1 AND 10000), -- of 10,000
	basis    TEXT NOT NULL, -- as people cite it
	PRIMARY KEY (order_id, number)
);
CREATE TABLE payments_shares ( -- of one order all rows together are what was paid and not paid back
	id       TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES payments_orders (id),
	unit     TEXT NOT NULL, -- that took the money
	to_unit  TEXT NOT NULL, -- that gets this; also unit
	amount   BIGINT NOT NULL, -- below nothing where money went back
	day      TEXT NOT NULL, -- YYYY-MM-DD, on which it was booked
	why      TEXT NOT NULL CONSTRAINT payments_shares_why_ck CHECK (why IN ('taken', 'returned')),
	at       BIGINT NOT NULL
);
CREATE INDEX payments_shares_order ON payments_shares (order_id);
CREATE INDEX payments_shares_unit ON payments_shares (unit, day);
CREATE INDEX payments_shares_to ON payments_shares (to_unit, day);
CREATE INDEX payments_orders_unshared ON payments_orders (unit, id) WHERE shared >= 0 AND shared <> amount - refunded;
