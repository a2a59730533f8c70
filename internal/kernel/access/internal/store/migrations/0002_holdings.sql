-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE access_holdings ( -- who holds which role where, and by what; a row is ended, never removed
	id           TEXT PRIMARY KEY,
	account_id   TEXT NOT NULL,
	role_id      TEXT NOT NULL REFERENCES access_roles (id),
	unit_id      TEXT NOT NULL,    -- empty: for what is one's own
	subtree      INTEGER NOT NULL, -- 1: also in all units under it
	kind         TEXT NOT NULL,    -- own, main, concurrent, acting, secondment, delegation, grant
	position_id  TEXT NOT NULL,    -- of orgs_positions; empty: none is named
	title_vi     TEXT NOT NULL,    -- of the post: Chuyên viên, PHÓ CHỦ TỊCH
	title_en     TEXT NOT NULL,
	signs_as     TEXT NOT NULL,    -- the line above the title under a paper: KT. CHỦ TỊCH
	since        BIGINT NOT NULL,
	until        BIGINT,           -- the first moment after; NULL: until it is ended
	suspended_at BIGINT,           -- it stands and gives nothing
	decision     TEXT NOT NULL,    -- number of the document that says so
	decided_on   TEXT NOT NULL,    -- its date, YYYY-MM-DD
	reason       TEXT NOT NULL,
	from_id      TEXT NOT NULL,    -- the holding that was delegated
	entered_by   TEXT NOT NULL,
	entered_at   BIGINT NOT NULL,
	ended_by     TEXT NOT NULL,
	ended_at     BIGINT,           -- when the end was entered
	end_decision TEXT NOT NULL
);
CREATE INDEX access_holdings_account ON access_holdings (account_id, since);
CREATE INDEX access_holdings_unit ON access_holdings (unit_id, role_id, account_id);
CREATE INDEX access_holdings_position ON access_holdings (position_id, since) WHERE position_id <> '';
CREATE INDEX access_holdings_role ON access_holdings (role_id, since);
CREATE INDEX access_holdings_from ON access_holdings (from_id) WHERE from_id <> '';
CREATE INDEX access_holdings_ending ON access_holdings (until) WHERE until IS NOT NULL;
INSERT INTO access_holdings (id, account_id, role_id, unit_id, subtree, kind, position_id, title_vi, title_en, signs_as, since, until,
	suspended_at, decision, decided_on, reason, from_id, entered_by, entered_at, ended_by, ended_at, end_decision)
SELECT a.account_id || '.' || a.role_id || '.' || a.unit_id, a.account_id, a.role_id, a.unit_id, a.subtree,
	CASE WHEN a.unit_id = '' THEN 'own'
	WHEN EXISTS (SELECT 1 FROM access_assignments b WHERE b.account_id = a.account_id AND b.unit_id <> '' AND
		(b.since < a.since OR (b.since = a.since AND b.unit_id || ' ' || b.role_id < a.unit_id || ' ' || a.role_id))) THEN 'concurrent'
	ELSE 'main' END,
	'', a.title_vi, a.title_en, a.signs_as, a.since, a.until, NULL, '', '', '', '', '', a.since, '', NULL, '' FROM access_assignments a;
CREATE TABLE access_role_pairs ( -- roles that nobody may hold together
	role_a TEXT NOT NULL, -- the smaller of the two ids
	role_b TEXT NOT NULL,
	why_vi TEXT NOT NULL,
	why_en TEXT NOT NULL,
	PRIMARY KEY (role_a, role_b)
);
CREATE TABLE access_role_kinds ( -- kinds of units in which a role can be held; none: in all
	role_id TEXT NOT NULL REFERENCES access_roles (id),
	kind    TEXT NOT NULL,
	PRIMARY KEY (role_id, kind)
);
CREATE TABLE access_objects ( -- single things somebody may see outside the own units
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	permission TEXT NOT NULL,
	object_id  TEXT NOT NULL,
	why        TEXT NOT NULL, -- part: of the case; emergency
	since      BIGINT NOT NULL,
	until      BIGINT         -- NULL: until it is ended
);
CREATE INDEX access_objects_account ON access_objects (account_id, since);
CREATE INDEX access_objects_object ON access_objects (object_id, since);
