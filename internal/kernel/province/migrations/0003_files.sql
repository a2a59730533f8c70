-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE province_settings ADD COLUMN pack_files TEXT NOT NULL DEFAULT ''; -- JSON: content of the files that were applied, by path; empty: applied by an older program
