-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Both sides by procedure and month, and waves that are compared by themselves each day.
CREATE TABLE moving_counts (
	comparison_id TEXT NOT NULL REFERENCES moving_comparisons (id),
	procedure_id  TEXT NOT NULL,
	month         TEXT NOT NULL, -- 2026-11
	theirs        INTEGER NOT NULL,
	ours          INTEGER NOT NULL,
	PRIMARY KEY (comparison_id, procedure_id, month)
);
CREATE TABLE moving_daily (
	wave_id TEXT PRIMARY KEY REFERENCES moving_waves (id),
	turn    TEXT NOT NULL,    -- of the jobs that count; empty: the wave is not compared by itself
	hour    INTEGER NOT NULL, -- of the day in Viet Nam
	next_at BIGINT,
	set_by  TEXT NOT NULL,    -- account
	set_at  BIGINT NOT NULL
);
ALTER TABLE moving_comparisons ADD COLUMN day TEXT NOT NULL DEFAULT '';    -- 2026-11-23: it ran by itself on that day
ALTER TABLE moving_comparisons ADD COLUMN kinds TEXT NOT NULL DEFAULT '{}'; -- JSON: how many differences of each kind
CREATE UNIQUE INDEX moving_comparisons_day ON moving_comparisons (wave_id, day) WHERE day <> '';
