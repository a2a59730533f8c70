// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"slices"

	"tinhso.vn/internal/kernel/registers"
)

// Places returns the fields of a file by which its records stand on a map.
func (t Taken) Places() []registers.Field {
	return slices.DeleteFunc(t.Fields(), func(f registers.Field) bool { return f.Type != registers.Place && f.Type != registers.Shape })
}

// WriteGeoJSON writes the records as features (RFC 7946): longitude first, outer
// rings against the clock. A record without the field has no geometry.
func (t Taken) WriteGeoJSON(ctx context.Context, w io.Writer, by registers.Field, plain func(map[string]any) map[string]any) error {
	out := bufio.NewWriterSize(w, 1<<16)
	before := `{"type":"FeatureCollection","features":[`
	err := t.Each(ctx, func(r registers.Record) error {
		place := r.Values[by.Key]
		delete(r.Values, by.Key)
		properties := plain(r.Values)
		properties["unit"] = r.Unit
		raw, err := json.Marshal(map[string]any{"type": "Feature", "id": r.ID, "geometry": geometry(place), "properties": properties})
		if err != nil {
			return err
		}
		_, err = out.WriteString(before + "\n" + string(raw))
		before = ","
		return err
	})
	if err != nil {
		return err
	}
	if before != "," {
		if _, err := out.WriteString(before); err != nil {
			return err
		}
	}
	if _, err := out.WriteString("\n]}\n"); err != nil {
		return err
	}
	return out.Flush()
}

// geometry is a place or a shape as RFC 7946 wants it; nil: none.
func geometry(v any) any {
	switch v := v.(type) {
	case registers.Point:
		return map[string]any{"type": "Point", "coordinates": [2]float64{float64(v.Lon) / 1e6, float64(v.Lat) / 1e6}}
	case registers.Geometry:
		return wound(v)
	}
	return nil
}

// wound turns the rings of polygons: the outer against the clock, holes with it.
func wound(g registers.Geometry) any {
	var raw struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if json.Unmarshal([]byte(g.JSON), &raw) != nil {
		return nil
	}
	var coordinates any = raw.Coordinates
	switch raw.Type {
	case "Polygon":
		var rings [][][2]float64
		if json.Unmarshal(raw.Coordinates, &rings) != nil {
			return nil
		}
		wind(rings)
		coordinates = rings
	case "MultiPolygon":
		var polygons [][][][2]float64
		if json.Unmarshal(raw.Coordinates, &polygons) != nil {
			return nil
		}
		for _, rings := range polygons {
			wind(rings)
		}
		coordinates = polygons
	}
	return map[string]any{"type": raw.Type, "coordinates": coordinates}
}

func wind(rings [][][2]float64) {
	for i, ring := range rings {
		area := 0.0
		for j := 1; j < len(ring); j++ {
			area += ring[j-1][0]*ring[j][1] - ring[j][0]*ring[j-1][1]
		}
		if (area < 0) == (i == 0) {
			slices.Reverse(ring)
		}
	}
}
