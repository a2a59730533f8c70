-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE identity_persons ADD COLUMN born_sealed TEXT NOT NULL DEFAULT ''; -- 1985-06-12, or the part of it that is known
ALTER TABLE identity_persons ADD COLUMN born_index TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_persons ADD COLUMN merged_into TEXT NOT NULL DEFAULT ''; -- the person it was found to be; empty: itself
CREATE INDEX identity_persons_name ON identity_persons (name_folded, id);
CREATE INDEX identity_persons_merged ON identity_persons (merged_into) WHERE merged_into <> '';
