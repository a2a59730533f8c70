-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE province_settings ( -- one row: an installation is one province
	one         INTEGER PRIMARY KEY CHECK (one = 1),
	pack        TEXT NOT NULL,
	fingerprint TEXT NOT NULL, -- of the pack as it was applied
	name_vi     TEXT NOT NULL,
	name_en     TEXT NOT NULL,
	banner_vi   TEXT NOT NULL,
	banner_en   TEXT NOT NULL,
	demo        INTEGER NOT NULL, -- 1: nothing made here has legal value
	starts_at   BIGINT, -- of a province of the past: what its clock showed at the first start
	started_at  BIGINT, -- and when that was by the wall clock
	calendar    TEXT NOT NULL, -- JSON of calendar.Config
	applied_at  BIGINT NOT NULL
);
