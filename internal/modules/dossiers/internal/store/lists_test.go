// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// many fills the table: 20,000 dossiers of 100 wards and 500 people, most of them over.
const many = `INSERT INTO dossiers_dossiers (id, version, reference, code, procedure_id, procedure_sha, form_sha, name_vi, name_en, channel, status,
	finance, delivery, sync, filed_by, helper, submitter_id, owner_id, basis, basis_sealed, owner_name, owner_folded, owner_number_index, owner_phone_index,
	owner_sealed, submitter_sealed, answers_sealed, helped_unit, received_unit, authority_unit, handler_unit, task, step, step_vi, step_en, action, post,
	step_due, assignee, assignee_name, work_due, submitted_at, accepted_by, due_at, delivered_by, delivery_mode, receiver_sealed, reason, receipt_file, bringer_id)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
SELECT 'd' || CAST(100000 + i AS TEXT), 1, 'r' || CAST(i AS TEXT), 'c' || CAST(i AS TEXT), 'p', 's', 's', 'Xác nhận', '', 2,
	CASE WHEN i % 20 = 0 THEN 1 WHEN i % 20 < 4 THEN 4 ELSE 10 END, 'none', 'none', 'none', 'a', '', 'p' || CAST(i % 500 AS TEXT), 'p' || CAST(i % 499 AS TEXT),
	'self', '', 'Nguyễn Văn ' || CAST(i AS TEXT), '', '', '', '', '', '', 'u' || CAST(i % 100 AS TEXT), 'u' || CAST(i % 100 AS TEXT), 'u' || CAST(i % 100 AS TEXT),
	'u' || CAST(i % 100 AS TEXT), CASE WHEN i % 20 BETWEEN 1 AND 3 THEN 't' || CAST(i AS TEXT) ELSE '' END, 'x', 'Thẩm định', '',
	CASE WHEN i % 20 = 1 THEN 'appraise' WHEN i % 20 = 2 THEN 'draft' WHEN i % 20 = 3 THEN 'sign' ELSE '' END, 'officer', i * 1000, '', '', i * 1000, i * 1000, '', i * 1000, '', '', '', '', '', 'p' || CAST(i % 500 AS TEXT) FROM n`

// turns are their open steps: where three are open, two units work side by side.
const turns = `INSERT INTO dossiers_tasks (id, dossier_id, step, step_vi, step_en, action, post, unit, due_at, assignee, assignee_name, work_due)
	SELECT task, id, step, step_vi, step_en, action, post, handler_unit, step_due, CASE WHEN substr(task, 2, 2) = '99' THEN 'a' ELSE '' END, '', work_due FROM dossiers_dossiers WHERE task <> ''
	UNION ALL SELECT task || 'b', id, step, step_vi, step_en, 'consult', post, 'u99', step_due, '', '', work_due FROM dossiers_dossiers WHERE task <> '' AND action = 'sign'`

// questions are opinions asked of units.
const questions = `INSERT INTO dossiers_opinions (id, dossier_id, task, step_vi, step_en, unit, post, question_sealed, asked_by, asker, asker_unit, asked_at, due_at,
	state, words_sealed, file_id, ended_by, ender)
	SELECT 'o' || id, id, 'x', '', '', handler_unit, '', '', 'a', '', 'u1', 1, work_due, CASE WHEN task = '' THEN 'agreed' ELSE 'open' END, '', '', '', '' FROM dossiers_dossiers`

// retractions take the result of each back; few wait for a leader.
const retractions = `INSERT INTO dossiers_revocations (id, dossier_id, state, renew, days, reason_sealed, decision, asked_by, asker, asker_person, asked_at, words_sealed, ended_by, ender,
	file_id, file_sha, number, signer, unit, path, stage, assignee, assignee_name, new_sha, new_number)
	SELECT 'v' || id, id, CASE WHEN status = 1 THEN 'open' ELSE 'agreed' END, 0, 0, '', '', 'a', '', '', submitted_at, '', '', '', 'f', 's' || id, '', '', authority_unit, '[]', -1, '', '', '', '' FROM dossiers_dossiers`

// letters are forms 04 about all of them; few wait.
const letters = `INSERT INTO dossiers_letters (id, dossier_id, form, state, version, signer, signer_name, file_id, file_sha, areas, agency, doc_type, year, number, notation, changed_by, changer, changed_at)
	SELECT 'l' || id, id, 'form04', CASE WHEN status = 1 THEN 'drafted' ELSE 'issued' END, 1, 'a', '', '', 's' || id, '', '', 'CV', 2026, 0, '', 'a', '', 1 FROM dossiers_dossiers`

// envelopes are how all of them came.
const envelopes = `INSERT INTO dossiers_mail (id, unit, consignment, came_on, opened_by, opener, opened_at, letter, letter_by)
	SELECT id, received_unit, 'RC' || CAST(submitted_at / 1000 AS TEXT), '2026-03-02', '', '', submitted_at, '', '' FROM dossiers_dossiers`

// drafts are as many besides.
const drafts = `INSERT INTO dossiers_drafts (id, account, person_id, desk, procedure_id, procedure_sha, name_vi, name_en, unit, channel, parties_sealed, answers_sealed, version, saved_at)
	SELECT 'n' || id, 'a', owner_id, handler_unit, 'p', 's', '', '', handler_unit, 3, '', '', 1, submitted_at FROM dossiers_dossiers`

// seen shows each of them to an account.
const seen = `INSERT INTO dossiers_seen (dossier, account, unit, first_at, last_at, day, days)
	SELECT id, 'a' || handler_unit, handler_unit, 1, submitted_at, 20260302, 1 FROM dossiers_dossiers`

// ruledSteps are what rules did with the steps of each; of few they found nobody.
const ruledSteps = `INSERT INTO dossiers_assigned (task_id, dossier_id, rule_id, version, kind, kept, step_vi, step_en, unit, account, name, why, at)
	SELECT CASE WHEN task = '' THEN 'o' || id ELSE task END, id, 'r', 1, 'turn', 0, '', '', handler_unit, CASE WHEN id LIKE '%7' THEN '' ELSE 'a' END, '', '', submitted_at FROM dossiers_dossiers`

// ruleVersions are those of the rules of 100 units.
const ruleVersions = `INSERT INTO dossiers_rule_versions (rule_id, version, kind, unit, procedure_id, field, action, person, person_name, stand_in, stand_in_name, changed_by, changer, changed_at)
	SELECT id, 1, 'turn', handler_unit, '', '', '', '', '', '', '', '', '', submitted_at FROM dossiers_dossiers`

// Every list of 20,000 dossiers is answered from an index, in order and in scope.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx, s := t.Context(), New(crypt.Ephemeral(), nil)
		err := d.Write(ctx, func(tx *db.Tx) error {
			units := []orgs.Unit{{ID: "tinh", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}}, {ID: "u1", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường"}}}
			if _, err := orgs.Apply(ctx, tx, units); err != nil {
				return err
			}
			for _, fill := range []string{many, turns, questions, retractions, letters, envelopes, drafts, seen, ruledSteps, ruleVersions} {
				if _, err := tx.Exec(ctx, fill); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, `ANALYZE`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		scope := func(place identity.Place) access.Scope {
			sc, err := access.Require(identity.NewActor("a", "p7").Grant("x.y", place), "x.y")
			if err != nil {
				t.Fatal(err)
			}
			return sc
		}
		ward, whole, own := scope(identity.Place{Unit: "u1"}), scope(identity.Place{Unit: "u1", Subtree: true}), scope(identity.Place{})
		first := Key{At: math.MinInt64}
		period := dossiers.ScoredPeriod{From: db.Time{Time: time.UnixMicro(19_900_000)}, To: db.Time{Time: time.UnixMicro(19_950_000)}, At: db.Time{Time: time.UnixMicro(19_950_000)}}
		for _, c := range []struct {
			name  string
			query func(sc access.Scope) (string, []any)
			in    []access.Scope
		}{
			{"inbox", func(sc access.Scope) (string, []any) { return inboxQuery(sc, first, 50) }, []access.Scope{ward, whole}},
			{"envelopes", func(sc access.Scope) (string, []any) { return mailQuery(sc, "", "", 50) }, []access.Scope{ward, whole}},
			{"one consignment", func(sc access.Scope) (string, []any) { return mailQuery(sc, "RC117", "", 50) }, []access.Scope{ward, whole}},
			{"ledger", func(sc access.Scope) (string, []any) {
				return ledgerQuery(sc, Ledger{Accepted: Span{From: 1, To: 9_000_000}}, first, 50)
			}, []access.Scope{ward, whole}},
			{"open revocations", func(sc access.Scope) (string, []any) { return openRevocations(sc, first, 50) }, []access.Scope{ward, whole}},
			{"open letters", func(sc access.Scope) (string, []any) {
				return openLettersQuery(sc, LetterWaits{Initial: true, Account: "a"}, "", 50)
			}, []access.Scope{ward, whole}},
			{"revoked", func(access.Scope) (string, []any) { return revokedQuery, []any{"x"} }, []access.Scope{ward}},
			{"desk", func(sc access.Scope) (string, []any) {
				return workQuery(Work{Seats: []Seat{{sc, []string{"appraise", "draft"}}}, Accounts: []string{"a", "b"}}, first, 50)
			}, []access.Scope{ward, whole}},
			{"two seats", func(sc access.Scope) (string, []any) {
				return workQuery(Work{Seats: []Seat{{sc, []string{"appraise", "draft"}}, {sc, []string{"sign"}}}, Accounts: []string{"a", "b"}}, first, 50)
			}, []access.Scope{ward, whole}},
			{"count", func(sc access.Scope) (string, []any) {
				return countQuery(Work{Seats: []Seat{{sc, []string{"appraise", "draft"}}}, Accounts: []string{"a", "b"}}, 1, 2, 3)
			}, []access.Scope{ward, whole}},
			{"unit", func(sc access.Scope) (string, []any) {
				return workQuery(Work{Seats: []Seat{{sc, []string{"appraise", "draft", "consult", "sign"}}}, Anybody: true}, first, 50)
			}, []access.Scope{ward, whole}},
			{"narrowed", func(sc access.Scope) (string, []any) {
				return workQuery(Work{
					Seats: []Seat{{sc, []string{"appraise", "draft"}}}, Anybody: true, Procedures: []string{"p"}, Folded: "nguyen", Code: "C1", Submitted: Span{From: 1}, Order: ByNewest,
				}, ByNewest.Begin(), 50)
			}, []access.Scope{ward, whole}},
			{"facets", func(sc access.Scope) (string, []any) {
				return facetsQuery(Work{Seats: []Seat{{sc, []string{"appraise", "draft"}}}, Accounts: []string{"a"}}, 500)
			}, []access.Scope{ward, whole}},
			{"loads", func(sc access.Scope) (string, []any) {
				return loadsQuery(Work{Seats: []Seat{{sc, []string{"appraise", "draft"}}}, Anybody: true}, 1, 2, 3, 500)
			}, []access.Scope{ward, whole}},
			{"held", func(access.Scope) (string, []any) { return heldQuery("a", "u1", first, 50) }, []access.Scope{ward}},
			{"asked", func(sc access.Scope) (string, []any) {
				return askedQuery(Asked{Scope: sc, Posts: [][2]string{{"u1", "officer"}}}, first, 50)
			}, []access.Scope{ward, whole}},
			{"scored", func(sc access.Scope) (string, []any) {
				return listScoredQuery(sc, period, dossiers.ScoreLate, []orgs.ID{"u1", "u2"}, "d2", 50)
			}, []access.Scope{ward, whole}},
			{"count scored", func(access.Scope) (string, []any) {
				return countScoredQuery(), []any{period.From, period.To, period.At}
			}, []access.Scope{ward}},
			{"used services", func(access.Scope) (string, []any) { return usedServices, []any{period.From, period.To, period.At} }, []access.Scope{ward}},
			{"unfound", func(sc access.Scope) (string, []any) { return unfoundQuery(sc, "", 50) }, []access.Scope{ward, whole}},
			{"rule history", func(access.Scope) (string, []any) {
				return ruleHistoryQuery("u1", Key{At: math.MaxInt64}, 50)
			}, []access.Scope{ward}},
			{"assigned", func(access.Scope) (string, []any) { return assignedOf, []any{"d100001", 50} }, []access.Scope{ward}},
			{"sightings", func(sc access.Scope) (string, []any) { return sightingsQuery(sc, "a", Key{}, 50) }, []access.Scope{own}},
			{"mine", func(sc access.Scope) (string, []any) { return mineQuery(sc, "", 50) }, []access.Scope{own}},
		} {
			for i, sc := range c.in {
				text, args := c.query(sc)
				plan := dbtest.Plan(t, d, text, args...)
				if slices.Contains([]string{"count", "narrowed", "facets", "loads", "unfound"}, c.name) { // the open steps alone may be read whole: they are few beside what is over
					plan = slices.DeleteFunc(plan, func(line string) bool {
						return line == "SCAN t" || c.name == "unfound" && strings.Contains(line, "Seq Scan on dossiers_tasks")
					})
				}
				if strings.Contains(c.name, "scored") { // of one dossier each; they are empty here
					plan = slices.DeleteFunc(plan, func(line string) bool {
						return strings.Contains(line, "Seq Scan on dossiers_supplements") || strings.Contains(line, "Seq Scan on dossiers_demands") || strings.Contains(line, "Seq Scan on dossiers_results") || strings.Contains(line, "Seq Scan on dossiers_papers") || line == "SCAN d"
					})
				}
				if scans(d.Dialect(), plan) {
					t.Errorf("%s %d reads the whole table:\n%s", c.name, i, strings.Join(plan, "\n"))
				}
			}
		}

		page, err := s.ListWork(ctx, d, Work{Seats: []Seat{{ward, []string{"appraise", "draft"}}}, Accounts: []string{"a", "b"}}, first, 50)
		if err != nil || len(page) != 50 || !slices.IsSortedFunc(page, func(a, b Dossier) int { return int(a.WorkDue.UnixMicro() - b.WorkDue.UnixMicro()) }) {
			t.Errorf("%d dossiers on the desk, %v", len(page), err)
		}
		seen, after := 0, first
		for {
			page, err := s.ListWork(ctx, d, Work{Seats: []Seat{{whole, []string{"appraise"}}}, Accounts: []string{"a", "b"}}, after, 50)
			if err != nil {
				t.Fatal(err)
			}
			if seen += len(page); len(page) < 50 {
				break
			}
			after = Key{At: page[49].WorkDue.UnixMicro(), ID: page[49].Task}
		}
		if c, err := s.CountWork(ctx, d, Work{Seats: []Seat{{whole, []string{"appraise"}}}, Accounts: []string{"a", "b"}}, 0, 0, 0); err != nil || c.All != seen || seen != 200 {
			t.Errorf("paged %d, counted %d, %v", seen, c.All, err)
		}
	})
}

// scans reports whether a plan reads all dossiers: a scan without an index, or
// of an index that holds the closed ones too.
func scans(dialect db.Dialect, plan []string) bool {
	return slices.ContainsFunc(plan, func(line string) bool {
		if dialect == db.Postgres {
			return strings.Contains(line, "Seq Scan on dossiers_")
		}
		for _, all := range []string{"SCAN dossiers_", "SCAN d", "SCAN t", "SCAN o"} {
			rest, scan := strings.CutPrefix(line, all)
			if scan && (rest == "" || rest[0] == ' ' || all == "SCAN dossiers_") && !strings.Contains(line, "dossiers_tasks_desk") && !strings.Contains(line, "dossiers_dossiers_inbox") {
				return true
			}
		}
		return false
	})
}
