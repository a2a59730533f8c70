-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE identity_accounts ADD COLUMN password_at BIGINT NOT NULL DEFAULT 0; -- 0: before this was kept
ALTER TABLE identity_sessions ADD COLUMN way TEXT NOT NULL DEFAULT ''; -- password, totp, recovery, passkey, outside
ALTER TABLE identity_sessions ADD COLUMN device TEXT NOT NULL DEFAULT ''; -- browser and system in words
ALTER TABLE identity_sessions ADD COLUMN address_sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_sessions ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0; -- to the minute
ALTER TABLE identity_sessions ADD COLUMN fresh_at BIGINT NOT NULL DEFAULT 0; -- when the person last proved who it is
ALTER TABLE identity_sessions ADD COLUMN idle BIGINT NOT NULL DEFAULT 0; -- microseconds until it locks; 0: never
ALTER TABLE identity_sessions ADD COLUMN fresh_for BIGINT NOT NULL DEFAULT 0; -- microseconds a proof is fresh; 0: as the act says
ALTER TABLE identity_sessions ADD COLUMN must TEXT NOT NULL DEFAULT ''; -- what comes before anything else: factor, password
CREATE TABLE identity_passwords ( -- those of before, so that none comes back
	account_id    TEXT NOT NULL REFERENCES identity_accounts (id),
	set_at        BIGINT NOT NULL,
	password_hash TEXT NOT NULL,
	PRIMARY KEY (account_id, set_at)
);
CREATE TABLE identity_totp ( -- the secret shared with an authenticator
	account_id    TEXT PRIMARY KEY REFERENCES identity_accounts (id),
	secret_sealed TEXT NOT NULL,
	made_at       BIGINT NOT NULL,
	confirmed_at  BIGINT, -- NULL: shown, and no code has come yet
	used_at       BIGINT
);
CREATE TABLE identity_totp_used ( -- a code counts once, also after a clock went back
	account_id TEXT NOT NULL REFERENCES identity_accounts (id),
	step       BIGINT NOT NULL, -- half minutes since 1970
	used_at    BIGINT NOT NULL,
	PRIMARY KEY (account_id, step)
);
CREATE INDEX identity_totp_used_at ON identity_totp_used (used_at);
CREATE TABLE identity_recovery_codes (
	code_hash  TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES identity_accounts (id),
	made_at    BIGINT NOT NULL,
	used_at    BIGINT
);
CREATE INDEX identity_recovery_codes_account ON identity_recovery_codes (account_id);
CREATE TABLE identity_passkeys (
	id          TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES identity_accounts (id),
	credential  TEXT NOT NULL UNIQUE, -- as the authenticator names it
	name        TEXT NOT NULL,
	data_sealed TEXT NOT NULL, -- public key, counter, flags
	made_at     BIGINT NOT NULL,
	used_at     BIGINT,
	removed_at  BIGINT -- opens nothing; comes back on the owner's word for a day
);
CREATE INDEX identity_passkeys_account ON identity_passkeys (account_id, made_at);
CREATE TABLE identity_steps ( -- between two requests: the code after the password, a passkey's challenge
	token_hash  TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL, -- empty: nobody yet
	kind        TEXT NOT NULL, -- code, passkey, passkey_new
	data_sealed TEXT NOT NULL,
	tries       BIGINT NOT NULL,
	ends_at     BIGINT NOT NULL
);
CREATE INDEX identity_steps_ends ON identity_steps (ends_at);
CREATE TABLE identity_sign_ins ( -- what the owner of an account is shown
	id             TEXT PRIMARY KEY,
	account_id     TEXT NOT NULL REFERENCES identity_accounts (id),
	at             BIGINT NOT NULL,
	way            TEXT NOT NULL,
	result         TEXT NOT NULL, -- in, wrong, slowed, unlocked, recovered
	device         TEXT NOT NULL,
	address_sealed TEXT NOT NULL,
	unknown        INTEGER NOT NULL, -- from a device never seen before
	seen_at        BIGINT -- when the owner said that this was known
);
CREATE INDEX identity_sign_ins_account ON identity_sign_ins (account_id, id);
CREATE INDEX identity_sign_ins_at ON identity_sign_ins (at);
CREATE TABLE identity_recoveries ( -- an official who lost everything, let in again by two
	id           TEXT PRIMARY KEY,
	account_id   TEXT NOT NULL REFERENCES identity_accounts (id),
	reason       TEXT NOT NULL,
	asked_by     TEXT NOT NULL,
	asked_at     BIGINT NOT NULL,
	approved_by  TEXT NOT NULL,
	approved_at  BIGINT,
	code_hash    TEXT NOT NULL,
	ends_at      BIGINT NOT NULL, -- of the request, and after approval of the code
	used_at      BIGINT,
	withdrawn_at BIGINT,
	tries        BIGINT NOT NULL
);
CREATE INDEX identity_recoveries_account ON identity_recoveries (account_id, asked_at);
CREATE INDEX identity_recoveries_ends ON identity_recoveries (ends_at);
CREATE TABLE identity_rules ( -- of the pack: how which roles sign in
	id   TEXT PRIMARY KEY,
	body TEXT NOT NULL -- JSON
);
