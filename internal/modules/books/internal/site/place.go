// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/ui"
)

// outlined is a shape as a map draws it: its lines and rings, latitude first.
func outlined(g registers.Geometry, title string) ui.MapShape {
	var raw struct {
		Type        string `json:"type"`
		Coordinates any    `json:"coordinates"`
	}
	shape := ui.MapShape{Title: title}
	if json.Unmarshal([]byte(g.JSON), &raw) != nil {
		return shape
	}
	shape.Closed = raw.Type == "Polygon" || raw.Type == "MultiPolygon"
	shape.Lines = paths(raw.Coordinates)
	return shape
}

// paths are the lists of places in the coordinates of a geometry, however deep.
func paths(v any) (all [][][2]float64) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return nil
	}
	var line [][2]float64
	for _, one := range list {
		if at, ok := spotOf(one); ok {
			line = append(line, at)
		} else {
			all = append(all, paths(one)...)
		}
	}
	if len(line) > 1 {
		all = append(all, line)
	}
	return all
}

// spotOf is a place of GeoJSON, which has the longitude first.
func spotOf(v any) (at [2]float64, ok bool) {
	pair, ok := v.([]any)
	if !ok || len(pair) < 2 {
		return at, false
	}
	lon, isLon := pair[0].(float64)
	lat, isLat := pair[1].(float64)
	return [2]float64{lat, lon}, isLon && isLat
}

// placeOf is the record on a map: every place and shape of it that the reader sees;
// nil where there is none.
func (s site) placeOf(ctx context.Context, p page.Page, v core.RecordView, unit unitName) (*ui.MapParams, error) {
	called := name(p, v, unit)
	m := &ui.MapParams{ID: "map", Label: p.T("books.visit.map", "name", called), Labels: seaLabels(p), Inland: true, Span: aroundPlace / 3}
	for _, f := range v.Fields(registers.View) {
		switch at := v.Record.Values[f.Key].(type) {
		case registers.Point:
			m.Points = append(m.Points, ui.MapPoint{Lat: float64(at.Lat) / 1e6, Lon: float64(at.Lon) / 1e6, Title: called + ", " + p.Text(f.Label), Main: true})
		case registers.Geometry:
			m.Shapes = append(m.Shapes, outlined(at, called+", "+p.Text(f.Label)))
		}
	}
	if len(m.Points)+len(m.Shapes) == 0 {
		return nil, nil //nolint:nilnil // it is nowhere
	}
	var err error
	if m.Land, err = s.svc.Land(ctx); err != nil || len(m.Land) == 0 {
		return nil, err
	}
	b := m.Box()
	m.Towns, err = s.towns(ctx, registers.Box{West: int64(b[0] * 1e6), South: int64(b[1] * 1e6), East: int64(b[2] * 1e6), North: int64(b[3] * 1e6)})
	return m, err
}
