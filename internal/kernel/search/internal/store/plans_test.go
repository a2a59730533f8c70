// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// TestPlans looks at how both databases answer on 20,000 documents: by the list
// of the words, by numbers, never by reading all of them.
func TestPlans(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		const n, batch = 20000, 1000
		for from := 0; from < n; from += batch {
			rows := make([]Row, batch)
			for i := range rows {
				no := from + i
				rows[i] = Row{
					Kind: "case", Doc: fmt.Sprintf("c-%06d", no), Sum: "s", TitleVI: "Khai sinh", Title: "khai sinh", Words: []string{fmt.Sprintf("so %d ho %d", no, no%100)},
					Codes: []string{fmt.Sprintf("ma%d", no)}, Tags: []string{"_k", fmt.Sprintf("_u%d", no%50)}, Units: []string{fmt.Sprintf("u-%d", no%50)}, Persons: []string{fmt.Sprintf("p-%d", no)},
				}
			}
			if err := d.Write(t.Context(), func(tx *db.Tx) error { _, _, err := Put(t.Context(), tx, A, "case", rows); return err }); err != nil {
				t.Fatal(err)
			}
		}
		if d.Dialect() == db.Postgres { // which counts its tables by itself; SQLite does not
			if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), `ANALYZE`); return err }); err != nil {
				t.Fatal(err)
			}
		}
		scope, err := access.Require(identity.NewActor("a", "p").Grant("x.y", identity.Place{Unit: "u-7"}), "x.y")
		if err != nil {
			t.Fatal(err)
		}
		lite := d.Dialect() == db.SQLite
		rare := Match{Clauses: [][]Words{{{All: []string{"so"}}}, {{All: []string{"12345"}, Prefix: true}}}, Tags: []string{"_k"}}
		mine := Match{Clauses: [][]Words{{{All: []string{"khai", "sinh"}, Phrase: true}}}, Tags: []string{"_k"}, AnyTag: [][]string{{"_u7", "_u8"}}}
		begun := Match{Clauses: [][]Words{{{All: []string{"kha"}, Prefix: true}}}, Tags: []string{"_k"}}
		for _, tt := range []struct {
			name  string
			query func() (string, []any)
			uses  string
			rows  int
			other bool // only on PostgreSQL
		}{
			{"a rare word", func() (string, []any) { return newestQuery(d.Dialect(), A, rare, nil, 1001) }, d.Dialect().Pick("VIRTUAL TABLE INDEX", "Bitmap Index Scan on search_docs_a_words"), 1, false},
			{"in scope", func() (string, []any) { return newestQuery(d.Dialect(), A, mine, &scope, 1001) }, d.Dialect().Pick("INTEGER PRIMARY KEY", "Bitmap Index Scan on search_docs_a_words"), 400, false},
			{"the newest of a common word", func() (string, []any) { return withinQuery(A, mine, &scope, 12000, 20000, 50) }, "Bitmap Index Scan on search_docs_a_words", 50, true},
			{"of a word that goes on", func() (string, []any) { return withinQuery(A, begun, nil, 16384, 20000, 5000) }, "Bitmap Index Scan on search_docs_a_words", 3617, true},
			{"a code", func() (string, []any) { return codedQuery(d.Dialect(), A, "case", "ma777", &scope, 10) }, d.Dialect().Pick("sqlite_autoindex_search_codes_a", "search_codes_a_pkey"), 0, false},
		} {
			if tt.other && lite {
				continue
			}
			query, args := tt.query()
			plan := explain(t, d, query, args)
			if !strings.Contains(plan, tt.uses) || strings.Contains(plan, "Seq Scan on search_docs") || strings.Contains(plan, "SCAN d") {
				t.Errorf("%s: %s", tt.name, plan)
			}
			found, err := db.All(t.Context(), d, scanCandidate, query, args...)
			if err != nil || len(found) != tt.rows {
				t.Errorf("%s: %d %v", tt.name, len(found), err)
			}
			for i := 1; i < len(found); i++ {
				if found[i].Num >= found[i-1].Num {
					t.Errorf("%s: not the newest first", tt.name)
				}
			}
		}
	})
}

func explain(t *testing.T, d *db.DB, query string, args []any) string {
	t.Helper()
	return strings.Join(dbtest.Plan(t, d, query, args...), "\n")
}

// TestPutTakesWhatDiffers is the conformance of the two ways words are kept.
func TestPutTakesWhatDiffers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		put := func(rows ...Row) (n int) {
			t.Helper()
			if err := d.Write(t.Context(), func(tx *db.Tx) (err error) { n, _, err = Put(t.Context(), tx, B, "k", rows); return err }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		find := func(w Words) (docs []string) {
			t.Helper()
			found, err := Newest(t.Context(), d, B, Match{Clauses: [][]Words{{w}}}, nil, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range found {
				docs = append(docs, c.Doc)
			}
			return docs
		}
		one := Row{Kind: "k", Doc: "1", Sum: "a", Title: "khai sinh", Words: []string{"ho tich", "so 5"}}
		if n := put(one, Row{Kind: "k", Doc: "2", Sum: "b", Title: "sinh khai"}); n != 2 {
			t.Errorf("%d written", n)
		}
		if n := put(one); n != 0 {
			t.Errorf("the same: %d written", n)
		}
		for _, tt := range []struct {
			w    Words
			want string
		}{
			{Words{All: []string{"khai", "sinh"}}, "2 1"},
			{Words{All: []string{"khai", "sinh"}, Phrase: true}, "1"},
			{Words{All: []string{"sinh", "ho"}, Phrase: true}, ""},
			{Words{All: []string{"tich", "so"}, Phrase: true}, ""},
			{Words{All: []string{"tic"}, Prefix: true}, "1"},
			{Words{All: []string{"tic"}}, ""},
			{Words{All: []string{"khai", "sin"}, Phrase: true, Prefix: true}, "1"},
		} {
			if got := strings.Join(find(tt.w), " "); got != tt.want {
				t.Errorf("%+v finds %q, want %q", tt.w, got, tt.want)
			}
		}
		one.Sum, one.Title, one.Words = "c", "ket hon", nil
		if n := put(one); n != 1 || len(find(Words{All: []string{"tich"}})) != 0 || len(find(Words{All: []string{"hon"}})) != 1 {
			t.Errorf("changed: %d", n)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return Remove(t.Context(), tx, B, "k", []string{"1", "x"}) }); err != nil || len(find(Words{All: []string{"hon"}})) != 0 {
			t.Errorf("removed: %v", err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return Clear(t.Context(), tx, B) }); err != nil || len(find(Words{All: []string{"khai"}})) != 0 {
			t.Errorf("cleared: %v", err)
		}
	})
}
