// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// communes are the kinds of unit people live in and send dossiers to.
func communes() []orgs.Kind { return []orgs.Kind{orgs.Commune, orgs.Ward, orgs.SpecialZone} }

// maxUnits is more than any province has of a kind.
const maxUnits = 1000

// ListUnits returns the units to which a dossier can be sent, sorted by name.
func (s *Service) ListUnits(ctx context.Context) (all []orgs.Unit, err error) {
	day := calendar.On(s.DB.Now().Time).String()
	for _, k := range communes() {
		some, err := orgs.ListKind(ctx, s.DB, k, day, maxUnits)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// world is what the form of a draft cannot know by itself.
func (s *Service) world(ctx context.Context) (forms.World, error) {
	w := forms.World{Today: calendar.On(s.DB.Now().Time)}
	units, err := orgs.ListCommunes(ctx, s.DB, w.Today.String(), maxUnits)
	if err != nil {
		return forms.World{}, err
	}
	byID, areas := map[string]forms.Text{}, map[string]string{}
	for _, u := range units {
		byID[string(u.ID)], areas[string(u.ID)] = forms.Text(u.Name), u.AreaCode
		w.Units = append(w.Units, forms.Option{Value: string(u.ID), Label: forms.Text(u.Name)})
	}
	w.Unit = func(id string) (forms.Text, bool) { name, ok := byID[id]; return name, ok }
	if s.Areas == nil {
		return w, nil
	}
	x, err := s.Areas.Index(ctx)
	if err != nil {
		return w, err
	}
	day := w.Today.String()
	if len(x.Provinces(day)) == 0 { // no pack has brought a table
		return w, nil
	}
	w.Areas, w.AreaOf = x, func(unit string) string { return areas[unit] }
	for _, u := range units {
		if commune, ok := x.Get(u.AreaCode, day); ok && u.AreaCode != "" {
			w.Province = x.Province(commune).Code
			break
		}
	}
	return w, nil
}

// CalledNow returns what the commune of an address may be today, where the
// address is an old one; nothing where it names a commune of today, or nobody
// knows it.
func (s *Service) CalledNow(ctx context.Context, address string, l i18n.Lang) ([]forms.Candidate, error) {
	w, err := s.world(ctx)
	if err != nil || w.Areas == nil {
		return nil, err
	}
	a := w.Areas.Resolve(address, w.Province, w.Today.String())
	if !a.Old {
		return nil, nil
	}
	return forms.Candidates(w.Areas, a.Candidates, l), nil
}

// authority finds who decides about what is received in a unit: the unit that
// the procedure names, or the nearest one of its kinds up the tree.
func authority(ctx context.Context, q db.Querier, v procedures.Version, received orgs.ID) (orgs.ID, error) {
	if v.AuthorityUnit != "" {
		return v.AuthorityUnit, nil
	}
	above, err := orgs.Above(ctx, q, received)
	if err != nil {
		return "", err
	}
	for _, u := range above {
		if slices.Contains(v.Authority, u.Kind) {
			return u.ID, nil
		}
	}
	return "", dossiers.ErrNoAuthority
}

// receiver checks that a unit exists today and may receive dossiers of the version.
func receiver(ctx context.Context, q db.Querier, v procedures.Version, id orgs.ID, today calendar.Date, clerk bool) (orgs.Unit, error) {
	u, err := orgs.Get(ctx, q, id)
	if errors.Is(err, orgs.ErrNotFound) {
		return u, dossiers.ErrWrongUnit
	}
	if err != nil {
		return u, err
	}
	day := today.String()
	if (u.ValidFrom != "" && day < u.ValidFrom) || (u.ValidTo != "" && day > u.ValidTo) {
		return u, dossiers.ErrWrongUnit
	}
	if !clerk && u.ID != v.AuthorityUnit && !slices.Contains(communes(), u.Kind) && !slices.Contains(v.Authority, u.Kind) {
		return u, dossiers.ErrWrongUnit
	}
	_, err = authority(ctx, q, v, u.ID)
	return u, err
}

// ruleUnits says which unit each rule of a flow means for a dossier with these
// answers.
func ruleUnits(ctx context.Context, q db.Querier, v procedures.Version, received, decides orgs.ID, answers map[string]any) (map[string]string, error) {
	units := map[string]string{"received": string(received), "authority": string(decides)}
	above, err := orgs.Above(ctx, q, decides)
	if err != nil {
		return nil, err
	}
	if len(above) > 1 {
		units["parent"] = string(above[1].ID)
	}
	from, err := orgs.Above(ctx, q, received)
	if err != nil {
		return nil, err
	}
	for _, rule := range rulesOf(v) {
		for _, u := range append(from, above...) {
			if _, known := units[rule]; !known && string(u.Kind) == rule {
				units[rule] = string(u.ID)
			}
		}
	}
	return units, unitRules(ctx, q, v, answers, units)
}

// committee tells the units that are governed by a people's committee.
func committee(k orgs.Kind) bool {
	return k == orgs.Province || k == "district" || slices.Contains(communes(), k)
}

// agencyName is what stands at the head of a paper of the unit.
func agencyName(u orgs.Unit) string {
	if u.AgencyName.VI != "" || !committee(u.Kind) {
		return u.Authority().VI
	}
	first, rest, _ := strings.Cut(u.Name.VI, " ")
	return "Ủy ban nhân dân " + strings.ToLower(first) + " " + rest
}

// placeName is the place that stands before a date: the name of the nearest
// unit with a territory, without what kind it is.
func placeName(above []orgs.Unit) string {
	for _, u := range above {
		if !committee(u.Kind) {
			continue
		}
		for _, kind := range []string{"Phường ", "Xã ", "Đặc khu ", "Tỉnh ", "Thành phố ", "Thị trấn ", "Thị xã ", "Huyện ", "Quận "} {
			if name, ok := strings.CutPrefix(u.Name.VI, kind); ok {
				return name
			}
		}
		return u.Name.VI
	}
	return ""
}

// agencyCode is the code that dossiers and documents of a unit carry: its own,
// or that of the nearest unit above that has one.
func agencyCode(ctx context.Context, q db.Querier, id orgs.ID) (string, error) {
	above, err := orgs.Above(ctx, q, id)
	if err != nil {
		return "", err
	}
	for _, u := range above {
		if code := u.Agency(); code != "" {
			return code, nil
		}
	}
	return "", errors.New("neither the unit " + string(id) + " nor one above it has a code")
}

// when writes a time for a message in both languages.
func when(t db.Time) i18n.Text {
	none := new(i18n.Catalogue) // numbers need no messages
	return i18n.Text{VI: none.Printer(i18n.VI).DateTime(t.Time), EN: none.Printer(i18n.EN).DateTime(t.Time)}
}
