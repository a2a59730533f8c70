-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE authoring_trials ( -- made-up cases: what was chosen in them, never a dossier
	id           TEXT PRIMARY KEY,
	change_id    TEXT NOT NULL REFERENCES authoring_changes (id), -- in which it was begun
	procedure_id TEXT NOT NULL,   -- in the pack
	name         TEXT NOT NULL,   -- of a kept one
	body         TEXT NOT NULL,   -- JSON: place, moment, answers, acts, what is expected
	rev          BIGINT NOT NULL,
	kept         BIGINT NOT NULL, -- 1: a test of the procedure
	made_by      TEXT NOT NULL,
	made_at      BIGINT NOT NULL,
	saved_at     BIGINT NOT NULL
);
CREATE INDEX authoring_trials_change ON authoring_trials (change_id, id);
CREATE INDEX authoring_trials_kept ON authoring_trials (procedure_id, id) WHERE kept = 1;
CREATE INDEX authoring_trials_old ON authoring_trials (saved_at) WHERE kept = 0;
