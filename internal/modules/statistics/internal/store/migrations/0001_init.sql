-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE statistics_layouts ( -- forms of reports, every version that a pack has ever stated
	id      TEXT NOT NULL,
	version INTEGER NOT NULL,
	place   INTEGER NOT NULL, -- in the order of the pack; -1: the pack has it no more
	body    TEXT NOT NULL,    -- JSON; never changed
	PRIMARY KEY (id, version)
);
CREATE TABLE statistics_indicators (
	id    TEXT PRIMARY KEY,
	place INTEGER NOT NULL,
	body  TEXT NOT NULL -- JSON
);
CREATE TABLE statistics_reports ( -- what was reported stays as it was; nothing here is ever changed
	id       TEXT PRIMARY KEY,
	layout   TEXT NOT NULL,
	version  INTEGER NOT NULL,
	unit     TEXT NOT NULL,   -- empty: the province
	from_day TEXT NOT NULL,   -- 2026-01-01; both days belong to it
	to_day   TEXT NOT NULL,
	made_at  BIGINT NOT NULL, -- the cut-off: what was known then
	made_by  TEXT NOT NULL,   -- account
	maker    TEXT NOT NULL,   -- name
	sha256   TEXT NOT NULL,   -- of body
	body     TEXT NOT NULL    -- JSON: rows
);
CREATE INDEX statistics_reports_unit ON statistics_reports (unit, id);
