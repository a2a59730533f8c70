-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE privacy_purposes ( -- of the pack
	id            TEXT PRIMARY KEY,
	place         INTEGER NOT NULL, -- in the register
	name_vi       TEXT NOT NULL,
	name_en       TEXT NOT NULL,
	text_vi       TEXT NOT NULL,
	text_en       TEXT NOT NULL,
	consent       INTEGER NOT NULL, -- 1: people are asked
	basis         TEXT NOT NULL,    -- ids, with spaces between
	reads         TEXT NOT NULL,
	subjects_vi   TEXT NOT NULL,
	subjects_en   TEXT NOT NULL,
	holders       TEXT NOT NULL,
	recipients_vi TEXT NOT NULL,
	recipients_en TEXT NOT NULL,
	kept_vi       TEXT NOT NULL,
	kept_en       TEXT NOT NULL,
	retention     TEXT NOT NULL,
	version       INTEGER NOT NULL, -- of the text people agree to
	agreed_vi     TEXT NOT NULL,
	agreed_en     TEXT NOT NULL,
	source        TEXT NOT NULL,
	unverified    INTEGER NOT NULL
);
CREATE TABLE privacy_purpose_data (
	purpose   TEXT NOT NULL REFERENCES privacy_purposes (id),
	place     INTEGER NOT NULL,
	sensitive INTEGER NOT NULL,
	name_vi   TEXT NOT NULL,
	name_en   TEXT NOT NULL,
	PRIMARY KEY (purpose, place)
);
CREATE TABLE privacy_terms ( -- of the pack
	what          TEXT PRIMARY KEY,
	id            TEXT NOT NULL,
	name_vi       TEXT NOT NULL,
	name_en       TEXT NOT NULL,
	amount        INTEGER NOT NULL,
	unit          TEXT NOT NULL,
	extend_amount INTEGER NOT NULL,
	extend_unit   TEXT NOT NULL,
	basis         TEXT NOT NULL,
	citation_vi   TEXT NOT NULL,
	citation_en   TEXT NOT NULL,
	source        TEXT NOT NULL,
	unverified    INTEGER NOT NULL
);
CREATE TABLE privacy_texts ( -- what people agreed to, as it was shown; never changed
	sha     TEXT PRIMARY KEY,
	purpose TEXT NOT NULL,
	version INTEGER NOT NULL,
	name_vi TEXT NOT NULL,
	name_en TEXT NOT NULL,
	vi      TEXT NOT NULL,
	en      TEXT NOT NULL
);
CREATE TABLE privacy_consents (
	id                TEXT PRIMARY KEY,
	person_id         TEXT NOT NULL,
	purpose           TEXT NOT NULL,
	sha               TEXT NOT NULL REFERENCES privacy_texts (sha),
	lang              TEXT NOT NULL, -- in which it was read
	given_at          BIGINT NOT NULL,
	given_by          TEXT NOT NULL, -- account
	given_channel     TEXT NOT NULL,
	withdrawn_at      BIGINT,
	withdrawn_by      TEXT NOT NULL,
	withdrawn_channel TEXT NOT NULL
);
CREATE UNIQUE INDEX privacy_consents_open ON privacy_consents (person_id, purpose) WHERE withdrawn_at IS NULL;
CREATE INDEX privacy_consents_person ON privacy_consents (person_id, id);
CREATE TABLE privacy_requests (
	id            TEXT PRIMARY KEY,
	code          TEXT NOT NULL,
	person_id     TEXT NOT NULL,
	kind          TEXT NOT NULL,
	state         TEXT NOT NULL CONSTRAINT privacy_requests_state_ck CHECK (state IN ('received', 'checked', 'proposed', 'decided', 'answered')),
	channel       TEXT NOT NULL,
	filed_by      TEXT NOT NULL, -- account
	unit          TEXT NOT NULL, -- of the clerk; empty online
	purpose       TEXT NOT NULL, -- that is meant; empty: all
	words_sealed  TEXT NOT NULL,
	received_at   BIGINT NOT NULL,
	ack_due       BIGINT NOT NULL,
	due_at        BIGINT NOT NULL,
	original_due  BIGINT NOT NULL,
	extend_amount INTEGER NOT NULL, -- of the term it was filed under
	extend_unit   TEXT NOT NULL,
	basis         TEXT NOT NULL,
	extended_at   BIGINT,
	extended_why  TEXT NOT NULL,
	checked_at    BIGINT,
	checked_by    TEXT NOT NULL,
	checked_how   TEXT NOT NULL,
	outcome       TEXT NOT NULL,
	reason_sealed TEXT NOT NULL,
	legal         TEXT NOT NULL, -- on what the decision rests, in words
	proposed_by   TEXT NOT NULL,
	decided_by    TEXT NOT NULL,
	decided_at    BIGINT,
	answered_at   BIGINT,
	answered_how  TEXT NOT NULL,
	erased        INTEGER NOT NULL, -- things, of a deletion; -1: not yet done
	archive       TEXT NOT NULL
);
CREATE UNIQUE INDEX privacy_requests_code ON privacy_requests (code);
CREATE UNIQUE INDEX privacy_requests_one ON privacy_requests (person_id, kind, purpose) WHERE state <> 'answered' AND kind <> 'complain';
CREATE INDEX privacy_requests_open ON privacy_requests (due_at, id) WHERE state <> 'answered';
CREATE INDEX privacy_requests_done ON privacy_requests (id) WHERE state = 'answered';
CREATE INDEX privacy_requests_person ON privacy_requests (person_id, id);
CREATE TABLE privacy_steps (
	id           TEXT PRIMARY KEY,
	request      TEXT NOT NULL REFERENCES privacy_requests (id),
	at           BIGINT NOT NULL,
	account      TEXT NOT NULL,
	what         TEXT NOT NULL,
	words_sealed TEXT NOT NULL
);
CREATE INDEX privacy_steps_request ON privacy_steps (request, id);
CREATE TABLE privacy_restrictions (
	id        TEXT PRIMARY KEY,
	person_id TEXT NOT NULL,
	request   TEXT NOT NULL,
	since     BIGINT NOT NULL,
	lifted_at BIGINT,
	lifted_by TEXT NOT NULL
);
CREATE INDEX privacy_restrictions_person ON privacy_restrictions (person_id) WHERE lifted_at IS NULL;
CREATE TABLE privacy_archives (
	id         TEXT PRIMARY KEY,
	person_id  TEXT NOT NULL,
	account    TEXT NOT NULL, -- who asked
	state      TEXT NOT NULL CONSTRAINT privacy_archives_state_ck CHECK (state IN ('making', 'ready', 'gone')),
	holder     TEXT NOT NULL, -- that is being asked
	done       INTEGER NOT NULL,
	total      INTEGER NOT NULL,
	attempts   INTEGER NOT NULL,
	file_id    TEXT NOT NULL,
	size       BIGINT NOT NULL,
	sha        TEXT NOT NULL,
	asked_at   BIGINT NOT NULL,
	made_at    BIGINT,
	ends_at    BIGINT,
	downloads  INTEGER NOT NULL
);
CREATE UNIQUE INDEX privacy_archives_making ON privacy_archives (person_id) WHERE state = 'making';
CREATE INDEX privacy_archives_person ON privacy_archives (person_id, id);
CREATE INDEX privacy_archives_ends ON privacy_archives (ends_at) WHERE state = 'ready';
CREATE TABLE privacy_breaches (
	id                 TEXT PRIMARY KEY,
	code               TEXT NOT NULL,
	title_sealed       TEXT NOT NULL,
	nature             TEXT NOT NULL,
	severity           TEXT NOT NULL,
	serious            INTEGER NOT NULL,
	harm               INTEGER NOT NULL,
	tell_subjects      INTEGER NOT NULL,
	system             TEXT NOT NULL,
	found_by           TEXT NOT NULL,
	description_sealed TEXT NOT NULL,
	data_sealed        TEXT NOT NULL,
	subjects           INTEGER NOT NULL,
	measures_sealed    TEXT NOT NULL,
	found_at           BIGINT NOT NULL, -- T0
	opened_at          BIGINT NOT NULL,
	opened_by          TEXT NOT NULL,
	responsible        TEXT NOT NULL,
	serious_due        BIGINT,
	authority_due      BIGINT,
	subjects_due       BIGINT,
	serious_told       BIGINT,
	told_at            BIGINT,
	subjects_told      BIGINT,
	next_due           BIGINT NOT NULL, -- the nearest clock; 0: none runs
	lessons_sealed     TEXT NOT NULL,
	closed_at          BIGINT,
	closed_by          TEXT NOT NULL,
	kept_until         BIGINT
);
CREATE UNIQUE INDEX privacy_breaches_code ON privacy_breaches (code);
CREATE INDEX privacy_breaches_clock ON privacy_breaches (responsible, next_due) WHERE closed_at IS NULL;
CREATE TABLE privacy_breach_log ( -- only added to
	id           TEXT PRIMARY KEY,
	breach       TEXT NOT NULL REFERENCES privacy_breaches (id),
	at           BIGINT NOT NULL,
	account      TEXT NOT NULL,
	what         TEXT NOT NULL,
	words_sealed TEXT NOT NULL,
	file_id      TEXT NOT NULL,
	file_name    TEXT NOT NULL,
	sha          TEXT NOT NULL, -- of the file
	sum          TEXT NOT NULL  -- of this line and the sum of the one before
);
CREATE INDEX privacy_breach_log_breach ON privacy_breach_log (breach, id);
