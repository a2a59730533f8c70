// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/areas"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pluscode"
)

// Office is where people go. Its point lies in the commune it serves, roughly: no
// source says where the house stands.
type Office struct {
	Unit  orgs.Unit
	Point pluscode.Point
	Plus  string  // Plus Code of the point
	Away  float64 // kilometres in a straight line; 0 where nobody asked
}

// Here is where somebody is, as far as they said. It is not kept.
type Here struct {
	Point pluscode.Point
	Name  string // what was understood
}

// maxOffices is more than any province has.
const maxOffices = 500

// Offices lists the communes' offices of today whose area is known: the nearest
// first where somebody said where they are, else by name.
func (s *Service) Offices(ctx context.Context, near *Here) (all []Office, err error) {
	x, err := s.Atlas.Index(ctx)
	if err != nil {
		return nil, err
	}
	day := s.Today()
	for _, k := range []orgs.Kind{orgs.Ward, orgs.Commune, orgs.SpecialZone} {
		units, err := orgs.ListKind(ctx, s.DB, k, day, maxOffices)
		if err != nil {
			return nil, err
		}
		for _, u := range units {
			a, ok := x.Get(u.AreaCode, day)
			if !ok || u.AreaCode == "" || a.Lat == 0 && a.Lon == 0 {
				continue
			}
			o := Office{Unit: u, Point: pluscode.Point{Lat: a.Lat, Lon: a.Lon}}
			o.Plus = pluscode.Encode(o.Point)
			if near != nil {
				o.Away = Distance(near.Point, o.Point)
			}
			all = append(all, o)
		}
	}
	if near != nil {
		slices.SortStableFunc(all, func(a, b Office) int { return cmp.Compare(a.Away, b.Away) })
	}
	return all, nil
}

// Where understands where somebody is: coordinates ("10.386, 105.435"), a Plus
// Code, or the name of a commune. areas.ErrPlace where it is none of them.
func (s *Service) Where(ctx context.Context, text string) (*Here, error) {
	text = strings.TrimSpace(text)
	if p, ok := coordinates(text); ok {
		return &Here{p, text}, nil
	}
	x, err := s.Atlas.Index(ctx)
	if err != nil {
		return nil, err
	}
	day := s.Today()
	home, err := s.Home(ctx, x, day)
	if err != nil {
		return nil, err
	}
	if p, err := pluscode.Decode(text, s.middle(x, home, day)); err == nil {
		return &Here{p, strings.ToUpper(text)}, nil
	}
	found := x.Resolve(text, home, day).Candidates
	if len(found) == 0 {
		found = x.Search(geo.Query{Text: text, Province: home, Day: day, Limit: 1})
	}
	if len(found) == 0 || found[0].Unit.Lat == 0 && found[0].Unit.Lon == 0 {
		return nil, errs.BadInput([]errs.Field{{Name: "gan", Code: areas.ErrPlace.Code}})
	}
	u := found[0].Unit
	return &Here{pluscode.Point{Lat: u.Lat, Lon: u.Lon}, x.Full(u)}, nil
}

// middle is a point of the province near which a short Plus Code is looked for.
func (s *Service) middle(x *geo.Index, home, day string) *pluscode.Point {
	p, ok := x.Get(home, day)
	if !ok {
		return nil
	}
	var at pluscode.Point
	n := 0.0
	for _, u := range x.Communes(p, day) {
		if u.Lat != 0 || u.Lon != 0 {
			at.Lat, at.Lon, n = at.Lat+u.Lat, at.Lon+u.Lon, n+1
		}
	}
	if n == 0 {
		return nil
	}
	return &pluscode.Point{Lat: at.Lat / n, Lon: at.Lon / n}
}

func coordinates(text string) (pluscode.Point, bool) {
	lat, lon, ok := strings.Cut(text, ",")
	if !ok {
		return pluscode.Point{}, false
	}
	a, err1 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	b, err2 := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	fits := a >= -90 && a <= 90 && b >= -180 && b <= 180 // NaN does not
	return pluscode.Point{Lat: a, Lon: b}, err1 == nil && err2 == nil && fits
}

// Distance is the length of the great circle in kilometres.
func Distance(a, b pluscode.Point) float64 {
	const radius, degree = 6371.0, math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*degree, (b.Lon-a.Lon)*degree
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Lat*degree)*math.Cos(b.Lat*degree)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Land is where communes of today lie, thinned out: it draws the country.
func (s *Service) Land(ctx context.Context) (all [][2]float64, err error) {
	x, err := s.Atlas.Index(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[[2]int]bool{}
	day := s.Today()
	for _, p := range x.Provinces(day) {
		for _, u := range x.Communes(p, day) {
			cell := [2]int{int(u.Lat * 8), int(u.Lon * 8)}
			if u.Lat != 0 && !seen[cell] {
				seen[cell] = true
				all = append(all, [2]float64{u.Lat, u.Lon})
			}
		}
	}
	return all, nil
}
