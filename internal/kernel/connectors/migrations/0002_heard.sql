-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Up to where a partner that calls us has told us of one thing: what stands before that
-- changes nothing any more, and two words about one thing are taken one after another.
CREATE TABLE connectors_heard (
	partner TEXT NOT NULL,
	lane    TEXT NOT NULL,
	place   BIGINT NOT NULL, -- of the last that was taken
	busy_by TEXT NOT NULL,   -- the word that is being taken; empty: none
	busy_at BIGINT NOT NULL,
	PRIMARY KEY (partner, lane)
);
