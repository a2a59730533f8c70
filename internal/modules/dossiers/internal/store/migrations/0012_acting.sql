-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Who sends by a right to act for the owner sees the dossier by that right alone,
-- as long as it holds; who brings it on the own word goes on seeing it.
ALTER TABLE dossiers_dossiers ADD COLUMN representation TEXT NOT NULL DEFAULT ''; -- the right, of module persons; empty: none was used
ALTER TABLE dossiers_dossiers ADD COLUMN bringer_id TEXT NOT NULL DEFAULT ''; -- the submitter who goes on seeing it
UPDATE dossiers_dossiers SET bringer_id = submitter_id;
CREATE INDEX dossiers_dossiers_bringer ON dossiers_dossiers (bringer_id, id);
