-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- How good the records of registers are, month by month. Ratios are in thousandths; -1: nothing to measure.
CREATE TABLE quality_scores (
	register    TEXT NOT NULL,
	month       TEXT NOT NULL, -- 2026-11, in Vietnam
	measured_at BIGINT NOT NULL, -- the last time in the month
	records     BIGINT NOT NULL,
	looked      BIGINT NOT NULL,
	score       INTEGER NOT NULL,
	complete    INTEGER NOT NULL,
	valid       INTEGER NOT NULL,
	fresh       INTEGER NOT NULL,
	single      INTEGER NOT NULL,
	PRIMARY KEY (register, month)
);
CREATE TABLE quality_fields ( -- of the last measurement
	register TEXT NOT NULL,
	place    INTEGER NOT NULL, -- in the order of the file
	field    TEXT NOT NULL,
	expected BIGINT NOT NULL,
	filled   BIGINT NOT NULL,
	wrong    BIGINT NOT NULL,
	PRIMARY KEY (register, place)
);
CREATE TABLE quality_failing ( -- of the last measurement
	register TEXT NOT NULL,
	aspect   TEXT NOT NULL,
	record   TEXT NOT NULL, -- id; empty: how many there are in all
	n        BIGINT NOT NULL,
	PRIMARY KEY (register, aspect, record)
);
