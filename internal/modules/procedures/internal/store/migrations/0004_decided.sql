-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE procedures_decided ( -- when a procedure was first public as a decision has it
	number    TEXT NOT NULL,
	signed    TEXT NOT NULL, -- YYYY-MM-DD
	effective TEXT NOT NULL, -- YYYY-MM-DD
	issuer    TEXT NOT NULL,
	id        TEXT NOT NULL,
	public_at BIGINT NOT NULL, -- when it was applied, whatever anybody says
	PRIMARY KEY (signed, number, id)
);
