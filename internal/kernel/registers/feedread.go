// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
)

// noted is one row of the feed.
type noted struct {
	place   int64
	record  string
	version int64
	at      db.Time
}

// stood is what a record was at a version.
type stood struct {
	version int64
	state   string
	unit    string
	def     Definition // that read it then
	raw     map[string]any
	which   through // the rights of the reader that reached it
}

// follow adds changes after a place to a feed until it holds limit, and returns how
// far it has looked.
func (k *Keeper) follow(ctx context.Context, q db.Querier, s Standing, after int64, limit int, f *Feed) (int64, error) {
	for looked := 0; looked < feedScan && len(f.Items) < limit; {
		part, err := db.All(ctx, q, func(r db.Row) (n noted, err error) {
			err = r.Scan(&n.place, &n.record, &n.version, &n.at)
			return n, err
		}, feedNext,
			s.Definition.ID, after, maxLimit/2)
		if err != nil || len(part) == 0 {
			return after, err
		}
		looked += len(part)
		r, err := k.past(ctx, q, s, part)
		if err != nil {
			return after, err
		}
		for _, n := range part {
			c, shown, err := r.change(ctx, q, n)
			if err != nil {
				return after, err
			}
			if shown {
				f.Items = append(f.Items, c)
			}
			if after = n.place; len(f.Items) == limit {
				break
			}
		}
	}
	return after, nil
}

// pastReader knows what some records are and were.
type pastReader struct {
	*Keeper

	s    Standing
	now  map[string]loaded // in sight
	was  map[string]map[int64]stood
	gone map[string]Gone // that were destroyed: of them nobody knows what they were
	sees map[string]bool // by right and unit
}

// past reads what the records of a part of the feed are now and were then.
func (k *Keeper) past(ctx context.Context, q db.Querier, s Standing, part []noted) (*pastReader, error) {
	r := &pastReader{Keeper: k, s: s, now: map[string]loaded{}, was: map[string]map[int64]stood{}, sees: map[string]bool{}}
	ids, least, most := []string{}, int64(0), int64(0)
	for _, n := range part {
		if n.record == "" {
			continue
		}
		if least == 0 || n.version-1 < least {
			least = n.version - 1
		}
		most = max(most, n.version)
		if !slices.Contains(ids, n.record) {
			ids = append(ids, n.record)
		}
	}
	if len(ids) == 0 {
		return r, nil
	}
	// Sealed columns are read as well: not to be shown, but to see whether they changed.
	in, args := among(`id`, ids, []any{StateActive})
	rows, err := k.rows(ctx, q, s, View, true, `''`, []string{`state = $1`, in}, args, ``, nil)
	if err != nil {
		return nil, err
	}
	for _, l := range rows {
		r.now[l.ID] = l
	}
	if r.gone, err = gone(ctx, q, s.Definition.ID, ids); err != nil {
		return nil, err
	}
	in, args = among(`id`, ids, []any{least, most})
	type line struct {
		stood
		id         string
		definition int
		raw        string
	}
	// After the rows of now: what was now then is in the history if it is no more.
	lines, err := db.All(ctx, q, func(row db.Row) (x line, err error) {
		err = row.Scan(&x.id, &x.version, &x.state, &x.unit, &x.definition, &x.raw)
		return x, err
	}, `SELECT id, version, state, unit_id, definition, before_json FROM `+ident(s.Definition.history())+` WHERE version >= $1 AND version <= $2 AND `+in, args...)
	if err != nil {
		return nil, err
	}
	then := map[int]Definition{s.Definition.Version: s.Definition}
	for _, x := range lines {
		if _, known := then[x.definition]; !known {
			if then[x.definition], err = at(ctx, q, s.Definition.ID, x.definition); err != nil {
				return nil, err
			}
		}
		dec := json.NewDecoder(bytes.NewReader([]byte(x.raw)))
		dec.UseNumber()
		if err := dec.Decode(&x.stood.raw); err != nil {
			return nil, err
		}
		x.def = then[x.definition]
		if r.was[x.id] == nil {
			r.was[x.id] = map[int64]stood{}
		}
		r.was[x.id][x.version] = x.stood
	}
	return r, nil
}

// at returns what a record was at a version, with the rights that reached it then.
// False where it was not there, or nobody knows.
func (r *pastReader) at(ctx context.Context, q db.Querier, record string, version int64) (stood, bool, error) {
	one, known := r.was[record][version]
	if now, here := r.now[record]; !known && here && now.Version == version {
		one, known = stood{version: version, state: now.State, unit: now.Unit, def: r.s.Definition, raw: now.raw}, true
	}
	if !known || one.state != StateActive {
		return stood{}, false, nil
	}
	for i, h := range r.s.Holds {
		if !h.Allows(View) {
			continue
		}
		reached, err := r.reached(ctx, q, i, one)
		if err != nil {
			return stood{}, false, err
		}
		if reached {
			one.which |= 1 << i
		}
	}
	return one, one.which != 0, nil
}

// reached says of what is past what Hold.where says of what is now.
func (r *pastReader) reached(ctx context.Context, q db.Querier, hold int, one stood) (bool, error) {
	h := r.s.Holds[hold]
	switch {
	case h.Public:
		return true, nil
	case h.Owner != "":
		f, _ := r.s.Definition.Field(h.Owner)
		return h.index != "" && one.raw[f.filtered()] == h.index, nil
	}
	units := []string{one.unit}
	for _, key := range h.Units {
		if unit, ok := one.raw["f_"+key].(string); ok {
			units = append(units, unit)
		}
	}
	for _, unit := range units {
		key := number(hold) + " " + unit
		sees, known := r.sees[key]
		if !known {
			var err error
			if sees, err = h.Scope.Sees(ctx, q, orgs.ID(unit)); err != nil {
				return false, err
			}
			r.sees[key] = sees
		}
		if sees {
			return true, nil
		}
	}
	return false, nil
}

// told reports whether the reader may know that a record was destroyed: a right to
// see reached it by a unit, or is everybody's. All that is told is its id.
func (r *pastReader) told(ctx context.Context, q db.Querier, g Gone) (bool, error) {
	for _, h := range r.s.Holds {
		if !h.Allows(View) || h.Owner != "" {
			continue
		}
		if h.Public {
			return true, nil
		}
		units := []string{g.Unit}
		if len(h.Units) > 0 {
			units = append(units, g.units...)
		}
		for _, unit := range units {
			if sees, err := h.Scope.Sees(ctx, q, orgs.ID(unit)); err != nil || sees {
				return sees, err
			}
		}
	}
	return false, nil
}

// change says what a row of the feed is for the reader; false: nothing.
func (r *pastReader) change(ctx context.Context, q db.Querier, n noted) (c FeedItem, shown bool, err error) {
	c = FeedItem{Place: n.place, Record: n.record, Version: n.version, At: n.at}
	if n.record == "" {
		c.Kind = FeedRegister
		return c, true, nil
	}
	if g, destroyed := r.gone[n.record]; destroyed {
		c.Kind = FeedRemoved
		told, err := r.told(ctx, q, g)
		return c, told && n.version == g.version, err
	}
	before, was, err := r.at(ctx, q, n.record, n.version-1)
	if err != nil {
		return c, false, err
	}
	after, is, err := r.at(ctx, q, n.record, n.version)
	if err != nil {
		return c, false, err
	}
	now, inSight := r.now[n.record]
	switch {
	case was && !is:
		c.Kind = FeedRemoved
		return c, true, nil
	case !is, !inSight: // never seen, or what it was is not for this reader any more
		return c, false, nil
	}
	c.Kind, c.Unit = FeedAdded, after.unit
	if c.After, err = r.values(after, n.record, now.which, &c.Withheld); err != nil || !was {
		c.Fields = r.present(c)
		return c, err == nil, err
	}
	c.Kind = FeedChanged
	var withheld []string
	old, err := r.values(before, n.record, now.which, &withheld)
	if err != nil {
		return c, false, err
	}
	c.Before = map[string]any{}
	for _, f := range r.s.Definition.Visible() {
		differs := !Same(old[f.Key], c.After[f.Key]) || r.s.shows(before.which, f.Key) && !r.s.shows(after.which, f.Key) // it left sight
		if !differs && (slices.Contains(c.Withheld, f.Key) || slices.Contains(withheld, f.Key)) {
			if differs, err = r.differs(f, n.record, before, after); err != nil {
				return c, false, err
			}
		}
		if !differs {
			continue
		}
		c.Fields = append(c.Fields, f.Key)
		if v, had := old[f.Key]; had {
			c.Before[f.Key] = v
		}
	}
	return c, len(c.Fields) > 0 || before.unit != after.unit, nil
}

// present are the fields of a record that has come into sight.
func (r *pastReader) present(c FeedItem) (keys []string) {
	for _, f := range r.s.Definition.Visible() {
		if _, has := c.After[f.Key]; has || slices.Contains(c.Withheld, f.Key) {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

// values returns what the reader may see of a record at a time: what the rights
// showed that reached it then, and those show that reach it now.
func (r *pastReader) values(one stood, record string, now through, withheld *[]string) (map[string]any, error) {
	var fields []Field
	for _, f := range r.s.Definition.Visible() {
		then, there := one.def.Field(f.Key)
		switch {
		case !there || then.Hidden || !r.s.shows(one.which, f.Key) || !r.s.shows(now, f.Key):
		case f.personal() || then.personal():
			if _, has := one.raw[then.presence()]; has {
				*withheld = append(*withheld, f.Key)
			}
		default:
			fields = append(fields, then)
		}
	}
	return r.Keeper.values(one.def, fields, record, one.raw)
}

// differs compares a personal field, which is not shown.
func (r *pastReader) differs(f Field, record string, before, after stood) (bool, error) {
	read := func(one stood) (any, error) {
		then, there := one.def.Field(f.Key)
		if !there {
			return nil, nil //nolint:nilnil // a field without a value is no error
		}
		return value(r.keys, one.def, then, record, one.raw)
	}
	old, err := read(before)
	if err != nil {
		return false, err
	}
	now, err := read(after)
	return !Same(old, now), err
}
