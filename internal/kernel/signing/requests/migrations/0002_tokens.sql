-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What lets the signing program of an official's computer fetch one document and bring it back signed.
CREATE TABLE requests_tokens (
	id         TEXT PRIMARY KEY, -- SHA-256 of the token, hexadecimal
	item_id    TEXT NOT NULL REFERENCES requests_items (id),
	account    TEXT NOT NULL,    -- who asked for it
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	fetched    INTEGER NOT NULL, -- how often the document was fetched
	brought    INTEGER NOT NULL  -- how often a file was brought
);
CREATE INDEX requests_tokens_item ON requests_tokens (item_id);
CREATE INDEX requests_tokens_expires ON requests_tokens (expires_at);
