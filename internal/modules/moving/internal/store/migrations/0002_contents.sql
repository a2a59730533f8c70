-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- The contents of files come along, and how far they are is told in bytes.
ALTER TABLE moving_files ADD COLUMN wave_id TEXT NOT NULL DEFAULT ''; -- of the run that met it last
ALTER TABLE moving_files ADD COLUMN line INTEGER NOT NULL DEFAULT 0;  -- in the table of files
ALTER TABLE moving_files ADD COLUMN state TEXT NOT NULL DEFAULT '';   -- '' (its content was not asked for), due, lost, kept
ALTER TABLE moving_files ADD COLUMN file_id TEXT NOT NULL DEFAULT ''; -- that holds its content here
CREATE INDEX moving_files_due ON moving_files (wave_id, id) WHERE state = 'due';
ALTER TABLE moving_runs ADD COLUMN bytes_total BIGINT NOT NULL DEFAULT 0; -- of the files whose contents are due
ALTER TABLE moving_runs ADD COLUMN bytes_done BIGINT NOT NULL DEFAULT 0;
ALTER TABLE moving_runs ADD COLUMN contents INTEGER NOT NULL DEFAULT 0;   -- files whose contents came
ALTER TABLE moving_runs ADD COLUMN steps INTEGER NOT NULL DEFAULT 0;      -- steps that were done there
