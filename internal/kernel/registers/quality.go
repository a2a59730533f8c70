// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// The aspects by which the records of a register are measured.
const (
	AspectComplete = "complete" // what the file requires or lists has a value
	AspectValid    = "valid"    // every value keeps to the field, every record to the rules of today
	AspectFresh    = "fresh"    // looked at within the time that the file gives
	AspectUnique   = "unique"   // no other record says the same
)

// Aspects returns them in the order in which people read them.
func Aspects() []string { return []string{AspectComplete, AspectValid, AspectFresh, AspectUnique} }

// The bounds of measuring.
const (
	measuredMost = 200_000 // records of a register that are looked at, the oldest first
	failingMost  = 200     // records that are named for each aspect
	freshDays    = 365     // where the file does not say
)

// Quality is what was measured of a register. Ratios are in thousandths; -1 where
// there is nothing to measure.
type Quality struct {
	Records, Looked int64 // those that are there, and those that were looked at
	Score           int   // the mean of the aspects
	By              map[string]int
	Fields          []FieldQuality
	Failing         map[string][]string // ids of the first records that fail, by aspect
	Fails           map[string]int64    // how many fail
}

// FieldQuality is what was measured of a field that the file requires or lists.
type FieldQuality struct {
	Field                   string
	Expected, Filled, Wrong int64
}

// FreshWithin is the time within which records are looked at again.
func (d Definition) FreshWithin() time.Duration {
	days := d.FreshDays
	if days == 0 {
		days = freshDays
	}
	return time.Duration(days) * 24 * time.Hour
}

// expected are the fields that a record should have a value of: those that the file
// requires, and those of its list.
func (d Definition) expected() (fields []Field) {
	for _, f := range d.Visible() {
		if f.Compute == "" && !f.Life && (f.Required || slices.Contains(d.List.Columns, f.Key) || slices.Contains(d.Key, f.Key)) {
			fields = append(fields, f)
		}
	}
	return fields
}

// telling are the fields whose values, taken together, two records do not share: what
// the list shows, without what is one of a kind by the rules of the file.
func (d Definition) telling() (keys []string) {
	for _, key := range d.List.Columns {
		f, _ := d.Field(key) // Check has seen it
		if !f.Hidden && !f.Unique && !f.Life && f.Compute == "" && !f.sealed() && (len(d.Key) != 1 || d.Key[0] != key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// Measure looks at the records of a register as they are now. It is for the program
// itself: it reads all of them, whoever may see them, and returns numbers and ids.
// Sealed values are not opened: they are checked when they are entered.
func (k *Keeper) Measure(ctx context.Context, q db.Querier, register string, now db.Time) (m Quality, err error) {
	defer errs.Wrap(&err, "measure register %s", register)

	d, err := k.Definition(ctx, q, register)
	if err != nil {
		return Quality{}, err
	}
	rules, err := k.memory.rules(d)
	if err != nil {
		return Quality{}, err
	}
	w := &measuring{
		d: d, rules: rules, expected: d.expected(), telling: d.telling(), stale: now.Add(-d.FreshWithin()), seen: map[uint64]string{},
		m: Quality{By: map[string]int{}, Failing: map[string][]string{}, Fails: map[string]int64{}},
	}
	for _, f := range w.expected {
		w.m.Fields = append(w.m.Fields, FieldQuality{Field: f.Key})
	}
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM `+ident(d.Table())+` WHERE state = $1`, StateActive).Scan(&w.m.Records); err != nil {
		return Quality{}, err
	}
	fields := d.Visible()
	for after := ""; w.m.Looked < measuredMost; {
		rows, err := db.All(ctx, q, func(r db.Row) (loaded, error) { return scan(r, fields) }, `SELECT `+selected(d, fields)+` FROM `+ident(d.Table())+
			` WHERE id > $1 AND state = $2 ORDER BY id LIMIT $3`, after, StateActive, batch)
		if err != nil {
			return Quality{}, err
		}
		for _, l := range rows {
			if l.definition != d.Version {
				return Quality{}, db.ErrUnavailable // another definition came into force
			}
			if err := w.record(k, l); err != nil {
				return Quality{}, err
			}
			after = l.ID
		}
		if len(rows) < batch {
			break
		}
	}
	return w.result(), nil
}

// measuring is a measurement on its way.
type measuring struct {
	d        Definition
	rules    ruled
	expected []Field
	telling  []string
	stale    time.Time
	seen     map[uint64]string // the first record that said so
	m        Quality
}

func (w *measuring) fail(aspect, record string) {
	w.m.Fails[aspect]++
	if len(w.m.Failing[aspect]) < failingMost {
		w.m.Failing[aspect] = append(w.m.Failing[aspect], record)
	}
}

func (w *measuring) record(k *Keeper, l loaded) error {
	w.m.Looked++
	open := slices.DeleteFunc(w.d.Visible(), Field.sealed)
	values, err := k.values(w.d, open, l.ID, l.raw)
	if err != nil {
		return err
	}
	whole := true
	for i, f := range w.expected {
		w.m.Fields[i].Expected++
		if _, there := l.raw[f.presence()]; there {
			w.m.Fields[i].Filled++
		} else {
			whole = false
		}
	}
	if !whole {
		w.fail(AspectComplete, l.ID)
	}
	if wrong := w.wrong(open, values); len(wrong) > 0 {
		w.fail(AspectValid, l.ID)
		for i, f := range w.expected {
			if slices.Contains(wrong, f.Key) {
				w.m.Fields[i].Wrong++
			}
		}
	}
	if l.Updated.Before(w.stale) {
		w.fail(AspectFresh, l.ID)
	}
	return w.unique(l.ID, l.Unit, values)
}

// wrong are the fields whose values a person could not enter today.
func (w *measuring) wrong(open []Field, values map[string]any) (keys []string) {
	for _, f := range open {
		v, there := values[f.Key]
		if !there || f.Compute != "" || f.Life {
			continue
		}
		switch v.(type) {
		case string, int64, bool:
			if _, code := f.parse(v); code != "" {
				keys = append(keys, f.Key)
			}
		}
	}
	known := map[string]any{}
	for _, f := range w.d.Visible() {
		known[f.Key] = values[f.Key]
	}
	problems, _ := w.rules.held(known)
	for _, p := range problems {
		if f, ok := w.d.Field(p.Name); ok && !f.sealed() {
			keys = append(keys, p.Name)
		}
	}
	return keys
}

func (w *measuring) unique(id, unit string, values map[string]any) error {
	var said []string
	for _, key := range w.telling {
		raw, err := json.Marshal(values[key])
		if err != nil {
			return err
		}
		said = append(said, text.Fold(string(raw)))
	}
	if strings.Trim(strings.Join(said, ""), " nul") == "" || len(said) < 2 {
		return nil // too little to tell records apart
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(unit + "\x00" + strings.Join(said, "\x00"))) // a hash takes everything
	if _, again := w.seen[h.Sum64()]; again {
		w.fail(AspectUnique, id)
		return nil
	}
	w.seen[h.Sum64()] = id
	return nil
}

func (w *measuring) result() Quality {
	m := w.m
	var expected, filled int64
	for _, f := range m.Fields {
		expected, filled = expected+f.Expected, filled+f.Filled
	}
	sum := 0
	for _, aspect := range Aspects() {
		m.By[aspect] = -1
		if m.Looked > 0 {
			m.By[aspect] = int((m.Looked - m.Fails[aspect]) * 1000 / m.Looked)
		}
		if aspect == AspectComplete && expected > 0 {
			m.By[aspect] = int(filled * 1000 / expected)
		}
		sum += m.By[aspect]
	}
	if m.Score = -1; m.Looked > 0 {
		m.Score = sum / len(Aspects())
	}
	return m
}

// Profile is what the catalogue of databases says of a register by its file.
type Profile struct {
	Definition Definition
	Personal   Class    // the most personal of its fields
	Sharing    string   // one of Sharings: as the file says, or its rights
	Declared   bool     // the file says how it is shared
	Refreshed  int      // days within which records are looked at again
	Database   Database // what the file says; empty where it says nothing
}

// Profiles returns what the catalogue says of all registers, sorted by id.
func (k *Keeper) Profiles(ctx context.Context, q db.Querier) (all []Profile, err error) {
	defer errs.Wrap(&err, "profiles of registers")

	ids, err := k.Registers(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		d, err := k.Definition(ctx, q, id)
		if err != nil {
			return nil, err
		}
		all = append(all, d.profile())
	}
	return all, nil
}
