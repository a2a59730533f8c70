-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What carrying a result costs. It names nobody, and stays when its parcel is forgotten.
ALTER TABLE post_wishes ADD COLUMN postage BIGINT; -- đồng, as people were told before they chose; NULL: they were told none
ALTER TABLE post_parcels ADD COLUMN turn INTEGER NOT NULL DEFAULT 0; -- how often the post was asked for it by a job: one of an older turn has been done
CREATE TABLE post_postage (
	parcel_id TEXT PRIMARY KEY,
	unit      TEXT NOT NULL,
	month     TEXT NOT NULL, -- YYYY-MM, in which it was packed
	told      BIGINT,
	charged   BIGINT, -- as the post says; NULL: it has not
	state     TEXT NOT NULL CONSTRAINT post_postage_state_ck CHECK (state IN ('due', 'collected', 'unpaid', 'void')),
	at        BIGINT NOT NULL
);
CREATE INDEX post_postage_unit ON post_postage (unit, month);
INSERT INTO post_postage (parcel_id, unit, month, told, charged, state, at)
	SELECT id, unit, '', NULL, fee, CASE state WHEN 'delivered' THEN 'collected' WHEN 'cancelled' THEN 'void' WHEN 'back' THEN 'unpaid' WHEN 'lost' THEN 'unpaid' ELSE 'due' END, made_at FROM post_parcels;
CREATE INDEX post_parcels_ended ON post_parcels (ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX post_wishes_at ON post_wishes (at, id);
