-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE signon_answers ( -- what another provider has posted, until the browser that asked comes for it
	hash        TEXT PRIMARY KEY, -- of what the browser is given
	source      TEXT NOT NULL,
	asked       TEXT NOT NULL, -- the request it answers
	said_sealed TEXT NOT NULL,
	ends_at     BIGINT NOT NULL
);
CREATE INDEX signon_answers_ends ON signon_answers (ends_at);
