// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/platform/db"
)

// seen is the naive filter: whether an actor of the test may see a case.
func seen(a identity.Actor, d search.Doc) bool {
	under := map[string][]orgs.ID{"province": {"province", "ward-1", "office-1", "ward-2"}, "ward-1": {"ward-1", "office-1"}, "ward-2": {"ward-2"}, "office-1": {"office-1"}}
	for _, p := range []identity.Permission{view, own} {
		places, _ := a.Places(p)
		for _, at := range places {
			thing, single := strings.CutPrefix(at.Unit, "=")
			switch {
			case single && thing == d.ID,
				at.Unit == "" && a.Person != "" && slices.Contains(d.People, a.Person),
				!at.Subtree && slices.Contains(d.Units, orgs.ID(at.Unit)),
				at.Subtree && slices.ContainsFunc(d.Units, func(u orgs.ID) bool { return slices.Contains(under[at.Unit], u) }):
				return true
			}
		}
	}
	return false
}

// TestScopeIsThatOfANaiveFilter asks many questions as many people and compares
// hits, counts, filters, suggestions and corrections with what a plain loop over
// all documents says.
func TestScopeIsThatOfANaiveFilter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		units, names := []orgs.ID{"ward-1", "office-1", "ward-2", "province"}, []string{"khai sinh", "khai tử", "kết hôn", "đất đai", "mật danh"}
		for i := range 60 {
			id := fmt.Sprintf("case-%03d", i)
			d := search.Doc{
				ID: id, Title: i18n.Text{VI: "Đăng ký " + names[i%len(names)]}, Line: i18n.Text{VI: "Trần Thị " + names[i*7%len(names)]}, Codes: []string{"MS-" + strconv.Itoa(i)},
				Units: []orgs.ID{units[i%4]}, People: []string{"p-" + strconv.Itoa(i%6)}, Closed: i%5 == 0,
				Values: []search.Value{{Facet: "field", Value: "f" + strconv.Itoa(i%3)}},
			}
			if i%3 == 0 {
				d.Units = append(d.Units, units[(i+1)%4])
			}
			w.docs["case"][id] = d
		}
		w.run(t)
		actors := []identity.Actor{
			official("ward-1", false), official("ward-1", true), official("ward-2", false), official("province", true), official("office-1", false),
			citizen("p-1"), citizen("p-4"), citizen("nobody"),
			{},
			identity.NewActor("x", "y"),
			official("ward-2", false).Grant(view, identity.Place{Unit: "=case-001"}),
			official("ward-2", false).Grant(own, identity.Place{}),
			citizen("").Grant(view, identity.Place{Unit: "nowhere", Subtree: true}),
		}
		rapid.Check(t, func(r *rapid.T) {
			a := rapid.SampledFrom(actors).Draw(r, "actor")
			word := rapid.SampledFrom([]string{"dang ky", "khai", "mat danh", "tran", "sinh", "MS-7", "mat dnah", "dat"}).Draw(r, "word")
			field := rapid.SampledFrom([]string{"", "f0", "f1", "gone"}).Draw(r, "field")
			ask := search.Ask{Question: word, Kind: "case", Limit: 1000, Typing: rapid.Bool().Draw(r, "typing")}
			if field != "" {
				ask.Values = map[string]string{"field": field}
			}
			got, err := w.Find(t.Context(), a, ask)
			if err != nil {
				r.Fatal(err)
			}
			var may int
			for _, d := range w.docs["case"] {
				if seen(a, d) {
					may++
				}
			}
			for _, h := range got.Items {
				d := w.docs["case"][h.ID]
				if h.Kind.Name == "case" && !seen(a, d) {
					r.Fatalf("%s is shown to %v who may not see it", h.ID, a.Account)
				}
				if field != "" && h.Kind.Name == "case" && d.Values[0].Value != field {
					r.Fatalf("%s has not %s", h.ID, field)
				}
			}
			folded := map[string]string{"dang ky": "Đăng ký", "khai": "khai", "mat danh": "mật danh", "tran": "Trần", "sinh": "sinh", "dat": "đất"}
			want := 0
			for _, d := range w.docs["case"] {
				if said := folded[word]; said != "" && strings.Contains(d.Title.VI+" "+d.Line.VI, said) && seen(a, d) && (field == "" || d.Values[0].Value == field) {
					want++
				}
			}
			count := 0
			for _, k := range got.Kinds {
				if k.Kind.Name == "case" {
					count = k.N
				}
			}
			if folded[word] != "" && (len(got.Items) != want && !ask.Typing || count != want && !ask.Typing || count < want) {
				r.Fatalf("%q as %s: %d hits, count %d, want %d", word, a.Account, len(got.Items), count, want)
			}
			sum := 0
			for _, f := range got.Facets {
				for _, c := range f.Counts {
					sum += c.N
				}
			}
			if sum != count || count > may {
				r.Fatalf("filters count %d of %d, %d may be seen", sum, count, may)
			}
			if got.Meant != "" && len(got.Items) == 0 && count == 0 {
				found := false
				for _, k := range got.Kinds {
					found = found || k.N > 0
				}
				if !found {
					r.Fatalf("%q is offered to %s who can find nothing of it", got.Meant, a.Account)
				}
			}
		})
		if got := w.find(t, citizen("nobody"), search.Ask{Question: "mat dnah"}); got.Meant != "" || len(got.Kinds) > 0 {
			t.Errorf("a correction tells of what is out of scope: %+v", got)
		}
	})
}

func TestChangesArrive(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.run(t)
		clerk := official("ward-1", false)
		w.put(t, "c1", search.Doc{Title: i18n.Text{VI: "Khai sinh"}, Units: []orgs.ID{"ward-1"}})
		if got := w.find(t, clerk, search.Ask{Question: "khai sinh", Kind: "case"}); len(got.Items) != 0 {
			t.Error("before it was read")
		}
		w.run(t)
		if got := w.find(t, clerk, search.Ask{Question: "khai sinh", Kind: "case"}); !slices.Equal(ids(got), []string{"c1"}) {
			t.Errorf("after: %v", ids(got))
		}
		w.put(t, "c1", search.Doc{Title: i18n.Text{VI: "Kết hôn"}, Units: []orgs.ID{"ward-2"}})
		w.run(t)
		if got := w.find(t, clerk, search.Ask{Question: "ket hon", Kind: "case"}); len(got.Items) != 0 {
			t.Error("who has lost it still finds it")
		}
		if got := w.find(t, official("ward-2", false), search.Ask{Question: "khai sinh", Kind: "case"}); len(got.Items) != 0 {
			t.Error("found by old words")
		}
		delete(w.docs["case"], "c1")
		w.write(t, func(tx *db.Tx) error { return search.Mark(t.Context(), tx, "case", "c1") })
		delete(w.docs["procedure"], "khai-tu")
		w.docs["procedure"]["moi"] = search.Doc{Title: i18n.Text{VI: "Thủ tục mới tinh"}}
		w.stamp++
		w.run(t)
		if got := w.find(t, official("ward-2", false), search.Ask{Question: "ket hon", Kind: "case"}); len(got.Items) != 0 {
			t.Error("it is gone and found")
		}
		if got := w.find(t, clerk, search.Ask{Question: "moi tinh"}); !slices.Equal(ids(got), []string{"moi"}) {
			t.Errorf("a new stamp: %v", ids(got))
		}
		if got := w.find(t, clerk, search.Ask{Question: `"khai tu"`}); len(got.Items) != 0 {
			t.Errorf("what left its source: %v", ids(got))
		}
		// What a transaction takes back was never marked.
		refused := errors.New("no")
		if err := w.d.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(search.Mark(t.Context(), tx, "case", "c9"), refused)
		}); !errors.Is(err, refused) {
			t.Fatal(err)
		}
		if h, err := w.Health(t.Context()); err != nil || h.Waiting != 0 {
			t.Errorf("%+v %v", h, err)
		}
	})
}

// TestOneThatFailsHoldsNobodyUp: its module cannot say what has changed.
func TestOneThatFailsHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.run(t)
		w.broken = "bad"
		w.put(t, "bad", search.Doc{Title: i18n.Text{VI: "Hỏng"}, Units: []orgs.ID{"ward-1"}})
		w.put(t, "good", search.Doc{Title: i18n.Text{VI: "Lành lặn"}, Units: []orgs.ID{"ward-1"}})
		for range 20 {
			_, _ = w.Step(t.Context())
		}
		if got := w.find(t, official("ward-1", false), search.Ask{Question: "lanh lan"}); !slices.Equal(ids(got), []string{"good"}) {
			t.Errorf("got %v", ids(got))
		}
		if h, err := w.Health(t.Context()); err != nil || h.Failed != 1 || h.Waiting != 0 {
			t.Errorf("%+v %v", h, err)
		}
		w.broken = ""
		w.write(t, func(tx *db.Tx) error { return search.Retry(t.Context(), tx) })
		w.run(t)
		if got := w.find(t, official("ward-1", false), search.Ask{Question: "hong"}); !slices.Equal(ids(got), []string{"bad"}) {
			t.Errorf("after it was mended: %v", ids(got))
		}
	})
}

// TestARebuildIsNotNoticed: it answers all the time, catches what changes
// meanwhile, and goes on after a crash where it was.
func TestARebuildIsNotNoticed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for i := range 700 {
			w.docs["case"][fmt.Sprintf("case-%04d", i)] = search.Doc{Title: i18n.Text{VI: "Khai sinh số " + strconv.Itoa(i)}, Units: []orgs.ID{"ward-1"}}
		}
		w.run(t)
		clerk := official("ward-1", false)
		w.docs["case"]["case-0001"] = search.Doc{Title: i18n.Text{VI: "Đã đổi mà không ai đánh dấu"}, Units: []orgs.ID{"ward-1"}}
		w.write(t, func(tx *db.Tx) error { return w.Rebuild(t.Context(), tx) })
		step := func() {
			if _, err := w.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		step()
		step()
		if h, err := w.Health(t.Context()); err != nil || !h.Building || h.First || h.Done == 0 || h.Done >= h.Total || h.Percent() == 0 {
			t.Fatalf("in the middle: %+v %v", h, err)
		}
		if got := w.find(t, clerk, search.Ask{Question: "khai sinh so 600", Kind: "case"}); len(got.Items) != 1 {
			t.Errorf("while it is rebuilt: %v", ids(got))
		}
		w.put(t, "case-0002", search.Doc{Title: i18n.Text{VI: "Đổi giữa chừng"}, Units: []orgs.ID{"ward-1"}}) // was written already
		w.put(t, "case-0650", search.Doc{Title: i18n.Text{VI: "Đổi trước khi tới"}, Units: []orgs.ID{"ward-1"}})
		w.put(t, "case-0000a", search.Doc{Title: i18n.Text{VI: "Mới giữa chừng"}, Units: []orgs.ID{"ward-1"}})
		delete(w.docs["case"], "case-0003")
		w.write(t, func(tx *db.Tx) error { return search.Mark(t.Context(), tx, "case", "case-0003") })
		w.docs["procedure"]["moi"] = search.Doc{Title: i18n.Text{VI: "Thủ tục ra đời giữa chừng"}}
		w.stamp++
		loaded := w.loaded

		// A crash in the middle of a batch: the transaction is gone, the next server goes on.
		w.whileLoad = func(string, []string) { panic("killed") }
		func() {
			defer func() { _ = recover() }()
			_, _ = w.Step(t.Context())
		}()
		w.whileLoad = nil
		again := search.New(w.d)
		again.Declare(w.Kinds()...)
		w.Index = again
		w.run(t)
		if n := w.loaded - loaded; n > 2200 {
			t.Errorf("%d were loaded again: it began anew", n)
		}
		for asked, want := range map[string]string{
			"doi giua chung": "case-0002", "doi truoc khi toi": "case-0650", `"moi giua chung"`: "case-0000a", "ra doi giua chung": "moi",
			"khong ai danh dau": "case-0001", `"khai sinh so 3"`: "", `"khai sinh so 2"`: "",
		} {
			got := w.find(t, clerk, search.Ask{Question: asked})
			if want == "" && len(got.Items) > 0 && !got.Loose && got.Meant == "" || want != "" && (len(got.Items) == 0 || got.Items[0].ID != want) {
				t.Errorf("%s: %v", asked, ids(got))
			}
		}
		h, err := w.Health(t.Context())
		if err != nil || h.Building || h.Waiting != 0 || h.Kinds[1].Index != h.Kinds[1].Source || h.Kinds[0].Index != h.Kinds[0].Source {
			t.Errorf("at the end: %+v %v", h, err)
		}
		// The old half is emptied once nobody reads it: what was erased is gone there too.
		w.c.Advance(60_000_000_000)
		w.run(t)
		var left int
		if err := w.d.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM search_docs_a) * (SELECT COUNT(*) FROM search_docs_b)`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d, %v", left, err)
		}
	})
}

func TestCheckFindsAndMends(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for i := range 40 {
			w.docs["case"][fmt.Sprintf("case-%04d", i)] = search.Doc{Title: i18n.Text{VI: "Khai sinh"}, Units: []orgs.ID{"ward-1"}}
		}
		w.run(t)
		if c, err := w.Check(t.Context()); err != nil || len(c.Differences) != 0 || c.Looked != 46 {
			t.Errorf("nothing differs: %+v %v", c, err)
		}
		w.docs["case"]["case-0007"] = search.Doc{Title: i18n.Text{VI: "Đã khác"}, Units: []orgs.ID{"ward-1"}}
		delete(w.docs["case"], "case-0008")
		w.docs["case"]["case-0100"] = search.Doc{Title: i18n.Text{VI: "Bị sót"}, Units: []orgs.ID{"ward-1"}}
		c, err := w.Check(t.Context())
		if err != nil || len(c.Differences) != 3 {
			t.Fatalf("%+v %v", c.Differences, err)
		}
		w.run(t)
		if c, err := w.Check(t.Context()); err != nil || len(c.Differences) != 0 {
			t.Errorf("after mending: %+v %v", c, err)
		}
	})
}

// TestNumbersOfPersons are compared by hash, in scope, and lead to no word.
func TestNumbersOfPersons(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.docs["case"]["c1"] = search.Doc{Title: i18n.Text{VI: "Khai sinh"}, Codes: []string{"000.11.22.333-260101-0001"}, Units: []orgs.ID{"ward-1"}, People: []string{"p-mai"}}
		w.docs["case"]["c2"] = search.Doc{Title: i18n.Text{VI: "Khai tử"}, Units: []orgs.ID{"ward-2"}, People: []string{"p-mai"}}
		w.numbers["089199000123"] = []string{"p-mai"}
		w.run(t)
		for _, tt := range []struct {
			asked string
			who   identity.Actor
			want  []string
		}{
			{"089199000123", official("ward-1", false), []string{"c1"}},
			{"089199000123", official("ward-2", false), []string{"c2"}},
			{"089199000123", identity.Actor{}, nil},
			{"089199000123", citizen("p-other"), nil},
			{"089199000124", official("ward-1", false), nil},
			{"000.11.22.333-260101-0001", official("ward-1", false), []string{"c1"}},
			{"000.11.22.333-260101-0001", official("ward-2", false), nil},
		} {
			if got := w.find(t, tt.who, search.Ask{Question: tt.asked}); !got.Personal || !slices.Equal(ids(got), tt.want) {
				t.Errorf("%s as %s: %v", tt.asked, tt.who.Account, ids(got))
			}
		}
	})
}

func TestSuggestionsNameNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.docs["case"]["c1"] = search.Doc{Title: i18n.Text{VI: "Khai sinh"}, Line: i18n.Text{VI: "Trần Thị Mai"}, Units: []orgs.ID{"ward-1"}}
		w.run(t)
		got := w.find(t, official("ward-1", false), search.Ask{Question: "khai s", Kind: "case", Typing: true})
		if len(got.Items) != 1 || got.Items[0].Line.VI != "" || len(w.shown) != 0 {
			t.Errorf("%+v, recorded %v", got.Items, w.shown)
		}
		if got = w.find(t, official("ward-1", false), search.Ask{Question: "khai sinh", Kind: "case"}); got.Items[0].Line.VI == "" || !slices.Equal(w.shown, []string{"c1"}) {
			t.Errorf("%+v, recorded %v", got.Items, w.shown)
		}
	})
}

// TestWrongInput: nothing that is typed is an error, and nothing is an operator.
func TestWrongInput(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.run(t)
		for _, asked := range []string{
			strings.Repeat("khai sinh ", 5000), strings.Repeat("a", 100000), "'; DROP TABLE search_docs_a; --", `" OR 1=1`, `"khai`, `khai" "sinh`, "khai AND NOT sinh",
			"NEAR(khai sinh, 2)", "title:khai", "{tags} : x", "khai*", "^khai", "khai:*", "!khai & (sinh | tu)", "khai <-> sinh", "_kprocedure", "\x00\xff", "\\", "%_%",
			"´ˆ˜", "🙂", "١٢٣", "漢字 ひらがな", "-khai", "+", "''", `'\''`, "ǅ ß ﬁ",
		} {
			for _, typing := range []bool{false, true} {
				if _, err := w.Find(t.Context(), official("ward-1", true), search.Ask{Question: asked, Typing: typing, Kind: "x'y", Values: map[string]string{"a'b": `c"d`}}); err != nil {
					t.Errorf("%.40q: %v", asked, err)
				}
			}
		}
	})
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"khai sinh", `"a b`, "'", `\`, "x:*", "NEAR(", "1.001193", "\xf0\x9f", "a_b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, asked string) {
		once := search.Asked(asked)
		if search.Asked(once) != once || len([]rune(once)) > 200 {
			t.Errorf("%q is read as %q", asked, once)
		}
		for _, q := range search.Written(asked) {
			if strings.Count(q, `"`)%2 != 0 && strings.Contains(q, `"`) || strings.ContainsAny(q, "\\\x00") {
				t.Errorf("%q is asked as %s", asked, q)
			}
		}
		joined := ""
		for _, p := range search.Highlight(asked, []string{"khai"}) {
			joined += p.Text
		}
		if joined != strings.Join(strings.Fields(asked), " ") {
			t.Errorf("%q is shown as %q", asked, joined)
		}
	})
}
