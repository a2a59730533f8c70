// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/errs"
)

// Wrong returns the code of what is wrong with a value of the field, with its
// arguments; an empty one where nothing is. Whether there is such a record, a
// unit or a code is asked when it is written.
func (f Field) Wrong(v any) (code string, args map[string]any) {
	parsed, code := f.parse(v)
	if code == "" && parsed == nil && f.Required {
		code = "required"
	}
	if code == "" {
		return "", nil
	}
	p := f.problem(code)
	return p.Code, p.Args
}

// mistakesMost is how many mistakes of one text are told.
const mistakesMost = 10

// ShapeMistakes tells what is wrong with a text that is to be a geometry of
// GeoJSON, part by part; nothing where it is one.
func ShapeMistakes(s string) (all []errs.Field) {
	tell := func(code string, args map[string]any) {
		if len(all) < mistakesMost {
			all = append(all, errs.Field{Code: "registers.shape." + code, Args: args})
		}
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(s), &raw); err != nil {
		at := int64(0)
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = syntax.Offset
		}
		tell("json", map[string]any{"at": at})
		return all
	}
	var kind string
	_ = json.Unmarshal(raw["type"], &kind) // no text is no kind
	deep, known := map[string]int{"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}[kind]
	if !known {
		code := "type"
		if slices.Contains([]string{"Feature", "FeatureCollection", "GeometryCollection"}, kind) {
			code = "feature"
		}
		tell(code, map[string]any{"type": kind})
		return all
	}
	for key := range raw {
		if key != "type" && key != "coordinates" {
			tell("name", map[string]any{"name": key})
		}
	}
	var coordinates any
	if json.Unmarshal(raw["coordinates"], &coordinates) != nil || coordinates == nil {
		tell("coordinates", nil)
		return all
	}
	l := lister{rings: strings.HasSuffix(kind, "Polygon"), tell: tell}
	l.nest(coordinates, deep, "")
	return all
}

// lister goes through coordinates and names each part by its place, from one.
type lister struct {
	rings bool
	tell  func(code string, args map[string]any)
}

func (l lister) nest(v any, deep int, at string) {
	where := map[string]any{"at": strings.TrimPrefix(at, ".")}
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		l.tell("list", where)
		return
	}
	if deep == 0 {
		l.point(list, where)
		return
	}
	for i, part := range list {
		l.nest(part, deep-1, fmt.Sprint(at, ".", i+1))
	}
	if !l.rings || deep != 1 {
		return
	}
	switch {
	case len(list) < 4:
		l.tell("short", where)
	case fmt.Sprint(list[0]) != fmt.Sprint(list[len(list)-1]):
		l.tell("open", where)
	}
}

func (l lister) point(p []any, where map[string]any) {
	lon, okLon := p[0].(float64)
	if len(p) < 2 || len(p) > 3 || !okLon {
		l.tell("point", where)
		return
	}
	lat, ok := p[1].(float64)
	switch {
	case !ok:
		l.tell("point", where)
	case math.Abs(lat) > 90 && math.Abs(lon) <= 90:
		l.tell("swapped", where)
	case math.Abs(lat) > 90 || math.Abs(lon) > 180:
		l.tell("outside", where)
	}
}
