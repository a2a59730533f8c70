// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// model is what a register should hold, whatever has become of its file.
type model struct {
	world

	ctx     context.Context //nolint:containedctx // of the test
	rt      *rapid.T
	def     registers.Definition
	gone    map[string]registers.Field // no longer named by the file
	records map[string]map[string]any
	seen    map[string]int64 // versions
}

func (m *model) check(err error) {
	m.rt.Helper()
	if err != nil {
		m.rt.Fatal(err)
	}
}

// Whatever is added, hidden, shown, widened or relabelled, in whatever order:
// every value that was ever stored is read back as it was written.
func TestAdditiveChangesKeepEveryValue(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		var n atomic.Int64
		ctx := t.Context()
		rapid.Check(t, func(rt *rapid.T) {
			m := &model{
				world: w, ctx: ctx, rt: rt, gone: map[string]registers.Field{}, records: map[string]map[string]any{}, seen: map[string]int64{},
				def: registers.Definition{ID: fmt.Sprintf("p%d", n.Add(1)), Title: i18n.Text{VI: "Sổ"}},
			}
			m.addField()
			m.addField()
			m.apply()
			for range rapid.IntRange(1, 4).Draw(rt, "steps") {
				for range rapid.IntRange(1, 3).Draw(rt, "changes") {
					m.change()
				}
				m.apply()
				m.compare()
			}
			m.showAll()
			m.apply()
			m.compare()
		})
	})
}

// change does one thing that a file may do.
func (m *model) change() {
	i := rapid.IntRange(0, len(m.def.Fields)-1).Draw(m.rt, "field")
	f := &m.def.Fields[i]
	switch rapid.SampledFrom([]string{"add", "hide", "remove", "show", "widen", "search", "sort", "label", "option"}).Draw(m.rt, "change") {
	case "add":
		m.addField()
	case "hide":
		if f.Key != "f0" && f.Key != m.def.List.Sort { // one field stays
			f.Hidden = true
		}
	case "remove":
		if f.Key != "f0" && f.Key != m.def.List.Sort {
			m.gone[f.Key] = *f
			m.def.Fields = slices.Delete(m.def.Fields, i, i+1)
		}
	case "show":
		f.Hidden = false
		for _, key := range slices.Sorted(maps.Keys(m.gone)) {
			m.def.Fields = append(m.def.Fields, m.gone[key])
			delete(m.gone, key)
			break
		}
	case "widen":
		m.widen(f)
	case "search":
		if f.Type == registers.Line || f.Type == registers.LongText {
			f.Searchable = !f.Searchable
		}
	case "sort":
		sortable := []registers.Type{registers.Line, registers.Integer, registers.Decimal, registers.Date}
		if !f.Hidden && slices.Contains(sortable, f.Type) {
			m.def.List.Sort = f.Key
		}
	case "label":
		f.Label.EN = rapid.StringN(1, 5, 10).Draw(m.rt, "label")
	case "option":
		if f.Type == registers.Choice {
			f.Options = append(slices.Clone(f.Options), registers.Option{Value: fmt.Sprintf("o%d", len(f.Options)), Label: i18n.Text{VI: "Nữa"}})
		}
	}
}

func (m *model) widen(f *registers.Field) {
	switch f.Type {
	case registers.Line:
		if f.Max < 1000 {
			f.Max += 100
		} else if f.Key != m.def.List.Sort {
			f.Type = registers.LongText
		}
	case registers.LongText:
		f.Max += 100
	case registers.Decimal:
		f.Scale = min(f.Scale+1, 4)
	case registers.Integer: // exact integers become exact decimals
		f.Type, f.Scale = registers.Decimal, 1
		for _, values := range m.records {
			if n, isInt := values[f.Key].(int64); isInt {
				values[f.Key] = fmt.Sprint(n)
			}
		}
	case registers.Date:
		if f.Key != m.def.List.Sort {
			f.Type = registers.DatePartial
		}
	default:
	}
}

func (m *model) addField() {
	f := registers.Field{
		Key: fmt.Sprintf("f%d", len(m.def.Fields)+len(m.gone)), Label: i18n.Text{VI: "Trường"},
		Type: rapid.SampledFrom([]registers.Type{
			registers.Line, registers.Line, registers.LongText, registers.Integer, registers.Decimal, registers.Decimal, registers.Money, registers.Date,
			registers.DatePartial, registers.Boolean, registers.Choice, registers.Unit, registers.Number, registers.Phone, registers.Place,
		}).Draw(m.rt, "type"),
	}
	switch f.Type {
	case registers.Line, registers.LongText:
		f.Max = 20
	case registers.Choice:
		f.Options = []registers.Option{{Value: "o0", Label: i18n.Text{VI: "Một"}}}
	default:
	}
	m.def.Fields = append(m.def.Fields, f)
}

// draw returns a value in the form it is kept in; nil for none.
func (m *model) draw(f registers.Field) any {
	rt := m.rt
	number := rapid.Int64Range(-1_000_000, 1_000_000)
	if rapid.IntRange(0, 3).Draw(rt, "empty") == 0 {
		return nil
	}
	switch f.Type {
	case registers.Line, registers.LongText:
		return rapid.StringMatching(`[A-Za-zĐđơƯẤ][A-Za-zđ '"$%\\]{0,8}[a-zữợ]`).Filter(func(s string) bool { return !strings.Contains(s, "  ") }).Draw(rt, "text")
	case registers.Integer, registers.Money:
		return number.Draw(rt, "number")
	case registers.Decimal:
		n := number.Draw(rt, "decimal")
		if n%10 == 0 || f.Scale == 0 {
			return fmt.Sprint(n)
		}
		sign := ""
		if n < 0 {
			sign, n = "-", -n
		}
		return fmt.Sprintf("%s%d.%d", sign, n/10, n%10)
	case registers.Date, registers.DatePartial:
		return fmt.Sprintf("%04d-%02d-28", rapid.IntRange(1000, 2999).Draw(rt, "year"), rapid.IntRange(1, 12).Draw(rt, "month"))
	case registers.Boolean:
		return rapid.Bool().Draw(rt, "boolean")
	case registers.Choice:
		return rapid.SampledFrom(f.Options).Draw(rt, "choice").Value
	case registers.Unit:
		return rapid.SampledFrom([]string{"east", "west"}).Draw(rt, "unit")
	case registers.Number:
		return fmt.Sprintf("%012d", rapid.Int64Range(0, 999_999_999_999).Draw(rt, "person"))
	case registers.Phone:
		return fmt.Sprintf("0%09d", rapid.IntRange(0, 999_999_999).Draw(rt, "phone"))
	case registers.Place:
		return registers.Point{Lat: rapid.Int64Range(-90_000_000, 90_000_000).Draw(rt, "lat"), Lon: 105_000_000}
	}
	return nil
}

// apply brings the definition into force, then adds a record and changes one.
func (m *model) apply() {
	m.rt.Helper()
	m.def.Version++
	plan, err := m.keeper.Plan(m.ctx, m.d, m.def)
	m.check(err)
	if refused := plan.Refusals(); len(refused) > 0 {
		m.rt.Fatalf("refused: %+v", refused)
	}
	values, changed := map[string]any{}, map[string]any{}
	for _, f := range m.def.Visible() {
		values[f.Key] = m.draw(f)
		if rapid.Bool().Draw(m.rt, "changes") {
			changed[f.Key] = m.draw(f)
		}
	}
	m.check(m.d.Write(m.ctx, func(tx *db.Tx) error { return m.keeper.Apply(m.ctx, tx, m.actor, plan) }))
	ids := slices.Sorted(maps.Keys(m.records))
	m.check(m.d.Write(m.ctx, func(tx *db.Tx) error {
		if len(ids) > 0 {
			version, err := m.keeper.Update(m.ctx, tx, m.actor, m.all, m.def.ID, ids[0], m.seen[ids[0]], changed)
			if err != nil {
				return err
			}
			m.seen[ids[0]] = version
			maps.Copy(m.records[ids[0]], changed)
		}
		rec, err := m.keeper.Insert(m.ctx, tx, m.actor, m.all, m.def.ID, "east", values)
		m.records[rec.ID], m.seen[rec.ID] = values, 1
		return err
	}))
}

// compare reads everything back, one by one and as a sorted list.
func (m *model) compare() {
	m.rt.Helper()
	var page registers.Page
	m.check(m.d.Write(m.ctx, func(tx *db.Tx) (err error) {
		page, err = m.keeper.ListPersonal(m.ctx, tx, m.actor, m.all, access.Handling, m.def.ID, registers.Query{Order: registers.Sorted})
		return err
	}))
	if len(page.Records) != len(m.records) {
		m.rt.Fatalf("%d of %d records are listed", len(page.Records), len(m.records))
	}
	for _, rec := range page.Records {
		for _, f := range m.def.Fields {
			want := m.records[rec.ID][f.Key]
			if f.Hidden {
				want = nil
			}
			if got := rec.Values[f.Key]; got != want {
				m.rt.Fatalf("%s (%s) of version %d is %#v, want %#v", f.Key, f.Type, m.def.Version, got, want)
			}
		}
	}
}

// showAll names every field that there ever was.
func (m *model) showAll() {
	for _, key := range slices.Sorted(maps.Keys(m.gone)) {
		m.def.Fields = append(m.def.Fields, m.gone[key])
	}
	clear(m.gone)
	for i := range m.def.Fields {
		m.def.Fields[i].Hidden = false
	}
}
