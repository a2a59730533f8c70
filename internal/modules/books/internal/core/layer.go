// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// MapView is what of a register stands on a map.
type MapView struct {
	registers.Standing

	Layer registers.Layer
	OnMap registers.OnMap
}

// Map returns what of a register stands within a box, of the records that a
// query finds. A register without a map, or whose places the actor does not see,
// is books.ErrNoMap.
func (s *Service) Map(ctx context.Context, actor identity.Actor, register string, q Query, in registers.Box) (v MapView, err error) {
	defer errs.Wrap(&err, "map of a register")

	if v.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return MapView{}, err
	}
	layer, ok := v.Standing.Layer()
	if !ok {
		return MapView{}, books.ErrNoMap
	}
	v.Layer = layer
	v.OnMap, err = s.keeper.Map(ctx, s.db, v.Standing, registers.Ask{Where: q.Where}, in)
	return v, err
}

// Town is a commune as a map names it.
type Town struct {
	Name     string
	Lat, Lon float64
}

// townsMost is how many communes a map names: more would cover each other.
const townsMost = 60

// Towns returns the communes within a box, without what they are (xã, phường); of
// a box with too many of them none.
func (s *Service) Towns(ctx context.Context, in registers.Box) (all []Town, err error) {
	if s.Areas == nil {
		return nil, nil
	}
	x, err := s.Areas.Index(ctx)
	if err != nil {
		return nil, err
	}
	day := s.Areas.Today()
	for _, p := range x.Provinces(day) {
		for _, u := range x.Communes(p, day) {
			lat, lon := int64(u.Lat*1e6), int64(u.Lon*1e6)
			if u.Lat == 0 || lat < in.South || lat > in.North || lon < in.West || lon > in.East {
				continue
			}
			if all = append(all, Town{bareName(u.Name), u.Lat, u.Lon}); len(all) > townsMost {
				return nil, nil
			}
		}
	}
	return all, nil
}

// bareName is the name of a commune without what it is.
func bareName(name string) string {
	for _, kind := range []string{"Phường ", "Xã ", "Đặc khu ", "Thị trấn "} {
		if rest, is := strings.CutPrefix(name, kind); is {
			return rest
		}
	}
	return name
}

// Land is where there is land, roughly: it draws the outline of the country.
func (s *Service) Land(ctx context.Context) (all [][2]float64, err error) {
	if s.Areas == nil {
		return nil, nil
	}
	x, err := s.Areas.Index(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[[2]int]bool{}
	day := s.Areas.Today()
	for _, p := range x.Provinces(day) {
		for _, u := range x.Communes(p, day) {
			cell := [2]int{int(u.Lat * 8), int(u.Lon * 8)} // an eighth of a degree: 14 km
			if u.Lat != 0 && !seen[cell] {
				seen[cell] = true
				all = append(all, [2]float64{u.Lat, u.Lon})
			}
		}
	}
	return all, nil
}
