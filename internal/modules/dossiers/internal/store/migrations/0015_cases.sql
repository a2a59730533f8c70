-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Which case of its procedure a draft or a dossier is: an id in the version it keeps; empty: it has none.
ALTER TABLE dossiers_drafts ADD COLUMN case_id TEXT NOT NULL DEFAULT '';
ALTER TABLE dossiers_dossiers ADD COLUMN case_id TEXT NOT NULL DEFAULT '';
