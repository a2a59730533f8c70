-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE access_roles (
	id      TEXT PRIMARY KEY, -- the id in the pack
	name_vi TEXT NOT NULL,
	name_en TEXT NOT NULL
);
CREATE TABLE access_role_permissions (
	role_id    TEXT NOT NULL REFERENCES access_roles (id),
	permission TEXT NOT NULL,
	PRIMARY KEY (role_id, permission)
);
CREATE TABLE access_assignments ( -- who holds which role where
	account_id TEXT NOT NULL,
	role_id    TEXT NOT NULL REFERENCES access_roles (id),
	unit_id    TEXT NOT NULL, -- empty: for what is one's own
	subtree    INTEGER NOT NULL, -- 1: also in all units under it
	since      BIGINT NOT NULL,
	until      BIGINT, -- NULL: until it is taken away
	title_vi   TEXT NOT NULL, -- of the post: Chuyên viên, PHÓ CHỦ TỊCH
	title_en   TEXT NOT NULL,
	signs_as   TEXT NOT NULL, -- the line above the title under a paper: KT. CHỦ TỊCH
	PRIMARY KEY (account_id, role_id, unit_id)
);
CREATE INDEX access_assignments_unit ON access_assignments (unit_id, role_id, account_id);
