// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package orgs

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Day returns the day of a moment in Vietnam, YYYY-MM-DD.
func Day(at db.Time) string { return at.In(calendar.Zone()).Format(time.DateOnly) }

// Start returns the first moment of a day (YYYY-MM-DD) in Vietnam.
func Start(day string) (db.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, day, calendar.Zone())
	return db.At(t), err
}

// dayBefore returns the day before one.
func dayBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}

// ValidOn reports whether the unit is there on a day.
func (u Unit) ValidOn(day string) bool {
	return u.ValidFrom <= day && (u.ValidTo == "" || u.ValidTo >= day)
}

// Decision is what a change rests on.
type Decision struct {
	Number string // of the document
	Date   string // on which it was signed, YYYY-MM-DD
	From   string // the first day on which it counts, YYYY-MM-DD; may be to come
	By     string // account of who enters it
}

// Version is what a unit is between two days.
type Version struct {
	Unit
	From, To          string // YYYY-MM-DD; empty: always, until further notice
	Decision, Decided string // number and date; empty: the pack says so
	By                string
	At                db.Time
	Applied           bool // false: its day has not come
}

// Branch is a unit in the tree with how many stand right under it.
type Branch struct {
	Unit
	Children int
}

// What can be wrong with a change.
var (
	ErrLater    = errs.New(errs.Conflict, "orgs.later")     // something later, or of the same day, is entered already; day
	ErrHasUnits = errs.New(errs.Conflict, "orgs.has_units") // others stand under it; units
	ErrNotOver  = errs.New(errs.Conflict, "orgs.not_over")  // the predecessor does not end before; unit
	ErrOver     = errs.New(errs.Conflict, "orgs.over")      // the unit ends before
	ErrTaken    = errs.New(errs.Conflict, "orgs.taken")     // the id is a unit's already
	ErrCode     = errs.New(errs.Invalid, "orgs.code")       // no identifier of an organisation
	ErrUsed     = errs.New(errs.Conflict, "orgs.used")      // something rests on the unit
)

// Create adds a unit by a decision. What it comes from must have ended before it
// begins.
func Create(ctx context.Context, tx *db.Tx, u Unit, d Decision) (err error) {
	defer errs.Wrap(&err, "create unit %s", u.ID)

	if err := store.Lock(ctx, tx); err != nil {
		return err
	}
	if _, err := Get(ctx, tx, u.ID); err == nil {
		return ErrTaken.With("unit", string(u.ID))
	} else if errs.KindOf(err) != errs.NotFound {
		return err
	}
	u.ValidFrom = d.From
	if err := placed(ctx, tx, u, d.From); err != nil {
		return err
	}
	for _, l := range u.From {
		old, err := last(ctx, tx, l.Unit)
		if err != nil {
			return err
		}
		if old.ValidTo == "" || old.ValidTo >= d.From {
			return ErrNotOver.With("unit", old.NameVI)
		}
	}
	row := toRow(u)
	if err := store.Put(ctx, tx, row); err != nil {
		return err
	}
	if err := store.PutVersion(ctx, tx, version(row, d, tx, d.From, "")); err != nil {
		return err
	}
	for _, l := range u.From {
		if err := store.LinkOn(ctx, tx, string(l.Unit), string(u.ID), l.Kind, d.From, d.Number); err != nil {
			return err
		}
	}
	return store.Rebuild(ctx, tx)
}

func version(row store.Unit, d Decision, tx *db.Tx, from, to string) store.Version {
	return store.Version{
		Unit: row, From: from, To: to, Decision: d.Number, DecidedOn: d.Date, EnteredBy: d.By, EnteredAt: tx.Now, Applied: from <= Day(tx.Now),
	}
}

// Alter makes a unit from a day on what u says: name, codes, parent, address.
// Before that day it stays what it was; where the day is to come, the change
// waits for it.
func Alter(ctx context.Context, tx *db.Tx, u Unit, d Decision) (err error) {
	defer errs.Wrap(&err, "change unit %s", u.ID)

	if err := store.Lock(ctx, tx); err != nil {
		return err
	}
	old, err := last(ctx, tx, u.ID)
	switch {
	case err != nil:
		return err
	case old.From >= d.From || d.From <= old.ValidFrom:
		return ErrLater.With("day", old.From)
	case old.ValidTo != "" && old.ValidTo < d.From:
		return ErrOver.With("unit", old.NameVI)
	}
	u.ValidFrom, u.ValidTo = old.ValidFrom, old.ValidTo
	if err := placed(ctx, tx, u, d.From); err != nil {
		return err
	}
	return follow(ctx, tx, old, toRow(u), d)
}

// End ends a unit: the day before d.From is its last. Nothing may stand under it then.
func End(ctx context.Context, tx *db.Tx, unit ID, d Decision) (err error) {
	defer errs.Wrap(&err, "end unit %s", unit)

	return end(ctx, tx, unit, "", d)
}

// end ends a unit. Its files stay where they are found: under keep, if there is one.
func end(ctx context.Context, tx *db.Tx, unit, keep ID, d Decision) error {
	if err := store.Lock(ctx, tx); err != nil {
		return err
	}
	old, err := last(ctx, tx, unit)
	switch {
	case err != nil:
		return err
	case old.From >= d.From || d.From <= old.ValidFrom:
		return ErrLater.With("day", old.From)
	case old.ValidTo != "":
		return ErrOver.With("unit", old.NameVI)
	}
	under, err := store.ChildrenOn(ctx, tx, string(unit), d.From, "", "", 1)
	if err != nil {
		return err
	}
	if len(under) > 0 {
		return ErrHasUnits.With("unit", under[0].NameVI)
	}
	row := old.Unit
	row.ValidTo = dayBefore(d.From)
	if keep != "" {
		row.Parent = string(keep)
	}
	return follow(ctx, tx, old, row, d)
}

// follow puts a version after the last one.
func follow(ctx context.Context, tx *db.Tx, old store.Version, row store.Unit, d Decision) error {
	old.To = dayBefore(d.From)
	if err := store.PutVersion(ctx, tx, old); err != nil {
		return err
	}
	v := version(row, d, tx, d.From, "")
	if err := store.PutVersion(ctx, tx, v); err != nil || !v.Applied {
		return err
	}
	if err := store.Put(ctx, tx, row); err != nil {
		return err
	}
	return store.Rebuild(ctx, tx)
}

// Merge ends units and notes what they became: into, which must be there on
// d.From. What the old units hold is found under it from that day on.
func Merge(ctx context.Context, tx *db.Tx, from []ID, into ID, d Decision) (err error) {
	defer errs.Wrap(&err, "merge into unit %s", into)

	if len(from) == 0 || slices.Contains(from, into) {
		return ErrCircle.With("unit", string(into))
	}
	u, found, err := AsOf(ctx, tx, into, d.From)
	if err != nil {
		return err
	}
	if !found {
		return ErrNotFound.With("unit", string(into))
	}
	above, err := aboveOn(ctx, tx, u.ID, d.From)
	if err != nil {
		return err
	}
	for _, id := range from {
		if slices.Contains(above, id) {
			return ErrCircle.With("unit", string(id))
		}
		if err := end(ctx, tx, id, into, d); err != nil {
			return err
		}
		if err := store.LinkOn(ctx, tx, string(id), string(into), "merge", d.From, d.Number); err != nil {
			return err
		}
	}
	return nil
}

// placed refuses a parent that is not there, or that stands under the unit.
func placed(ctx context.Context, q db.Querier, u Unit, day string) error {
	if u.Parent == "" {
		return nil
	}
	if _, found, err := AsOf(ctx, q, u.Parent, day); err != nil {
		return err
	} else if !found {
		return ErrNotFound.With("unit", string(u.Parent))
	}
	above, err := aboveOn(ctx, q, u.Parent, day)
	if err != nil {
		return err
	}
	if slices.Contains(above, u.ID) {
		return ErrCircle.With("unit", u.Name.VI)
	}
	return nil
}

// deepest is how many units may stand above one.
const deepest = 20

// aboveOn returns a unit and those above it on a day, the nearest first.
func aboveOn(ctx context.Context, q db.Querier, id ID, day string) (all []ID, err error) {
	for at := string(id); at != "" && len(all) < deepest; {
		all = append(all, ID(at))
		found, err := store.SaidOn(ctx, q, at, day)
		if err != nil || len(found) == 0 {
			return all, err
		}
		at = found[0].Parent
	}
	return all, nil
}

// AboveOn returns what a unit and those above it were on a day, the nearest first.
func AboveOn(ctx context.Context, q db.Querier, id ID, day string) (units []Unit, err error) {
	ids, err := aboveOn(ctx, q, id, day)
	if err != nil {
		return nil, err
	}
	for _, at := range ids {
		found, err := store.SaidOn(ctx, q, string(at), day)
		if err != nil {
			return nil, err
		}
		for _, v := range found {
			units = append(units, fromRow(v.Unit))
		}
	}
	return units, nil
}

// last returns the latest version of a unit; ErrNotFound where there is none.
func last(ctx context.Context, q db.Querier, id ID) (store.Version, error) {
	all, err := store.Versions(ctx, q, string(id))
	if err != nil {
		return store.Version{}, err
	}
	if len(all) == 0 {
		return store.Version{}, ErrNotFound.With("unit", string(id))
	}
	return all[len(all)-1], nil
}

// ApplyDue makes changes true whose day has come and returns the units.
func ApplyDue(ctx context.Context, tx *db.Tx) (changed []ID, err error) {
	defer errs.Wrap(&err, "apply due changes of units")

	due, err := store.Waiting(ctx, tx, Day(tx.Now))
	if err != nil || len(due) == 0 {
		return nil, err
	}
	if err := store.Lock(ctx, tx); err != nil {
		return nil, err
	}
	for _, v := range due {
		v.Applied = true
		if err := store.PutVersion(ctx, tx, v); err != nil {
			return nil, err
		}
		if err := store.Put(ctx, tx, v.Unit); err != nil {
			return nil, err
		}
		changed = append(changed, ID(v.ID))
	}
	return changed, store.Rebuild(ctx, tx)
}

// Waits reports whether a change waits whose day has come: one cheap read.
func Waits(ctx context.Context, q db.Querier, now db.Time) (bool, error) {
	due, err := store.Waiting(ctx, q, Day(now))
	return len(due) > 0, err
}

// AsOf returns what a unit was on a day (YYYY-MM-DD); false where it was not there.
func AsOf(ctx context.Context, q db.Querier, id ID, day string) (Unit, bool, error) {
	found, err := store.OnDay(ctx, q, string(id), day)
	if err != nil || len(found) == 0 {
		return Unit{}, false, err
	}
	return fromRow(found[0].Unit), true, nil
}

// ListVersions returns what a unit was, is and will be, the oldest first.
func ListVersions(ctx context.Context, q db.Querier, id ID) ([]Version, error) {
	rows, err := store.Versions(ctx, q, string(id))
	all := make([]Version, len(rows))
	for i, r := range rows {
		all[i] = Version{
			Unit: fromRow(r.Unit), From: r.From, To: r.To, Decision: r.Decision, Decided: r.DecidedOn, By: r.EnteredBy, At: r.EnteredAt, Applied: r.Applied,
		}
	}
	return all, err
}

// ListBranches returns at most limit units right under parent ("" for the roots)
// on a day, sorted by name, in one query.
func ListBranches(ctx context.Context, q db.Querier, parent ID, day string, from Page, limit int) ([]Branch, error) {
	rows, err := store.ChildrenOn(ctx, q, string(parent), day, from.key, from.id, limit)
	all := make([]Branch, len(rows))
	for i, r := range rows {
		all[i] = Branch{fromRow(r.Unit), r.Children}
	}
	return all, err
}

// Search returns at most limit units of a day by a part of the name (marks do
// not matter), the short name or the beginning of a code, sorted by name.
func Search(ctx context.Context, q db.Querier, words, day string, from Page, limit int) ([]Unit, error) {
	plain := text.Line(words)
	rows, err := store.Search(ctx, q, like(text.Fold(plain)), like(plain), day, from.key, from.id, limit)
	all := make([]Unit, len(rows))
	for i, r := range rows {
		all[i] = fromRow(r.Unit)
	}
	return all, err
}

// like keeps people from writing patterns.
func like(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r != '%' && r != '_' {
			out = append(out, r)
		}
	}
	return string(out)
}

// ListAll returns at most limit units of a day by id, after the given one.
func ListAll(ctx context.Context, q db.Querier, day string, after ID, limit int) ([]Unit, error) {
	rows, err := store.EveryOn(ctx, q, day, string(after), limit)
	all := make([]Unit, len(rows))
	for i, r := range rows {
		all[i] = fromRow(r.Unit)
	}
	return all, err
}

// Tie leads to a unit that another came from or became.
type Tie struct {
	Unit          ID
	Name          i18n.Text
	Kind          string // merge, split, rename, keep
	Day, Decision string
}

// ListTies returns what a unit came from and what became of it.
func ListTies(ctx context.Context, q db.Querier, id ID) (from, to []Tie, err error) {
	before, err := store.Predecessors(ctx, q, string(id))
	if err != nil {
		return nil, nil, err
	}
	after, err := store.Successors(ctx, q, string(id))
	return ties(before), ties(after), err
}

func ties(rows []store.Tie) (all []Tie) {
	for _, t := range rows {
		all = append(all, Tie{ID(t.Unit), i18n.Text{VI: t.NameVI, EN: t.NameEN}, t.Kind, t.Day, t.Decision})
	}
	return all
}

// Undo takes back units that were entered by mistake and on which nothing rests.
func Undo(ctx context.Context, tx *db.Tx, units []ID) (err error) {
	defer errs.Wrap(&err, "take units back")

	for _, id := range slices.Backward(units) {
		all, err := store.Versions(ctx, tx, string(id))
		if err != nil {
			return err
		}
		after, err := store.Successors(ctx, tx, string(id))
		if err != nil {
			return err
		}
		under, err := store.Children(ctx, tx, string(id), "", "", 1)
		if err != nil {
			return err
		}
		if len(all) > 1 || len(after) > 0 || len(under) > 0 {
			return ErrUsed.With("unit", string(id))
		}
		if err := store.Remove(ctx, tx, string(id)); err != nil {
			return err
		}
	}
	return nil
}

// Revert takes the last change of a unit back that was entered by mistake; the
// one before goes on. Nothing else may have been entered since.
func Revert(ctx context.Context, tx *db.Tx, unit ID) (err error) {
	defer errs.Wrap(&err, "take the change of unit %s back", unit)

	if err := store.Lock(ctx, tx); err != nil {
		return err
	}
	all, err := store.Versions(ctx, tx, string(unit))
	if err != nil {
		return err
	}
	if len(all) < 2 {
		return ErrUsed.With("unit", string(unit))
	}
	now, before := all[len(all)-1], all[len(all)-2]
	if err := store.DropVersion(ctx, tx, now.ID, now.From); err != nil {
		return err
	}
	before.To = ""
	if err := store.PutVersion(ctx, tx, before); err != nil {
		return err
	}
	if err := store.Put(ctx, tx, before.Unit); err != nil {
		return err
	}
	return store.Rebuild(ctx, tx)
}

// Count returns how many units there are on a day.
func Count(ctx context.Context, q db.Querier, day string) (int64, error) {
	return store.CountOn(ctx, q, day)
}
