-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- How much of a batch a second person looks at, and what they found. A batch that was
-- opened before asks for no sample. key_index finds the same paper in another batch.
ALTER TABLE digitising_batches ADD COLUMN share INTEGER NOT NULL DEFAULT 0;      -- of its papers, per cent
ALTER TABLE digitising_batches ADD COLUMN most_wrong INTEGER NOT NULL DEFAULT 5; -- per cent of the sample; above that the batch goes back
ALTER TABLE digitising_batches ADD COLUMN seed TEXT NOT NULL DEFAULT '';         -- of the sample: with it the same papers are drawn again
ALTER TABLE digitising_batches ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
ALTER TABLE digitising_batches ADD COLUMN passed_at BIGINT;                      -- what was checked until then may be sealed
ALTER TABLE digitising_papers ADD COLUMN key_index TEXT NOT NULL DEFAULT '';     -- HMAC of type, number and issuer; empty: nobody has checked it
CREATE INDEX digitising_papers_key ON digitising_papers (key_index, id) WHERE key_index <> '';
CREATE INDEX digitising_papers_checked ON digitising_papers (checked_at, id) WHERE checked_at IS NOT NULL;
CREATE TABLE digitising_samples (
	paper_id  TEXT NOT NULL REFERENCES digitising_papers (id),
	round     INTEGER NOT NULL,
	batch_id  TEXT NOT NULL REFERENCES digitising_batches (id),
	clerk     TEXT NOT NULL, -- account of who had checked it
	state     TEXT NOT NULL CONSTRAINT digitising_samples_state_ck CHECK (state IN ('open', 'accepted', 'redo')),
	words     TEXT NOT NULL, -- which field was wrong; no personal data
	judged_by TEXT NOT NULL, -- account
	judged_at BIGINT,
	PRIMARY KEY (paper_id, round)
);
CREATE INDEX digitising_samples_batch ON digitising_samples (batch_id, round, state, paper_id);
CREATE INDEX digitising_samples_judged ON digitising_samples (judged_at, paper_id) WHERE judged_at IS NOT NULL;
