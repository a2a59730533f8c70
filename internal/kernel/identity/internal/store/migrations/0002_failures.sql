-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE identity_failures ( -- attempts to sign in since the last that succeeded
	bucket  TEXT PRIMARY KEY, -- keyed hash of the user name with the network, or the device, or all
	fails   BIGINT NOT NULL,
	last_at BIGINT NOT NULL
);
CREATE INDEX identity_failures_last ON identity_failures (last_at);
CREATE TABLE identity_devices ( -- browsers from which somebody has signed in
	token_hash TEXT NOT NULL,
	account_id TEXT NOT NULL REFERENCES identity_accounts (id),
	seen_at    BIGINT NOT NULL,
	PRIMARY KEY (token_hash, account_id)
);
CREATE INDEX identity_devices_seen ON identity_devices (seen_at);
