-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE signon_polls ( -- how often a device asks whether its person has agreed
	hash    TEXT PRIMARY KEY,
	last_at BIGINT NOT NULL,
	every   BIGINT NOT NULL, -- microseconds between two questions
	ends_at BIGINT NOT NULL
);
CREATE INDEX signon_polls_ends ON signon_polls (ends_at);
