-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What the tax authority was told of a receipt. A row is told once; told again it has another.
CREATE TABLE payments_tax (
	id         TEXT PRIMARY KEY, -- the key of its message
	receipt_id TEXT NOT NULL REFERENCES payments_receipts (id),
	order_id   TEXT NOT NULL,
	unit       TEXT NOT NULL,
	act        TEXT NOT NULL CONSTRAINT payments_tax_act_ck CHECK (act IN ('issue', 'cancel')),
	turn       INTEGER NOT NULL, -- of the receipt and the act, from 1
	state      TEXT NOT NULL CONSTRAINT payments_tax_state_ck CHECK (state IN ('waiting', 'taken', 'refused', 'again')),
	code       TEXT NOT NULL, -- by which the authority knows it
	error      TEXT NOT NULL, -- code of its refusal
	said       TEXT NOT NULL, -- the refusal in its words
	message    TEXT NOT NULL, -- of the outbox; empty until it was tried
	at         BIGINT NOT NULL,
	ended_at   BIGINT
);
CREATE UNIQUE INDEX payments_tax_turn ON payments_tax (receipt_id, act, turn);
CREATE INDEX payments_tax_unit ON payments_tax (unit, state, id);
CREATE INDEX payments_receipts_made ON payments_receipts (made_at, id); -- a comparison is of a period
