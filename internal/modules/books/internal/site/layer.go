// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"slices"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// askBox is the part of the earth that a map shows: "west,south,east,north".
const askBox = "khung"

func mapPath(d registers.Definition) string { return bookPath(d) + "/ban-do" }

func (s site) mapped() []web.Route {
	return []web.Route{{Pattern: "GET " + booksPath + "/{register}/ban-do", Access: web.Public(), Handle: s.layer}}
}

// mapView is a page of a map.
type mapView struct {
	list

	found core.MapView
	in    registers.Box // that was asked for
	whole bool          // nothing was asked for
	land  [][2]float64
	near  []ui.MapLabel // communes in sight
}

// roundMap is how far around what is found communes are named, in millionths of a degree.
const roundMap = 60_000

func (s site) layer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	l, err := s.looked(r, r.Form)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	m := mapView{list: l, whole: true, in: registers.World()}
	if box, ok := registers.ReadBox(r.FormValue(askBox)); ok {
		m.in, m.whole = box, false
	}
	view := page.View{Title: p.T("books.map.title") + " · " + p.Text(l.Definition.Title), Desk: p.Actor.Official()}
	if m.found, err = s.svc.Map(r.Context(), p.Actor, l.Definition.ID, query(l.Register, l.Sent), m.in); err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity {
			return err
		}
		p.Site.Explain(r, problem)
		view.Status, m.Problem = problem.Status, inForm(l.Definition, problem)
	}
	if m.land, err = s.svc.Land(r.Context()); err != nil {
		return err
	}
	if b := m.found.OnMap.Box; m.found.OnMap.Found > 0 {
		if m.near, err = s.towns(r.Context(), registers.Box{West: b.West - roundMap, South: b.South - roundMap, East: b.East + roundMap, North: b.North + roundMap}); err != nil {
			return err
		}
	}
	view.Body = mapBody(p, m)
	return p.Render(w, r, view)
}

// at is the map of another part of the earth; of a box without width, around it.
func (m mapView) at(b registers.Box) string {
	const least = 2_000 // about 200 m
	if b.East-b.West < least {
		b.West, b.East = b.West-least, b.East+least
	}
	if b.North-b.South < least {
		b.South, b.North = b.South-least, b.North+least
	}
	q := kept(m.Register, m.Sent)
	q.Set(askBox, b.String())
	return mapPath(m.Definition) + "?" + q.Encode()
}

// moves lead to what lies beside, nearer and farther.
func (m mapView) moves(p page.Page) (items []ui.Chip) {
	b := m.found.OnMap.Box
	if !m.whole {
		b = m.in
	}
	wide, high := b.East-b.West, b.North-b.South
	if wide == 0 && high == 0 {
		return nil
	}
	if m.whole { // from what is found one only comes nearer
		return []ui.Chip{{Text: p.T("books.map.nearer"), Href: m.at(registers.Box{West: b.West + wide/4, South: b.South + high/4, East: b.East - wide/4, North: b.North - high/4})}}
	}
	move := func(key string, west, south, east, north int64) {
		to := registers.Box{West: b.West + west, South: b.South + south, East: b.East + east, North: b.North + north}
		if _, ok := registers.ReadBox(to.String()); ok {
			items = append(items, ui.Chip{Text: p.T("books.map." + key), Href: m.at(to)})
		}
	}
	q := kept(m.Register, m.Sent)
	items = append(items, ui.Chip{Text: p.T("books.map.whole"), Href: mapPath(m.Definition) + "?" + q.Encode()})
	move("nearer", wide/4, high/4, -wide/4, -high/4)
	move("farther", -wide/2, -high/2, wide/2, high/2)
	move("north", 0, high/2, 0, high/2)
	move("south", 0, -high/2, 0, -high/2)
	move("west", -wide/2, 0, -wide/2, 0)
	move("east", wide/2, 0, wide/2, 0)
	return items
}

// picture is the map with its points.
func (m mapView) picture(p page.Page) ui.MapParams {
	all := ui.MapParams{ID: "map", Label: p.T("books.map.label", "n", m.found.OnMap.Found, "register", m.Definition.Title), Labels: seaLabels(p), Land: m.land, Towns: m.near}
	const near = 500_000 // half a degree: 55 km, four squares of the outline
	all.Inland = max(m.found.OnMap.Box.East-m.found.OnMap.Box.West, m.found.OnMap.Box.North-m.found.OnMap.Box.South) < near
	for _, c := range m.found.OnMap.Clusters {
		lat, lon := float64(c.Point.Lat)/1e6, float64(c.Point.Lon)/1e6
		all.Points = append(all.Points, ui.MapPoint{Lat: lat, Lon: lon, Title: cluster(p, c), Count: p.Number(int64(c.Count)), Href: m.at(c.Box)})
	}
	for _, r := range m.found.OnMap.Records {
		if g, ok := r.Values[m.found.Layer.Place].(registers.Geometry); ok {
			shape := outlined(g, m.called(p, r))
			shape.Tone = m.tone(r)
			all.Shapes = append(all.Shapes, shape)
		}
		lat, lon, ok := where(r.Values[m.found.Layer.Place])
		if !ok {
			continue
		}
		all.Points = append(all.Points, ui.MapPoint{
			Lat: lat, Lon: lon, Title: m.called(p, r), Tone: m.tone(r), Href: recordPath(m.Definition.ID, r.ID),
		})
	}
	return all
}

// cluster says how many records stand together.
func cluster(p page.Page, c registers.Cluster) string {
	if c.Count == 1 {
		return p.T("books.records.count", "n", 1)
	}
	return p.T("books.map.cluster", "n", c.Count)
}

// where is the middle of a place in degrees.
func where(v any) (lat, lon float64, ok bool) {
	switch at := v.(type) {
	case registers.Point:
		return float64(at.Lat) / 1e6, float64(at.Lon) / 1e6, true
	case registers.Geometry:
		return float64(at.Box.South+at.Box.North) / 2e6, float64(at.Box.West+at.Box.East) / 2e6, true
	}
	return 0, 0, false
}

// called is what a record is called on the map.
func (m mapView) called(p page.Page, r registers.Record) string {
	f, _ := m.Definition.Field(m.found.Layer.Label)
	if said := show(p, f, r.Values[f.Key], m.unit); said != "" {
		return said
	}
	return p.T("books.records.open")
}

// tone is the colour of a record, from 1; 0: it has none of its own.
func (m mapView) tone(r registers.Record) int {
	f, ok := m.Definition.Field(m.found.Layer.Colour)
	if !ok {
		return 0
	}
	return slices.IndexFunc(f.Options, func(o registers.Option) bool { return o.Value == r.Values[f.Key] }) + 1
}

// legend names the colours.
func (m mapView) legend(p page.Page) (items []ui.MapKey) {
	f, ok := m.Definition.Field(m.found.Layer.Colour)
	if !ok || len(m.found.OnMap.Records) == 0 {
		return nil
	}
	for i, o := range f.Options {
		items = append(items, ui.MapKey{Tone: i + 1, Text: p.Text(o.Label)})
	}
	return items
}

// seaLabels are the names that a map with the sea always bears.
func seaLabels(p page.Page) []ui.MapLabel {
	return []ui.MapLabel{
		{Lat: 16.5, Lon: 112.2, Text: p.T("books.map.hoang_sa")}, {Lat: 9.6, Lon: 113.2, Text: p.T("books.map.truong_sa")}, {Lat: 13.2, Lon: 112.6, Text: p.T("books.map.bien_dong")},
	}
}
