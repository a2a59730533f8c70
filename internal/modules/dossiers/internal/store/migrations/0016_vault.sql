-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- A paper that was not brought: a copy of what the vault holds, and of which version.
ALTER TABLE dossiers_papers ADD COLUMN vault TEXT NOT NULL DEFAULT '';
ALTER TABLE dossiers_papers ADD COLUMN vault_sha TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX dossiers_papers_vault ON dossiers_papers (dossier_id, paper, vault) WHERE vault <> '';
