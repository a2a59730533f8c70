// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package orgs knows the units of the province: what they are called and
// coded, which stands under which, when each was valid and what became of it.
// It does not know people: who works where is kernel/access.
package orgs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Migrations creates the tables of units.
func Migrations() db.Migrations { return store.Migrations() }

// ID names a unit: the slug by which the pack knows it.
type ID string

// Kind says what a unit is. Packs may bring further ones.
type Kind string

// The kinds that code asks for.
const (
	Province    Kind = "province"
	Commune     Kind = "commune"      // xã
	Ward        Kind = "ward"         // phường
	SpecialZone Kind = "special_zone" // đặc khu
	OneStop     Kind = "one_stop"     // bộ phận một cửa
)

// Unit is an organisational unit in a period.
type Unit struct {
	ID              ID
	Parent          ID
	Kind            Kind
	Name            i18n.Text // of the area or the office: "Phường …"
	AgencyName      i18n.Text // of the authority there: "Ủy ban nhân dân phường …"; empty: Name
	Short           string    // in the numbers of documents: "SNV"
	Code            string    // by decision; empty where none is known
	ProvisionalCode string    // given by this installation until there is one
	AreaCode        string    // of the statistics office, five digits
	Verified        bool      // false: from a source that nobody has confirmed
	ValidFrom       string    // first day, YYYY-MM-DD; empty: always
	ValidTo         string    // last day; empty: still valid
	Address, Phone  string
	From            []Link // the units it came from
}

// Link leads from a unit to one it came from.
type Link struct {
	Unit ID
	Kind string // merge, split, rename, keep
}

// Agency returns the code that dossiers and documents of this unit carry.
func (u Unit) Agency() string {
	if u.Code != "" {
		return u.Code
	}
	return u.ProvisionalCode
}

// Authority returns the name in which the unit signs.
func (u Unit) Authority() i18n.Text {
	if u.AgencyName.VI != "" {
		return u.AgencyName
	}
	return u.Name
}

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "orgs.not_found")
	ErrCircle   = errs.New(errs.Conflict, "orgs.circle")
)

// Change is what applying units would do, or did, to one of them.
type Change struct {
	ID    ID
	Added bool // otherwise changed
}

// Apply makes the units of a pack the units of the province and reports what
// changed. A unit that the pack no longer names stays: history needs it. One of
// which a person has entered a decision stays as decided.
func Apply(ctx context.Context, tx *db.Tx, units []Unit) (changes []Change, err error) {
	defer errs.Wrap(&err, "apply units")

	if err := noCircle(units); err != nil {
		return nil, err
	}
	existing, err := store.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	known := make(map[string]store.Unit, len(existing))
	for _, u := range existing {
		known[u.ID] = u
	}
	decided, err := store.Decided(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, u := range parentsFirst(units) {
		row := toRow(u)
		old, ok := known[row.ID]
		if ok && (old == row || slices.Contains(decided, row.ID)) {
			continue // what a person has decided since is not the pack's any more
		}
		if err := store.Put(ctx, tx, row); err != nil {
			return nil, fmt.Errorf("unit %s: %w", u.ID, err)
		}
		if err := store.PutVersion(ctx, tx, store.Version{Unit: row, EnteredAt: tx.Now, Applied: true}); err != nil {
			return nil, fmt.Errorf("unit %s: %w", u.ID, err)
		}
		changes = append(changes, Change{ID: u.ID, Added: !ok})
	}
	if len(changes) == 0 {
		return nil, nil
	}
	for _, u := range units {
		for _, l := range u.From {
			if err := store.Link(ctx, tx, string(l.Unit), string(u.ID), l.Kind); err != nil {
				return nil, fmt.Errorf("unit %s comes from %s: %w", u.ID, l.Unit, err)
			}
		}
	}
	return changes, store.Rebuild(ctx, tx)
}

// noCircle refuses a unit that stands above itself.
func noCircle(units []Unit) error {
	parent := make(map[ID]ID, len(units))
	for _, u := range units {
		parent[u.ID] = u.Parent
	}
	for _, u := range units {
		seen := map[ID]bool{}
		for at := u.ID; at != ""; at = parent[at] {
			if seen[at] {
				return ErrCircle.With("unit", string(u.ID))
			}
			seen[at] = true
		}
	}
	return nil
}

// parentsFirst sorts units so that each comes after the one it stands under.
func parentsFirst(units []Unit) []Unit {
	byID := make(map[ID]Unit, len(units))
	for _, u := range units {
		byID[u.ID] = u
	}
	sorted, done := make([]Unit, 0, len(units)), map[ID]bool{}
	var visit func(Unit)
	visit = func(u Unit) {
		if done[u.ID] {
			return
		}
		done[u.ID] = true
		if p, ok := byID[u.Parent]; ok {
			visit(p)
		}
		sorted = append(sorted, u)
	}
	for _, u := range units {
		visit(u)
	}
	return sorted
}

// Get returns a unit; ErrNotFound where there is none.
func Get(ctx context.Context, q db.Querier, id ID) (Unit, error) {
	row, err := store.Get(ctx, q, string(id))
	if errors.Is(err, db.ErrNoRows) {
		return Unit{}, ErrNotFound.With("unit", string(id))
	}
	return fromRow(row), err
}

// Page is where a list goes on: after this unit.
type Page struct{ key, id string }

// After returns the page that follows u in ListChildren.
func After(u Unit) Page { return Page{key: text.CollationKey(u.Name.VI), id: string(u.ID)} }

// ListChildren returns at most limit units right under parent ("" for the
// roots), sorted by name.
func ListChildren(ctx context.Context, q db.Querier, parent ID, from Page, limit int) ([]Unit, error) {
	return fromRows(store.Children(ctx, q, string(parent), from.key, from.id, limit))
}

// ListKind returns at most limit units of a kind that are valid on a day
// (YYYY-MM-DD), sorted by name.
func ListKind(ctx context.Context, q db.Querier, k Kind, day string, limit int) ([]Unit, error) {
	return fromRows(store.OfKind(ctx, q, string(k), day, limit))
}

// ListCommunes returns id, kind, name and area code of the units people live in, at
// most limit of those that are valid on a day (YYYY-MM-DD), communes before wards
// before special zones, sorted by name: what a list to choose from needs.
func ListCommunes(ctx context.Context, q db.Querier, day string, limit int) ([]Unit, error) {
	kinds := [3]string{string(Commune), string(Ward), string(SpecialZone)}
	rows, err := store.NamedOf(ctx, q, kinds, day, limit)
	slices.SortStableFunc(rows, func(a, b store.Named) int { return slices.Index(kinds[:], a.Kind) - slices.Index(kinds[:], b.Kind) })
	units := make([]Unit, len(rows))
	for i, r := range rows {
		units[i] = Unit{ID: ID(r.ID), Kind: Kind(r.Kind), Name: i18n.Text{VI: r.NameVI, EN: r.NameEN}, AreaCode: r.AreaCode}
	}
	return units, err
}

// FindUnder returns the unit of a kind right under parent that is valid on a day.
func FindUnder(ctx context.Context, q db.Querier, parent ID, k Kind, day string) (Unit, bool, error) {
	found, err := fromRows(store.Under(ctx, q, string(parent), string(k), day))
	if err != nil || len(found) == 0 {
		return Unit{}, false, err
	}
	return found[0], true, nil
}

// Above returns the unit and those above it, the nearest first.
func Above(ctx context.Context, q db.Querier, id ID) ([]Unit, error) {
	return fromRows(store.Above(ctx, q, string(id)))
}

func fromRows(rows []store.Unit, err error) ([]Unit, error) {
	units := make([]Unit, len(rows))
	for i, r := range rows {
		units[i] = fromRow(r)
	}
	return units, err
}

func fromRow(r store.Unit) Unit {
	return Unit{
		ID: ID(r.ID), Parent: ID(r.Parent), Kind: Kind(r.Kind), Name: i18n.Text{VI: r.NameVI, EN: r.NameEN},
		AgencyName: i18n.Text{VI: r.AgencyVI, EN: r.AgencyEN}, Short: r.Short,
		Code: r.Code, ProvisionalCode: r.ProvisionalCode, AreaCode: r.AreaCode, Verified: r.Verified,
		ValidFrom: r.ValidFrom, ValidTo: r.ValidTo, Address: r.Address, Phone: r.Phone,
	}
}

func toRow(u Unit) store.Unit {
	return store.Unit{
		ID: string(u.ID), Parent: string(u.Parent), Kind: string(u.Kind), NameVI: u.Name.VI, NameEN: u.Name.EN,
		AgencyVI: u.AgencyName.VI, AgencyEN: u.AgencyName.EN, Short: u.Short,
		Folded: text.Fold(u.Name.VI), SortKey: text.CollationKey(u.Name.VI), Code: u.Code,
		ProvisionalCode: u.ProvisionalCode, AreaCode: u.AreaCode, ValidFrom: u.ValidFrom, ValidTo: u.ValidTo,
		Address: u.Address, Phone: u.Phone, Verified: u.Verified,
	}
}
