-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What was handed in is kept for a time that rules state; the dossier stays.
ALTER TABLE dossiers_dossiers ADD COLUMN erased_at BIGINT; -- its papers; empty while they are kept
CREATE INDEX dossiers_dossiers_closed ON dossiers_dossiers (finished_at, id) WHERE erased_at IS NULL AND status IN (3, 7, 8);
CREATE INDEX dossiers_dossiers_handed ON dossiers_dossiers (delivered_at, id) WHERE erased_at IS NULL AND status = 10;
CREATE INDEX dossiers_drafts_saved ON dossiers_drafts (saved_at, id);
CREATE TABLE dossiers_erasures ( -- what each run of a rule has erased
	dossier_id TEXT PRIMARY KEY REFERENCES dossiers_dossiers (id),
	run        TEXT NOT NULL,
	files      INTEGER NOT NULL,
	bytes      BIGINT NOT NULL,
	erased_at  BIGINT NOT NULL
);
CREATE INDEX dossiers_erasures_run ON dossiers_erasures (run);
