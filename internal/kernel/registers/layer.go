// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// Layer says how the records of a register stand on a map.
type Layer struct {
	Place  string `json:"place"`            // a point or a shape
	Label  string `json:"label"`            // a field that names a record
	Colour string `json:"colour,omitempty"` // a choice
}

func (r *reader) layer(n *yaml.Node) *Layer {
	if n == nil {
		return nil
	}
	m := r.mapping(n, "", Keys()["map"]...)
	return &Layer{Place: r.str(m["place"], ""), Label: r.str(m["label"], ""), Colour: r.str(m["colour"], "")}
}

// layer checks what the file says of its map.
func (c *checker) layer(d Definition) {
	if d.Map == nil {
		return
	}
	named := func(f Field) bool {
		return f.Type == Line || f.Type == Choice || f.Type == Code || f.Type == Date || f.numeric()
	}
	wrong := func(key string, ok func(Field) bool) {
		if f, there := d.Field(key); !there || f.Hidden || f.personal() || !ok(f) {
			c.add(d.line, "", "registers.definition.map", key)
		}
	}
	wrong(d.Map.Place, Field.placed)
	wrong(d.Map.Label, named)
	if d.Map.Colour != "" {
		wrong(d.Map.Colour, func(f Field) bool { return f.Type == Choice })
	}
}

// placed reports whether a field says where something is.
func (f Field) placed() bool { return f.Type == Place || f.Type == Shape }

// corner are the columns of the south-western corner of where something is, and
// far those of the north-eastern one.
func (f Field) corner() (south, west string) {
	if f.Type == Shape {
		return f.base() + "_south", f.base() + "_west"
	}
	return f.base() + "_lat", f.base() + "_lon"
}

func (f Field) far() (north, east string) {
	if f.Type == Shape {
		return f.base() + "_north", f.base() + "_east"
	}
	return f.corner()
}

// mapped is the index by which records are found on a map.
func (d Definition) mapped() (index, bool) {
	if d.Map == nil {
		return index{}, false
	}
	f, _ := d.Field(d.Map.Place) // Check has seen it
	south, west := f.corner()
	return index{columns: []string{south, west, "id"}, field: f.Key, aspect: "map"}, true
}

// Layer returns how the actor sees the register on a map; false where they do
// not, or where it has none.
func (s Standing) Layer() (Layer, bool) {
	if s.Definition.Map == nil || !s.Reaches(View, s.Definition.Map.Place) {
		return Layer{}, false
	}
	l := *s.Definition.Map
	if !s.Reaches(View, l.Colour) {
		l.Colour = ""
	}
	return l, true
}

// Cluster is how many records stand near each other.
type Cluster struct {
	Point Point // amid them
	Count int
	Box   Box // around them
}

// OnMap is what of a register stands in a box: its records, or where there are
// too many, how many stand where.
type OnMap struct {
	Records  []Record // with the fields that the rights show
	Clusters []Cluster
	Found    int
	Box      Box // around all of it; nothing where nothing is found
}

// The bounds of maps.
const (
	maxSpots  = 200
	mapCells  = 12 // clusters along one side
	wholeMap  = 360_000_000
	leastCell = 1_000 // about 100 m
)

// Map returns what stands on the map within a box, of the records that Find
// would return: those only on which the rights show where they are.
func (k *Keeper) Map(ctx context.Context, q db.Querier, s Standing, ask Ask, in Box) (m OnMap, err error) {
	defer errs.Wrap(&err, "map of register %s", s.Definition.ID)

	layer, ok := s.Layer()
	if !ok {
		return OnMap{}, errs.BadInput([]errs.Field{{Name: "map", Code: "registers.value.unknown"}})
	}
	f, _ := s.Definition.Field(layer.Place)
	ask.Where = append(slices.Clone(ask.Where), Condition{Field: f.Key, Op: Within, Values: in.degrees()})
	conds, args, err := k.conditions(s, ask)
	if err != nil {
		return OnMap{}, err
	}
	south, west := f.corner()
	north, east := f.far()
	statement := `SELECT COUNT(*), COALESCE(MIN(` + ident(west) + `), 0), COALESCE(MIN(` + ident(south) + `), 0), COALESCE(MAX(` + ident(east) + `), 0), COALESCE(MAX(` +
		ident(north) + `), 0) FROM ` + ident(s.Definition.Table()) + ` WHERE ` + strings.Join(conds, ` AND `)
	if err := q.QueryRow(ctx, statement, args...).Scan(&m.Found, &m.Box.West, &m.Box.South, &m.Box.East, &m.Box.North); err != nil || m.Found == 0 {
		return m, err
	}
	if m.Found > maxSpots {
		statement, args := clustering(s.Definition, f, conds, args, in, m.Box)
		m.Clusters, err = db.All(ctx, q, func(r db.Row) (c Cluster, err error) {
			err = r.Scan(&c.Count, &c.Point.Lat, &c.Point.Lon, &c.Box.West, &c.Box.South, &c.Box.East, &c.Box.North)
			return c, err
		}, statement, args...)
		return m, err
	}
	return m, k.steadily(ctx, q, s, func(s Standing) error {
		limit := maxSpots
		rows, err := k.rows(ctx, q, s, ask.act(), false, `''`, conds, args, ` ORDER BY id`, &limit)
		if err == nil {
			m.Records, err = k.seen(s, rows, false)
		}
		return err
	})
}

// clustering counts records by the cells of a grid over what is found.
func clustering(d Definition, f Field, conds []string, args []any, in, found Box) (string, []any) {
	south, west := f.corner()
	north, east := f.far()
	low, left := max(in.South, found.South), max(in.West, found.West)
	step := max((min(in.North, found.North)-low)/mapCells, (min(in.East, found.East)-left)/mapCells, leastCell)
	args = append(args, low)
	row := `((` + ident(south) + ` + ` + ident(north) + `) / 2 - ` + mark(args) + `)`
	args = append(args, step)
	size := mark(args)
	args = append(args, left)
	column := `((` + ident(west) + ` + ` + ident(east) + `) / 2 - ` + mark(args) + `)`
	amid := func(a, b string) string { return `CAST(AVG((` + ident(a) + ` + ` + ident(b) + `) / 2) AS BIGINT)` }
	return `SELECT COUNT(*), ` + amid(south, north) + `, ` + amid(west, east) + `, MIN(` + ident(west) + `), MIN(` + ident(south) + `), MAX(` + ident(east) + `), MAX(` + ident(north) + `)
		FROM ` + ident(d.Table()) + ` WHERE ` + strings.Join(conds, ` AND `) + ` GROUP BY ` + row + ` / ` + size + `, ` + column + ` / ` + size +
		` ORDER BY 1 DESC, 2, 3 LIMIT 400`, args
}

// World is the whole earth.
func World() Box {
	return Box{West: -wholeMap / 2, South: -wholeMap / 4, East: wholeMap / 2, North: wholeMap / 4}
}

// degrees writes a box as a condition takes it.
func (b Box) degrees() []string {
	return []string{decimal(b.West, 6), decimal(b.South, 6), decimal(b.East, 6), decimal(b.North, 6)}
}

// String writes a box as "west,south,east,north" in degrees.
func (b Box) String() string { return strings.Join(b.degrees(), ",") }

// ReadBox reads what String writes; false where it is none.
func ReadBox(s string) (b Box, ok bool) {
	parts := strings.Split(s, ",")
	if len(parts) != 4 {
		return b, false
	}
	for i, edge := range []*int64{&b.West, &b.South, &b.East, &b.North} {
		n, ok := unscaled(strings.TrimSpace(parts[i]), 6)
		if !ok {
			return b, false
		}
		*edge = n
	}
	w := World()
	return b, b.West <= b.East && b.South <= b.North && b.West >= w.West && b.East <= w.East && b.South >= w.South && b.North <= w.North
}
