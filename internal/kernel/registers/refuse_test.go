// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What would lose or refuse a value is refused, with the records in the way.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const (
		name  = "key: name, type: text, max: 50"
		area  = "key: area, type: decimal, scale: 2, max: 1000000"
		class = "key: class, type: choice, options: [{value: one, label: Một}, {value: two, label: Hai}]"
		born  = "key: born, type: date"
		large = "key: large, type: decimal, scale: 0"
	)
	swap := func(old, text string) []string {
		all := []string{name, area, class, born, large}
		for i := range all {
			if all[i] == old {
				all[i] = text
			}
		}
		return all
	}
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "r", 1, "list: {sort: name}", name, area, class, born, large))
		long := w.insert(t, "r", map[string]any{"name": strings.Repeat("ư", 30), "area": "999999.25", "class": "one", "large": "9007199254740991"})
		short := w.insert(t, "r", map[string]any{"name": "Ấp", "area": "1.5", "class": "two", "born": "2026-01-31"})
		twin := w.insert(t, "r", map[string]any{"name": "Ấp", "area": "1.5", "class": "two", "born": "2026-01-31"})
		for _, tt := range []struct {
			what   string
			rest   string
			fields []string
			reason string
			rows   []string
		}{
			{"shorter", "", swap(name, "key: name, type: text, max: 20"), "narrower", []string{long.ID}},
			{"shorter, nobody in the way", "", swap(name, "key: name, type: text, max: 49"), "narrower", nil},
			{"smaller", "", swap(area, "key: area, type: decimal, scale: 2, max: 500000"), "narrower", []string{long.ID}},
			{"fewer digits", "", swap(area, "key: area, type: decimal, scale: 1, max: 1000000"), "narrower", []string{long.ID}},
			{"too large to rescale", "", swap(large, "key: large, type: decimal, scale: 1"), "too_large", []string{long.ID}},
			{"fewer options", "", swap(class, "key: class, type: choice, options: [{value: one, label: Một}]"), "option_gone", []string{short.ID, twin.ID}},
			{"another type", "", swap(born, "key: born, type: text"), "type", []string{short.ID, twin.ID}},
			{"required", "", swap(born, "key: born, type: date, required: true"), "required", []string{long.ID}},
			{"unique", "", swap(born, "key: born, type: date, unique: true"), "duplicates", []string{short.ID, twin.ID}},
			{"key", "key: [name, area]", []string{name + ", required: true", area + ", required: true", class, born, large}, "duplicates", []string{short.ID, twin.ID}},
		} {
			p := w.plan(t, def(t, "r", 2, tt.rest, tt.fields...))
			refused := p.Refusals()
			if len(refused) != 1 || refused[0].Reason != "registers.reason."+tt.reason || int(refused[0].RowCount) != len(tt.rows) ||
				strings.Join(refused[0].Rows, " ") != strings.Join(tt.rows, " ") {
				t.Errorf("%s: got %+v", tt.what, refused)
				continue
			}
			err := w.d.Write(t.Context(), func(tx *db.Tx) error { return w.keeper.Apply(t.Context(), tx, w.actor, p) })
			if !errors.Is(err, registers.ErrRefused) {
				t.Errorf("%s was applied: %v", tt.what, err)
			}
			if said := p.Text(printer(t, i18n.VI)); !strings.Contains(said, "TỪ CHỐI") || strings.Contains(said, "registers.") {
				t.Errorf("%s: the operator reads %s", tt.what, said)
			}
		}
		if n := w.count(t, `SELECT MAX(version) FROM registers_definitions`); n != 1 {
			t.Errorf("version %d is in force", n)
		}
	})
}

func TestVersionsAndTablesOfOthers(t *testing.T) {
	t.Parallel()
	const a, b = "key: a, type: text", "key: b, type: text"
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "so-mot", 3, "", a))
		w.write(t, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `CREATE TABLE reg_foreign (id TEXT)`)
			return err
		})
		for reason, d := range map[string]registers.Definition{
			"same_version":   def(t, "so-mot", 3, "", a, b),
			"older_version":  def(t, "so-mot", 2, "", a, b),
			"table_of_other": def(t, "so_mot", 1, "", a), // the same table name
			"table_exists":   def(t, "foreign", 1, "", a),
		} {
			if got := w.plan(t, d).Refusals(); len(got) != 1 || got[0].Reason != "registers.reason."+reason {
				t.Errorf("%s: got %+v", reason, got)
			}
		}
		if p := w.plan(t, def(t, "so-mot", 3, "", a)); !p.Nothing() {
			t.Errorf("the same file again: %+v", p)
		}
		w.write(t, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `ALTER TABLE reg_so_mot ADD COLUMN f_b TEXT`)
			return err
		})
		if got := w.plan(t, def(t, "so-mot", 4, "", a, b)).Refusals(); len(got) != 1 || got[0].Reason != "registers.reason.column_exists" {
			t.Errorf("a column somebody made by hand: %+v", got)
		}
		w.write(t, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `ALTER TABLE reg_so_mot DROP COLUMN f_a`)
			return err
		})
		if got := w.plan(t, def(t, "so-mot", 4, "", a)).Refusals(); len(got) != 1 || got[0].Reason != "registers.reason.drift" || got[0].From != "f_a" {
			t.Errorf("a column somebody dropped: %+v", got)
		}
		bad := def(t, "x", 1, "", a)
		bad.Fields[0].Key = `a"; DROP TABLE orgs_units; --`
		bad.ID = `x"; DROP TABLE orgs_units; --`
		if _, err := w.keeper.Plan(t.Context(), w.d, bad); !errors.Is(err, registers.ErrMistakes) || errs.KindOf(err) != errs.Invalid {
			t.Errorf("a definition with mistakes was planned: %v", err)
		}
		for _, id := range []string{`so-mot'; DROP TABLE orgs_units; --`, "reg_so_mot", ""} {
			if _, err := w.keeper.List(t.Context(), w.d, w.all, id, registers.Query{}); !errors.Is(err, registers.ErrUnknown) {
				t.Errorf("register %q: %v", id, err)
			}
		}
		if w.count(t, `SELECT COUNT(*) FROM orgs_units`) != 4 {
			t.Error("units are gone")
		}
	})
}
