// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/text"
)

// books is a register with two searchable texts, and somebody who reads all of it.
func (w world) books(t *testing.T) registers.Standing {
	t.Helper()
	w.apply(t, def(t, "r", 1, "list: {sort: name}", "key: name, type: text, searchable: true", "key: note, type: longtext, searchable: true"))
	return w.reader(t, "r")
}

func (w world) reader(t *testing.T, register string) registers.Standing {
	t.Helper()
	a := identity.NewActor("reader", "").Grant(registers.PermView, identity.Place{Unit: "province", Subtree: true})
	s, err := w.keeper.Stand(t.Context(), w.d, a, register)
	ok(t, err)
	return s
}

func asks(words string) registers.Ask {
	return registers.Ask{Where: []registers.Condition{{Field: "name", Op: registers.Has, Values: []string{words}}}}
}

// all is every record that a question finds, page by page, and how many are counted.
func found(t *testing.T, w world, k *registers.Keeper, s registers.Standing, ask registers.Ask) string {
	t.Helper()
	var names []string
	for ask.Limit = 7; ; {
		p, err := k.Find(t.Context(), w.d, s, ask)
		ok(t, err)
		for _, r := range p.Records {
			names = append(names, asText(r.Values["name"]))
		}
		if ask.After = p.Next; p.Next == "" {
			break
		}
	}
	n, _, err := k.Tally(t.Context(), w.d, s, ask, 10_000)
	ok(t, err)
	all, err := k.Facets(t.Context(), w.d, s, ask, 10_000)
	ok(t, err)
	return fmt.Sprintf("%d %d %s", n, all.Found, strings.Join(names, "|"))
}

// Whichever way words are looked for, the same records are found: by their
// beginnings, whatever is written, after every change.
func TestWordsAreFoundEitherWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.books(t)
		random := rand.New(rand.NewPCG(1, 2))
		parts := []string{"Huỳnh", "Quân", "quản", "Đỗ", "đồng", "007", "7", "70", "1e5", "12ab", "ab12c", "x", "xã", "AG-12/3", "3.5", "ខ្មែរ", "Ω", "http://a.b/c", "a@b.vn", "O'Neil", "2e"}
		some := func() string {
			words := make([]string, 1+random.IntN(4))
			for i := range words {
				words[i] = parts[random.IntN(len(parts))]
			}
			return strings.Join(words, " ")
		}
		var ids []string
		for range 150 {
			ids = append(ids, w.insert(t, "r", map[string]any{"name": some(), "note": some()}).ID)
		}
		s := w.reader(t, "r")
		by, plain := w.keeper.Glancing(1, 1_000_000), w.keeper.Glancing(1_000_000, 1)
		compare := func(when string) {
			t.Helper()
			for _, words := range append(slices.Clone(parts), "huy quan", "d 7", "a", "1", "12", "o neil x", "khong co") {
				if text.Fold(words) == "" {
					continue
				}
				for _, ask := range []registers.Ask{asks(words), {Where: asks(words).Where, By: "name", Down: true}, {Where: append(asks(words).Where, registers.Condition{Field: "note", Op: registers.Has, Values: []string{"x"}}), By: "name"}} {
					one, other := found(t, w, by, s, ask), found(t, w, plain, s, ask)
					if one != other {
						t.Errorf("%s, %q by %q: by the index %s\ncompared %s", when, words, ask.By, one, other)
					}
				}
			}
		}
		compare("at first")
		if got := found(t, w, by, s, asks("huynh")); !strings.Contains(got, "Huỳnh") {
			t.Errorf("nothing is found: %s", got)
		}
		for i, id := range ids {
			switch i % 3 {
			case 0:
				ok(t, w.update(t, "r", id, 1, map[string]any{"name": some()}))
			case 1:
				w.write(t, func(tx *db.Tx) error { return w.keeper.Hide(t.Context(), tx, w.actor, w.all, "r", id, 1) })
			}
		}
		compare("after changes")
	})
}

// crowded puts many records into the register r, quickly: every name has "sap",
// one in a hundred "hiem", one in ten of the later half "giua".
func (w world) crowded(t *testing.T, n int) {
	t.Helper()
	w.write(t, func(tx *db.Tx) error {
		for at := 0; at < n; at += 500 {
			var rows []string
			var args []any
			for i := at; i < at+500; i++ {
				name := fmt.Sprintf("sap %d", i)
				if i%100 == 0 {
					name += " hiem"
				}
				if i > n/2 && i%10 == 0 {
					name += " giua"
				}
				args = append(args, fmt.Sprintf("%08d", i), name, fmt.Sprintf("%08d", i))
				k := len(args)
				rows = append(rows, fmt.Sprintf(`($%d, 'east', 1, 'active', 0, 0, 'x', 'x', $%d, $%d, $%d)`, k-2, k-1, k-1, k))
			}
			if _, err := tx.Exec(t.Context(), `INSERT INTO reg_r (id, unit_id, version, state, created_at, updated_at, created_by, updated_by, f_name, f_name_folded, f_name_sort) VALUES `+
				strings.Join(rows, ", "), args...); err != nil {
				return err
			}
		}
		_, err := tx.Exec(t.Context(), `ANALYZE`)
		return err
	})
}

// Words that few records have are found by their index, those of most records by
// going down the list; nothing reads the table from end to end.
func TestWordsUseAnIndex(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		s := w.books(t)
		w.crowded(t, 20_000)
		for words, collected := range map[string]bool{"sap": false, "hiem": true, "sap 19876": true, "giua": true} {
			ask := asks(words)
			ask.By = "name"
			list, count, listArgs, countArgs, err := w.keeper.WordStatements(t.Context(), w.d, s, ask)
			ok(t, err)
			for _, x := range []struct {
				statement string
				args      []any
				counted   bool
			}{{list, listArgs, false}, {count, countArgs, true}} {
				plan := explain(t, w.d, x.statement, x.args)
				byIndex := strings.Contains(plan, "VIRTUAL TABLE INDEX") && strings.Contains(plan, "INTEGER PRIMARY KEY") || strings.Contains(plan, "Bitmap Index Scan on "+registers.WordTable(s.Definition))
				if byIndex != collected {
					t.Errorf("%q, counted %t: %s\n%s", words, x.counted, x.statement, plan)
				}
				if collected && (strings.Contains(plan, "SCAN reg_r") || strings.Contains(plan, "Seq Scan on reg_r")) {
					t.Errorf("%q reads all of it:\n%s", words, plan)
				}
			}
		}
	})
}

// A register that is older than the index of words gets it by a plan, with the same
// file; it is filled piece by piece, and again where it was stopped.
func TestOlderRegistersGetTheirWords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		s := w.books(t)
		w.write(t, func(tx *db.Tx) error {
			for _, statement := range registers.WithoutWords(s.Definition, tx.Dialect()) {
				if _, err := tx.Exec(t.Context(), statement); err != nil {
					return err
				}
			}
			return nil
		})
		w.crowded(t, 12_000)
		ask := asks("hiem")
		by := w.keeper.Glancing(1, 1_000_000)
		if n, _, err := by.Tally(t.Context(), w.d, s, ask, 10_000); n != 120 || err != nil {
			t.Errorf("without an index: %d %v", n, err)
		}
		same := def(t, "r", 1, "list: {sort: name}", "key: name, type: text, searchable: true", "key: note, type: longtext, searchable: true")
		p := w.plan(t, same)
		if p.Nothing() || len(p.Changes) != 1 || p.Changes[0].Kind != registers.AddIndex {
			t.Fatalf("%+v", p.Changes)
		}
		w.apply(t, same)
		if again := w.plan(t, same); !again.Nothing() {
			t.Errorf("again: %+v", again.Changes)
		}
		if n, _, err := by.Tally(t.Context(), w.d, s, ask, 10_000); n != 120 || err != nil {
			t.Errorf("with it: %d %v", n, err)
		}
		if w.d.Dialect() == db.Postgres {
			return
		}
		// As if it had been too large to be filled at once, and was stopped in a piece.
		w.write(t, func(tx *db.Tx) error {
			for _, q := range []string{`DELETE FROM ` + registers.WordTable(s.Definition) + ` WHERE rowid > 3000`, `UPDATE registers_words SET filled = 0`} {
				if _, err := tx.Exec(t.Context(), q); err != nil {
					return err
				}
			}
			return nil
		})
		ok(t, w.update(t, "r", "00011900", 1, map[string]any{"name": "sap khac"})) // has no words in the index yet
		pieces := 0
		for more := true; more; pieces++ {
			if n, _, err := by.Tally(t.Context(), w.d, s, ask, 10_000); n != 119 || err != nil {
				t.Errorf("after %d pieces: %d %v", pieces, n, err)
			}
			var err error
			more, err = w.keeper.FillWords(t.Context(), w.d)
			ok(t, err)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM `+registers.WordTable(s.Definition)+` WHERE `+registers.WordTable(s.Definition)+` MATCH 'hiem'`); n != 119 || pieces != 4 {
			t.Errorf("%d in the index after %d pieces", n, pieces)
		}
		ok(t, w.d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM reg_r WHERE id < '00000500'`)
			return err
		}))
		if n, _, err := by.Tally(t.Context(), w.d, s, ask, 10_000); n != 114 || err != nil {
			t.Errorf("after rows are gone: %d %v", n, err)
		}
	})
}
