// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access/internal/store"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Pair is two roles that nobody may hold together: who does the one looks at
// what the other has done.
type Pair struct {
	A, B RoleID
	Why  i18n.Text
}

// Has reports whether the pair is these two roles.
func (p Pair) Has(a, b RoleID) bool { return (p.A == a && p.B == b) || (p.A == b && p.B == a) }

// ApplyPairs makes the pairs of a pack those of the province and reports whether
// they changed.
func ApplyPairs(ctx context.Context, tx *db.Tx, pairs []Pair) (changed bool, err error) {
	defer errs.Wrap(&err, "apply pairs of roles")

	rows := make([]store.Pair, len(pairs))
	for i, p := range pairs {
		a, b := string(p.A), string(p.B)
		if b < a {
			a, b = b, a
		}
		rows[i] = store.Pair{A: a, B: b, WhyVI: p.Why.VI, WhyEN: p.Why.EN}
	}
	slices.SortFunc(rows, func(x, y store.Pair) int { return strings.Compare(x.A+" "+x.B, y.A+" "+y.B) })
	old, err := store.Pairs(ctx, tx)
	if err != nil || slices.Equal(old, rows) {
		return false, err
	}
	return true, store.PutPairs(ctx, tx, rows)
}

// ListPairs returns all pairs: there are few.
func ListPairs(ctx context.Context, q db.Querier) ([]Pair, error) {
	rows, err := store.Pairs(ctx, q)
	pairs := make([]Pair, len(rows))
	for i, r := range rows {
		pairs[i] = Pair{A: RoleID(r.A), B: RoleID(r.B), Why: i18n.Text{VI: r.WhyVI, EN: r.WhyEN}}
	}
	return pairs, err
}

// ListBoth returns at most limit accounts that hold both roles of a pair now:
// from before it was declared.
func ListBoth(ctx context.Context, q db.Querier, p Pair, now db.Time, limit int) ([]string, error) {
	return store.Both(ctx, q, string(p.A), string(p.B), now, limit)
}

// Reason is why somebody sees what is outside the own units.
type Reason string

// The reasons.
const (
	Part      Reason = "part"      // takes part in the case
	Emergency Reason = "emergency" // opened it in an emergency
)

// Thing is the right to a single thing.
type Thing struct {
	ID, Account  string
	Permission   identity.Permission
	Object       string
	Why          Reason
	Since, Until db.Time // Until zero: until it is ended
}

// Open lets an account see a single thing for a time and returns the id of the right.
func Open(ctx context.Context, tx *db.Tx, t Thing) (string, error) {
	t.ID = id.New()
	if t.Since.IsZero() {
		t.Since = tx.Now
	}
	return t.ID, store.PutObject(ctx, tx, store.Object{
		ID: t.ID, Account: t.Account, Permission: string(t.Permission), Object: t.Object, Why: string(t.Why), Since: t.Since, Until: t.Until,
	})
}

// Close ends what Open has given, now.
func Close(ctx context.Context, tx *db.Tx, t Thing) error {
	return store.PutObject(ctx, tx, store.Object{
		ID: t.ID, Account: t.Account, Permission: string(t.Permission), Object: t.Object, Why: string(t.Why), Since: t.Since, Until: tx.Now,
	})
}

// ListThings returns the single things an account may see now.
func ListThings(ctx context.Context, q db.Querier, account string, now db.Time) ([]Thing, error) {
	return things(store.ObjectsOf(ctx, q, account, now))
}

// ListOpen returns who may see a single thing now, beside those whose units it is in.
func ListOpen(ctx context.Context, q db.Querier, object string, now db.Time) ([]Thing, error) {
	return things(store.ObjectsAbout(ctx, q, object, now))
}

func things(rows []store.Object, err error) ([]Thing, error) {
	all := make([]Thing, len(rows))
	for i, o := range rows {
		all[i] = Thing{
			ID: o.ID, Account: o.Account, Permission: identity.Permission(o.Permission), Object: o.Object, Why: Reason(o.Why), Since: o.Since, Until: o.Until,
		}
	}
	return all, err
}

// Reacher is somebody whose holding reaches one of some units.
type Reacher struct {
	Holding
	Login, Name, Key string // Key is where a list goes on, with the id of the holding
	Permission       identity.Permission
}

// ListReach returns at most limit holdings that reach one of the units with one
// of the permissions now, sorted by given name, after the given one (the zero
// Reacher for the first).
func ListReach(ctx context.Context, q db.Querier, units []orgs.ID, ps []identity.Permission, now db.Time, after Reacher, limit int) ([]Reacher, error) {
	if len(units) == 0 || len(ps) == 0 {
		return nil, nil
	}
	at, may := make([]string, len(units)), make([]string, len(ps))
	for i, u := range units {
		at[i] = string(u)
	}
	for i, p := range ps {
		may[i] = string(p)
	}
	rows, err := store.Reach(ctx, q, at, may, now, after.Key, after.ID, limit)
	all := make([]Reacher, len(rows))
	for i, r := range rows {
		all[i] = Reacher{Holding: fromRow(r.Holding), Login: r.Login, Name: r.Name, Key: r.Key, Permission: identity.Permission(r.Permission)}
	}
	return all, err
}

// Right is a permission of an account at a unit.
type Right struct {
	Account    string
	Permission identity.Permission
	Unit       orgs.ID
}

// ListRights returns everything that everybody may do now, unit by unit: before
// and after a decision they show what it has changed.
func ListRights(ctx context.Context, q db.Querier, now db.Time) (map[Right]bool, error) {
	rows, err := store.Rights(ctx, q, now)
	all := make(map[Right]bool, len(rows))
	for _, r := range rows {
		all[Right{r.Account, identity.Permission(r.Permission), orgs.ID(r.Unit)}] = true
	}
	return all, err
}

// Colleague is somebody in the list of people.
type Colleague struct{ Account, Login, Name, Key string }

// ListPeople returns at most limit people in scope with a holding that is not
// over, sorted by given name, after the given one. Under narrows it to a unit
// and those under it, words to names (without marks) and logins.
func ListPeople(ctx context.Context, q db.Querier, s Scope, under orgs.ID, words string, now db.Time, after Colleague, limit int) ([]Colleague, error) {
	where, args := s.Where(Columns{Units: []string{"h.unit_id"}})
	if under != "" {
		args = append(args, string(under))
		where += fmt.Sprintf(" AND h.unit_id IN (SELECT unit_id FROM orgs_tree WHERE ancestor_id = $%d)", len(args))
	}
	rows, err := store.People(ctx, q, where, args, words, now, after.Key, after.Account, limit)
	all := make([]Colleague, len(rows))
	for i, r := range rows {
		all[i] = Colleague(r)
	}
	return all, err
}

// ListPostsOf returns the holdings in units that accounts have now, in one query.
func ListPostsOf(ctx context.Context, q db.Querier, now db.Time, accounts ...string) (map[string][]Holding, error) {
	rows, err := store.PostsOf(ctx, q, now, accounts...)
	all := map[string][]Holding{}
	for _, r := range rows {
		all[r.Account] = append(all[r.Account], fromRow(r))
	}
	return all, err
}

// ListRoleHolders returns at most limit holdings of a role in units that are in
// force now, sorted by given name, after the given one (the zero Reacher for the first).
func ListRoleHolders(ctx context.Context, q db.Querier, role RoleID, now db.Time, after Reacher, limit int) ([]Reacher, error) {
	rows, err := store.RoleHolders(ctx, q, string(role), now, after.Key, after.ID, limit)
	all := make([]Reacher, len(rows))
	for i, r := range rows {
		all[i] = Reacher{Holding: fromRow(r.Holding), Login: r.Login, Name: r.Name, Key: r.Key}
	}
	return all, err
}

// CountRoleHolders returns how many people hold each role in a unit now.
func CountRoleHolders(ctx context.Context, q db.Querier, now db.Time) (map[RoleID]int64, error) {
	rows, err := store.CountRoles(ctx, q, now)
	all := make(map[RoleID]int64, len(rows))
	for _, r := range rows {
		all[RoleID(r.Role)] = r.Holders
	}
	return all, err
}

// CountPeople returns how many people hold a role in a unit now.
func CountPeople(ctx context.Context, q db.Querier, now db.Time) (int64, error) {
	return store.CountPeople(ctx, q, now)
}
