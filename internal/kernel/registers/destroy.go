// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// The destruction of a record is a proposal like any other: who has the right to
// destroy makes it, and another who has it decides. The proposal stays, as it holds
// no values, and so does what Gone tells.

// decides narrows what a right lets its holder decide about: of a right to approve
// all but destruction, of one to destroy nothing else.
func (h Hold) decides(cond string) string {
	switch approve, destroy := h.Allows(Approve), h.Allows(Destroy); {
	case approve && !destroy:
		return `(` + cond + ` AND act <> 'destroy')`
	case destroy && !approve:
		return `(` + cond + ` AND act = 'destroy')`
	}
	return cond
}

// decided is the act whose right decides about a proposal.
func (a Act) decided() Act {
	if a == Destroy {
		return Destroy
	}
	return Approve
}

// destroyable checks a proposal to destroy a record and returns its unit.
func (k *Keeper) destroyable(ctx context.Context, tx *db.Tx, s Standing, p Proposal) (unit string, err error) {
	old, _, err := k.expired(ctx, tx, s, p.Record, p.Seen)
	if err != nil {
		return "", err
	}
	asked, err := k.asked(ctx, tx, s.Definition.ID, []Record{old.Record})
	if err == nil && asked[p.Record] {
		err = ErrAsked
	}
	return old.Unit, err
}

// destroy takes a record and all that it was out of the database. What stays is the
// row of registers_gone.
func (k *Keeper) destroy(ctx context.Context, tx *db.Tx, s Standing, p Proposal) error {
	d, err := k.forWriting(ctx, tx, s.Definition.ID)
	if err != nil {
		return err
	}
	if d.Version != s.Definition.Version { // the rights and the time of another file
		if s, err = k.Stand(ctx, tx, s.Actor, d.ID); err != nil {
			return err
		}
	}
	old, began, err := k.expired(ctx, tx, s, p.Record, p.Seen)
	if err != nil {
		return err
	}
	called, err := k.called(d, old)
	if err != nil {
		return err
	}
	r := d.Retention
	if _, err := tx.Exec(ctx, `INSERT INTO registers_gone (register, record, called, unit_id, units, version, began, basis, term, proposed_by, decided_by, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, d.ID, old.ID, called, old.Unit, d.reachedBy(old), old.Version+1, began,
		r.Basis, fmt.Sprintf("%d %s", r.Amount, r.Unit), p.By, s.Actor.Account, tx.Now); err != nil {
		return err
	}
	for _, statement := range []string{
		`DELETE FROM ` + ident(d.history()) + ` WHERE id = $1`,
		`DELETE FROM ` + ident(d.Table()) + ` WHERE id = $1`,
		`DELETE FROM registers_import_notes WHERE record = $1`,
		`DELETE FROM registers_import_rows WHERE record = $1`,
		`DELETE FROM registers_merge_refs WHERE record = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, old.ID); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		`DELETE FROM registers_moves WHERE register = $1 AND record = $2`,
		`DELETE FROM registers_twin_keys WHERE register = $1 AND record = $2`,
		`DELETE FROM registers_twins WHERE register = $1 AND (first = $2 OR second = $2)`,
		`DELETE FROM registers_merge_refs WHERE merge_id IN (SELECT id FROM registers_merges WHERE register = $1 AND (survivor = $2 OR loser = $2))`,
		`DELETE FROM registers_merges WHERE register = $1 AND (survivor = $2 OR loser = $2)`,
		`DELETE FROM registers_proposals WHERE register = $1 AND record = $2 AND act <> 'destroy'`,
	} {
		if _, err := tx.Exec(ctx, statement, d.ID, old.ID); err != nil {
			return err
		}
	}
	if err := note(ctx, tx, d.ID, old.ID, old.Version+1); err != nil {
		return err
	}
	return audit.Record(ctx, tx, s.Actor, AuditDestroyed, d.ID+"/"+old.ID)
}

// called is what a record was called by, where that is not personal: its key, or the
// first text that names one record.
func (k *Keeper) called(d Definition, old loaded) (string, error) {
	var said []string
	keys := d.Key
	if i := slices.IndexFunc(d.Visible(), func(f Field) bool { return f.Type == Line && f.Unique && !f.personal() }); len(keys) == 0 && i >= 0 {
		keys = []string{d.Visible()[i].Key}
	}
	for _, key := range keys {
		f, _ := d.Field(key) // Check has seen it
		if f.personal() {
			return "", nil
		}
		v, err := value(k.keys, d, f, old.ID, old.raw)
		if err != nil {
			return "", err
		}
		if v != nil {
			said = append(said, fmt.Sprint(v))
		}
	}
	return strings.Join(said, " "), nil
}

// reachedBy are the units by which rights reached a record, beside its own, each
// between bars: who followed it by them is told that it is gone.
func (d Definition) reachedBy(old loaded) string {
	var units []string
	for _, r := range d.Rights {
		for _, key := range r.Units {
			if unit, ok := old.raw["f_"+key].(string); ok && !slices.Contains(units, unit) {
				units = append(units, unit)
			}
		}
	}
	return "|" + strings.Join(units, "|") + "|"
}

// Gone is what stays of a record that was destroyed. It holds no personal data.
type Gone struct {
	Record     string
	Called     string // its key; empty where that was personal
	Unit       string
	Began      string // the day from which its time counted
	Basis      string // a legal id
	Amount     string // "10 years", as the file said then
	ProposedBy string // account
	DecidedBy  string
	At         db.Time

	version int64
	units   []string
}

const goneColumns = `record, called, unit_id, units, version, began, basis, term, proposed_by, decided_by, at`

func scanGone(r db.Row) (g Gone, err error) {
	var units string
	err = r.Scan(&g.Record, &g.Called, &g.Unit, &units, &g.version, &g.Began, &g.Basis, &g.Amount, &g.ProposedBy, &g.DecidedBy, &g.At)
	g.units = strings.FieldsFunc(units, func(r rune) bool { return r == '|' })
	return g, err
}

// ListGone returns what stays of records that were destroyed, the latest first, at
// most limit of them before one ("" for the latest): for those who may destroy.
func (k *Keeper) ListGone(ctx context.Context, q db.Querier, s Standing, before string, limit int) (all []Gone, next string, err error) {
	defer errs.Wrap(&err, "destroyed records of register %s", s.Definition.ID)

	if !s.Can(Destroy) {
		return nil, "", access.ErrNotAllowed
	}
	limit = min(max(limit, 1), maxLimit)
	args, conds := []any{s.Definition.ID}, []string{}
	for _, h := range s.Holds {
		if h.Allows(Destroy) && h.Owner == "" && !h.Public {
			var cond string
			cond, args = h.Scope.Where(access.Columns{Units: []string{"unit_id"}}, args...)
			conds = append(conds, cond)
		}
	}
	query := `SELECT ` + goneColumns + ` FROM registers_gone WHERE register = $1 AND (` + strings.Join(append(conds, "1 = 0"), " OR ") + `)`
	if before != "" {
		from, err := decode(before)
		if err != nil || from.By != "gone" {
			return nil, "", ErrCursor.Because(err)
		}
		at, err := strconv.ParseInt(from.Sort, 10, 64)
		if err != nil {
			return nil, "", ErrCursor.Because(err)
		}
		args = append(args, at, from.ID)
		query += ` AND (at, record) < ($` + number(len(args)-1) + `, ` + mark(args) + `)`
	}
	args = append(args, limit+1)
	if all, err = db.All(ctx, q, scanGone, query+` ORDER BY at DESC, record DESC LIMIT `+mark(args), args...); err != nil {
		return nil, "", err
	}
	if len(all) > limit {
		all = all[:limit]
		last := all[limit-1]
		next, err = cursor{By: "gone", Sort: strconv.FormatInt(last.At.UnixMicro(), 10), ID: last.Record}.encode()
	}
	return all, next, err
}

// gone returns what stays of those of some records that were destroyed.
func gone(ctx context.Context, q db.Querier, register string, ids []string) (map[string]Gone, error) {
	in, args := among(`record`, ids, []any{register})
	found, err := db.All(ctx, q, scanGone, `SELECT `+goneColumns+` FROM registers_gone WHERE register = $1 AND `+in, args...)
	all := make(map[string]Gone, len(found))
	for _, g := range found {
		all[g.Record] = g
	}
	return all, err
}
