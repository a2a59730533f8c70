-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE province_settings ADD COLUMN unit_calendars TEXT NOT NULL DEFAULT '{}'; -- JSON: what differs, by unit
