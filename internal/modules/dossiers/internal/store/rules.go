// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// RemovedRule is the kind of the version with which a rule ends.
const RemovedRule dossiers.RuleKind = "removed"

// Rule is a version of a rule: a row of dossiers_rule_versions with its areas.
type Rule struct {
	ID                 string
	Version            int
	Kind               dossiers.RuleKind
	Unit               orgs.ID
	Procedure          procedures.ID // empty: every one
	Field              string        // empty: every one
	Action             string        // empty: every one but signing
	Person, StandIn    string        // accounts
	PersonName, Deputy string        // names of both
	Areas              []Area
	By, Name           string // who changed it: account, name
	At                 db.Time
	Last               string // in turn: after whom the next comes
}

// Area is who does what comes of an area.
type Area struct{ Area, Account, Name string }

const ruleColumns = `v.rule_id, v.version, v.kind, v.unit, v.procedure_id, v.field, v.action, v.person, v.person_name, v.stand_in, v.stand_in_name, v.changed_by, v.changer, v.changed_at`

func scanRule(r db.Row) (u Rule, err error) {
	err = r.Scan(&u.ID, &u.Version, &u.Kind, &u.Unit, &u.Procedure, &u.Field, &u.Action, &u.Person, &u.PersonName, &u.StandIn, &u.Deputy, &u.By, &u.Name, &u.At)
	return u, err
}

func scanStanding(r db.Row) (u Rule, err error) {
	err = r.Scan(&u.ID, &u.Version, &u.Kind, &u.Unit, &u.Procedure, &u.Field, &u.Action, &u.Person, &u.PersonName, &u.StandIn, &u.Deputy, &u.By, &u.Name, &u.At, &u.Last)
	return u, err
}

const standingRules = `SELECT ` + ruleColumns + `, r.last FROM dossiers_rules r JOIN dossiers_rule_versions v ON v.rule_id = r.id AND v.version = r.version`

// RulesOf returns at most limit rules of a unit, the oldest first.
func (s Store) RulesOf(ctx context.Context, q db.Querier, unit orgs.ID, limit int) ([]Rule, error) {
	all, err := db.All(ctx, q, scanStanding, standingRules+` WHERE r.unit = $1 ORDER BY r.id LIMIT $2`, string(unit), limit)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, s.addAreas(ctx, q, all)
}

// addAreas reads the areas of versions, all in one query.
func (Store) addAreas(ctx context.Context, q db.Querier, all []Rule) error {
	var marks []string
	var args []any
	for _, r := range all {
		if r.Kind == dossiers.RuleArea {
			args = append(args, r.ID, r.Version)
			n := len(args)
			marks = append(marks, "(rule_id = $"+strconv.Itoa(n-1)+" AND version = $"+strconv.Itoa(n)+")")
		}
	}
	if len(marks) == 0 {
		return nil
	}
	type found struct {
		rule    string
		version int
		Area
	}
	rows, err := db.All(ctx, q, func(r db.Row) (f found, err error) {
		err = r.Scan(&f.rule, &f.version, &f.Area.Area, &f.Account, &f.Name)
		return f, err
	}, `SELECT rule_id, version, area, account, name FROM dossiers_rule_areas WHERE `+strings.Join(marks, " OR ")+` ORDER BY rule_id, version, position`, args...)
	for _, f := range rows {
		for i := range all {
			if all[i].ID == f.rule && all[i].Version == f.version {
				all[i].Areas = append(all[i].Areas, f.Area)
			}
		}
	}
	return err
}

// LockRule returns a rule of a scope; ErrNoRule where it is out of it. Nobody else
// assigns by it until the transaction ends.
func (s Store) LockRule(ctx context.Context, tx *db.Tx, sc access.Scope, id string) (Rule, error) {
	where, args := sc.Where(access.Columns{Units: []string{"unit"}}, id)
	var version int
	err := tx.QueryRow(ctx, `SELECT version FROM dossiers_rules WHERE id = $1 AND `+where+tx.ForUpdate(), args...).Scan(&version)
	if errors.Is(err, db.ErrNoRows) {
		return Rule{}, dossiers.ErrNoRule
	}
	if err != nil {
		return Rule{}, err
	}
	r, err := scanStanding(tx.QueryRow(ctx, standingRules+` WHERE r.id = $1`, id))
	if err != nil {
		return r, err
	}
	one := []Rule{r}
	err = s.addAreas(ctx, tx, one)
	return one[0], err
}

// AddRule adds one with its first version; a duplicate where the unit has one for
// the same steps.
func (s Store) AddRule(ctx context.Context, tx *db.Tx, r Rule) error {
	if _, err := tx.Exec(ctx, `INSERT INTO dossiers_rules (id, unit, procedure_id, field, action, version, last) VALUES ($1, $2, $3, $4, $5, 1, '')`,
		r.ID, string(r.Unit), string(r.Procedure), r.Field, r.Action); err != nil {
		return err
	}
	r.Version = 1
	return s.addVersion(ctx, tx, r)
}

// ChangeRule writes the next version of a rule that the transaction has locked.
func (s Store) ChangeRule(ctx context.Context, tx *db.Tx, r Rule) error {
	if _, err := tx.Exec(ctx, `UPDATE dossiers_rules SET procedure_id = $2, field = $3, action = $4, version = version + 1 WHERE id = $1`,
		r.ID, string(r.Procedure), r.Field, r.Action); err != nil {
		return err
	}
	r.Version++
	return s.addVersion(ctx, tx, r)
}

func (Store) addVersion(ctx context.Context, tx *db.Tx, r Rule) error {
	if _, err := tx.Exec(ctx, `INSERT INTO dossiers_rule_versions (rule_id, version, kind, unit, procedure_id, field, action, person, person_name, stand_in, stand_in_name,
		changed_by, changer, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		r.ID, r.Version, string(r.Kind), string(r.Unit), string(r.Procedure), r.Field, r.Action, r.Person, r.PersonName, r.StandIn, r.Deputy, r.By, r.Name, tx.Now); err != nil {
		return err
	}
	for i, a := range r.Areas {
		if _, err := tx.Exec(ctx, `INSERT INTO dossiers_rule_areas (rule_id, version, position, area, account, name) VALUES ($1, $2, $3, $4, $5, $6)`,
			r.ID, r.Version, i, a.Area, a.Account, a.Name); err != nil {
			return err
		}
	}
	return nil
}

// RemoveRule takes a locked rule away; its versions stay, with who took it away.
func (s Store) RemoveRule(ctx context.Context, tx *db.Tx, r Rule) error {
	if _, err := tx.Exec(ctx, `DELETE FROM dossiers_rules WHERE id = $1`, r.ID); err != nil {
		return err
	}
	r.Version, r.Kind, r.Areas = r.Version+1, RemovedRule, nil
	return s.addVersion(ctx, tx, r)
}

// Turned says after whom the next in turn comes.
func (Store) Turned(ctx context.Context, tx *db.Tx, rule, last string) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_rules SET last = $2 WHERE id = $1`, rule, last)
	return err
}

// RuleHistory returns at most limit versions of the rules of a unit before a
// key, the newest first.
func (s Store) RuleHistory(ctx context.Context, q db.Querier, unit orgs.ID, before Key, limit int) ([]Rule, error) {
	text, args := ruleHistoryQuery(unit, before, limit)
	all, err := db.All(ctx, q, scanRule, text, args...)
	if err != nil {
		return nil, err
	}
	return all, s.addAreas(ctx, q, all)
}

func ruleHistoryQuery(unit orgs.ID, before Key, limit int) (string, []any) {
	return `SELECT ` + ruleColumns + ` FROM dossiers_rule_versions v WHERE v.unit = $1 AND (v.changed_at, v.rule_id) < ($2, $3)
		ORDER BY v.changed_at DESC, v.rule_id DESC LIMIT $4`, []any{string(unit), before.At, before.ID, limit}
}

// Assigned is what a rule did with a step: a row of dossiers_assigned.
type Assigned struct {
	Task          dossiers.TaskID
	Dossier       dossiers.ID
	Rule          string
	Version       int
	Kind          dossiers.RuleKind
	Kept          bool
	Step          i18n.Text
	Unit          orgs.ID
	Account, Name string
	Why           dossiers.WhyNobody
	At            db.Time
}

const assignedColumns = `a.task_id, a.dossier_id, a.rule_id, a.version, a.kind, a.kept, a.step_vi, a.step_en, a.unit, a.account, a.name, a.why, a.at`

func scanAssigned(r db.Row) (a Assigned, err error) {
	var kept int
	err = r.Scan(&a.Task, &a.Dossier, &a.Rule, &a.Version, &a.Kind, &kept, &a.Step.VI, &a.Step.EN, &a.Unit, &a.Account, &a.Name, &a.Why, &a.At)
	a.Kept = kept == 1
	return a, err
}

// AddAssigned notes what a rule did; false where a rule has seen the step already.
func (Store) AddAssigned(ctx context.Context, tx *db.Tx, a Assigned) (bool, error) {
	kept := 0
	if a.Kept {
		kept = 1
	}
	n, err := tx.Exec(ctx, `INSERT INTO dossiers_assigned (task_id, dossier_id, rule_id, version, kind, kept, step_vi, step_en, unit, account, name, why, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (task_id) DO NOTHING`,
		string(a.Task), string(a.Dossier), a.Rule, a.Version, string(a.Kind), kept, a.Step.VI, a.Step.EN, string(a.Unit), a.Account, a.Name, string(a.Why), tx.Now)
	return n == 1, err
}

// WasRuled reports whether a rule has seen a step.
func (Store) WasRuled(ctx context.Context, q db.Querier, task dossiers.TaskID) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_assigned WHERE task_id = $1`, string(task)).Scan(&n)
	return n > 0, err
}

// AssignedOf returns what rules did with the steps of a dossier, in order.
func (Store) AssignedOf(ctx context.Context, q db.Querier, id dossiers.ID) ([]Assigned, error) {
	return db.All(ctx, q, scanAssigned, assignedOf, string(id), maxAssigned)
}

const (
	assignedOf  = `SELECT ` + assignedColumns + ` FROM dossiers_assigned a WHERE a.dossier_id = $1 ORDER BY a.at, a.task_id LIMIT $2`
	maxAssigned = 500 // of one dossier
)

// Unfound is an open step for which a rule has found nobody.
type Unfound struct {
	Assigned
	Code string // what people call the dossier
	Name i18n.Text
}

// ListUnfound returns at most limit steps in scope, after one, that are in nobody's
// hands because a rule has found nobody.
func (Store) ListUnfound(ctx context.Context, q db.Querier, sc access.Scope, after string, limit int) ([]Unfound, error) {
	text, args := unfoundQuery(sc, after, limit)
	return db.All(ctx, q, func(r db.Row) (u Unfound, err error) {
		var kept int
		err = r.Scan(&u.Task, &u.Dossier, &u.Rule, &u.Version, &u.Kind, &kept, &u.Step.VI, &u.Step.EN, &u.Unit, &u.Account, &u.Assigned.Name, &u.Why, &u.At, &u.Code, &u.Name.VI, &u.Name.EN)
		return u, err
	}, text, args...)
}

func unfoundQuery(sc access.Scope, after string, limit int) (string, []any) {
	where, args := sc.Where(access.Columns{Units: []string{"a.unit"}}, after, limit)
	return `SELECT ` + assignedColumns + `, CASE WHEN d.code = '' THEN d.reference ELSE d.code END, d.name_vi, d.name_en
		FROM dossiers_assigned a JOIN dossiers_tasks t ON t.id = a.task_id AND t.assignee = '' JOIN dossiers_dossiers d ON d.id = a.dossier_id
		WHERE a.account = '' AND a.task_id > $1 AND ` + where + ` ORDER BY a.task_id LIMIT $2`, args
}

// OpenOf counts the open steps in the hands of accounts, all in one query.
func (Store) OpenOf(ctx context.Context, q db.Querier, accounts []string) (map[string]int, error) {
	counts := map[string]int{}
	if len(accounts) == 0 {
		return counts, nil
	}
	args, marks := make([]any, len(accounts)), make([]string, len(accounts))
	for i, a := range accounts {
		args[i], marks[i] = a, "$"+strconv.Itoa(i+1)
	}
	_, err := db.All(ctx, q, func(r db.Row) (one string, err error) {
		var n int
		err = r.Scan(&one, &n)
		counts[one] = n
		return one, err
	}, `SELECT assignee, COUNT(*) FROM dossiers_tasks WHERE assignee <> '' AND assignee IN (`+strings.Join(marks, ", ")+`) GROUP BY assignee`, args...)
	return counts, err
}
