-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE authoring_former ( -- items as they were before an edit, to take it back
	id        TEXT PRIMARY KEY,
	change_id TEXT NOT NULL REFERENCES authoring_changes (id),
	list      TEXT NOT NULL,
	item_id   TEXT NOT NULL,
	step      BIGINT NOT NULL, -- the revision of the change: what one edit did to several items has the same
	whole     TEXT NOT NULL, -- YAML before the edit
	after     TEXT NOT NULL -- SHA-256 of the item behind it, in hex
);
CREATE INDEX authoring_former_item ON authoring_former (change_id, list, item_id, id);
