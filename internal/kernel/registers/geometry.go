// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"encoding/json"
	"math"
	"strings"
)

// maxPoints bounds a geometry: a commune's boundary at ten metres has some
// thousands.
const maxPoints = 20_000

// readShape reads a geometry of GeoJSON, all rings closed, within the world. It
// answers why not by the code of a problem: a text that is no geometry is
// "geometry", one outside the world "point", one too long "too_many".
func readShape(s string) (Geometry, string) {
	var raw struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	dec := json.NewDecoder(strings.NewReader(s))
	dec.DisallowUnknownFields()
	if dec.Decode(&raw) != nil || dec.More() {
		return Geometry{}, "geometry"
	}
	depth := map[string]int{"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
	deep, known := depth[raw.Type]
	if !known {
		return Geometry{}, "geometry"
	}
	w := &walker{rings: strings.HasSuffix(raw.Type, "Polygon")}
	coordinates := w.nest(raw.Coordinates, deep)
	switch {
	case w.wrong != "":
		return Geometry{}, w.wrong
	case w.points == 0:
		return Geometry{}, "geometry"
	}
	kept, err := json.Marshal(map[string]any{"type": raw.Type, "coordinates": coordinates})
	if err != nil {
		return Geometry{}, "geometry"
	}
	return Geometry{JSON: string(kept), Box: w.box}, ""
}

// walker goes through the coordinates and remembers the box around them.
type walker struct {
	rings  bool // lists of points are closed rings
	points int
	box    Box
	wrong  string
}

func (w *walker) nest(raw json.RawMessage, deep int) any {
	if deep == 0 {
		return w.point(raw)
	}
	var parts []json.RawMessage
	if json.Unmarshal(raw, &parts) != nil || len(parts) == 0 {
		w.wrong = "geometry"
		return nil
	}
	all := make([]any, len(parts))
	for i, part := range parts {
		if all[i] = w.nest(part, deep-1); w.wrong != "" {
			return nil
		}
	}
	if first, ok := all[0].([2]float64); ok && w.rings {
		if last, _ := all[len(all)-1].([2]float64); len(all) < 4 || first != last {
			w.wrong = "geometry"
		}
	}
	return all
}

// point reads longitude and latitude; a height is dropped. Six digits are kept:
// eleven centimetres.
func (w *walker) point(raw json.RawMessage) any {
	var p []float64
	if json.Unmarshal(raw, &p) != nil || len(p) < 2 || len(p) > 3 {
		w.wrong = "geometry"
		return nil
	}
	lon, lat := int64(math.Round(p[0]*1e6)), int64(math.Round(p[1]*1e6))
	if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
		w.wrong = "point"
		return nil
	}
	if w.points++; w.points > maxPoints {
		w.wrong = "too_many"
		return nil
	}
	if w.points == 1 {
		w.box = Box{West: lon, East: lon, South: lat, North: lat}
	}
	w.box = Box{West: min(w.box.West, lon), South: min(w.box.South, lat), East: max(w.box.East, lon), North: max(w.box.North, lat)}
	return [2]float64{float64(lon) / 1e6, float64(lat) / 1e6}
}

// parseShape reads a Geometry or the text of one.
func parseShape(v any) (any, string) {
	if g, ok := v.(Geometry); ok {
		v = g.JSON
	}
	s, ok := v.(string)
	if !ok {
		raw, err := json.Marshal(v)
		if err != nil {
			return nil, "shape"
		}
		s = string(raw)
	}
	g, wrong := readShape(s)
	if wrong != "" {
		return nil, wrong
	}
	return g, ""
}

// MarshalJSON writes the geometry as GeoJSON.
func (g Geometry) MarshalJSON() ([]byte, error) {
	if g.JSON == "" {
		return []byte("null"), nil
	}
	return []byte(g.JSON), nil
}
