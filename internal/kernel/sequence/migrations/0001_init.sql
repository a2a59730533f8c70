-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE sequence_counters (
	name   TEXT NOT NULL, -- what is counted, for which unit
	period TEXT NOT NULL, -- the day or year after which it starts again
	last   BIGINT NOT NULL,
	PRIMARY KEY (name, period)
);
