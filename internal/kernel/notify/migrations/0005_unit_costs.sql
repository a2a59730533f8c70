-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What messages cost, by the unit that caused them. What was counted before knows no unit; notify_costs is written no more.
ALTER TABLE notify_messages ADD COLUMN unit_id TEXT NOT NULL DEFAULT ''; -- empty: no unit caused it
CREATE TABLE notify_unit_costs (
	month   TEXT NOT NULL, -- 2026-11, in Vietnam
	channel TEXT NOT NULL,
	unit_id TEXT NOT NULL, -- empty: no unit, or none was known
	n       BIGINT NOT NULL,
	cost    BIGINT NOT NULL, -- đồng
	PRIMARY KEY (month, channel, unit_id)
);
INSERT INTO notify_unit_costs (month, channel, unit_id, n, cost) SELECT month, channel, '', n, cost FROM notify_costs;
