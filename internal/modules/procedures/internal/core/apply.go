// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Apply brings the procedures of a pack into the catalogue and reports what
// changed; applied again it changes nothing. A changed procedure becomes a new
// version, one that left the pack is closed; both stay readable for the
// dossiers of their time. A version that begins later is announced: the one
// before it stays listed until then.
func (s *Service) Apply(ctx context.Context, tx *db.Tx, set *packs.Set) (changes []procedures.Change, err error) {
	defer errs.Wrap(&err, "apply procedures")

	versions, err := FromPack(set)
	if err != nil {
		return nil, err
	}
	return apply(ctx, tx, versions)
}

func apply(ctx context.Context, tx *db.Tx, versions []procedures.Version) (changes []procedures.Change, err error) {
	if err := store.Lock(ctx, tx); err != nil {
		return nil, err
	}
	listed, err := store.ListCurrent(ctx, tx)
	if err != nil {
		return nil, err
	}
	before := map[string][]store.Current{}
	for _, c := range listed {
		before[c.ID] = append(before[c.ID], c)
	}
	for _, v := range versions {
		id := string(v.ID)
		change, err := put(ctx, tx, v, before[id])
		if err != nil {
			return nil, fmt.Errorf("procedure %s: %w", id, err)
		}
		if change != "" {
			changes = append(changes, procedures.Change{ID: v.ID, Kind: change})
		}
		delete(before, id)
	}
	for id, left := range before {
		for _, c := range left {
			if err := store.Close(ctx, tx, id, c.SHA); err != nil {
				return nil, err
			}
		}
		changes = append(changes, procedures.Change{ID: procedures.ID(id), Kind: procedures.Closed})
	}
	slices.SortFunc(changes, func(a, b procedures.Change) int { return cmp.Compare(a.ID, b.ID) })
	if len(changes) == 0 {
		return nil, nil
	}
	return changes, store.Bump(ctx, tx)
}

// put lists v in place of the versions that are listed now. The last of these
// is what the pack said before.
func put(ctx context.Context, tx *db.Tx, v procedures.Version, now []store.Current) (procedures.ChangeKind, error) {
	if len(now) > 0 && now[len(now)-1].SHA == v.SHA {
		return "", nil
	}
	day := today(tx.Now)
	for _, c := range now {
		if c.ValidFrom > day || v.ValidFrom <= day || c.SHA == v.SHA {
			if err := store.Close(ctx, tx, c.ID, c.SHA); err != nil {
				return "", err
			}
			continue
		}
		last, err := dayBefore(v.ValidFrom)
		if err != nil {
			return "", err
		}
		if last < c.ValidTo {
			if err := store.End(ctx, tx, c.ID, c.SHA, last); err != nil {
				return "", err
			}
		}
	}
	row, err := toRow(v)
	if err != nil {
		return "", err
	}
	if err := store.Put(ctx, tx, row); err != nil {
		return "", err
	}
	if d := v.Decision; d != nil {
		if err := store.PutDecided(ctx, tx, store.Decided{Number: d.Number, Signed: d.Signed, Effective: d.InForce(), Issuer: d.Issuer.VI}, row.ID); err != nil {
			return "", err
		}
	}
	if len(now) == 0 {
		return procedures.Added, nil
	}
	return procedures.Changed, nil
}

func dayBefore(day string) (string, error) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "", err
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly), nil
}

func toRow(v procedures.Version) (store.Row, error) {
	body, sha, err := canonical(v)
	if err != nil {
		return store.Row{}, err
	}
	r := store.Row{
		ID: string(v.ID), SHA: sha, NameKey: text.CollationKey(v.Name.VI), Field: Slug(v.Field.VI),
		ValidFrom: v.ValidFrom, ValidTo: cmp.Or(v.ValidTo, store.Forever),
		Name: text.Fold(v.Name.VI), Keywords: "|", Body: body,
	}
	r.Facets = facetsOf(v)
	for _, k := range everyday(v) {
		r.Keywords += " " + k + " |"
		r.Facets = append(r.Facets, store.Facet{Kind: store.Keyword, Value: k})
	}
	if v.Code != "" {
		r.Facets = append(r.Facets, store.Facet{Kind: store.Code, Value: v.Code})
	}
	return r, nil
}

// facetsOf are the values of the filters that a version has.
func facetsOf(v procedures.Version) (all []store.Facet) {
	add := func(kind string, values ...string) {
		for _, value := range values {
			if value != "" {
				all = append(all, store.Facet{Kind: kind, Value: value})
			}
		}
	}
	add(store.Field, Slug(v.Field.VI))
	add(store.Audience, v.Audience...)
	add(store.Level, v.Levels...)
	add(store.Life, v.LifeEvents...)
	add(store.Online, v.Online)
	add(store.Paperless, yes(v.Paperless))
	add(store.Agency, agencies(v)...)
	return all
}

// agencies are who decides: the one unit that the province names, or the kinds
// of unit. The three kinds of commune are one: people live in one of them.
func agencies(v procedures.Version) (all []string) {
	if v.AuthorityUnit != "" {
		return []string{string(v.AuthorityUnit)}
	}
	for _, k := range v.Authority {
		if slices.Contains(communes(), k) || k == "township" {
			k = orgs.Commune
		}
		if !slices.Contains(all, string(k)) {
			all = append(all, string(k))
		}
	}
	return all
}

// everyday are the words under which a procedure is found besides its name, folded.
func everyday(v procedures.Version) (all []string) {
	for _, k := range append(slices.Clone(v.Keywords), v.Code, v.ResultName.VI, v.Name.EN) {
		if k = text.Fold(k); k != "" && !slices.Contains(all, k) {
			all = append(all, k)
		}
	}
	return all
}

// Slug makes the word by which a field is asked for: "Đất đai" is dat-dai.
func Slug(name string) string { return strings.ReplaceAll(text.Fold(name), " ", "-") }
