// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

const (
	view identity.Permission = "case.view"
	own  identity.Permission = "case.own"
)

func migrations() []db.Migrations {
	return []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), search.Migrations()}
}

// world is two kinds whose source is a map that tests change.
type world struct {
	*search.Index
	d         *db.DB
	c         *dbtest.Clock
	docs      map[string]map[string]search.Doc
	stamp     int
	broken    string // id that cannot be loaded
	shown     []string
	numbers   map[string][]string // number → ids of persons
	loaded    int
	whileLoad func(kind string, ids []string)
}

func (w *world) kind(name string) search.Kind {
	return search.Kind{
		Name: name, Label: "x." + name, Version: 1,
		Facets: []search.Facet{{Name: "field", Label: "x.field"}},
		Path:   func(_ identity.Actor, id string) string { return "/" + name + "/" + id },
		List: func(_ context.Context, _ db.Querier, after string, limit int) (ids []string, _ error) {
			for id := range w.docs[name] {
				if id > after {
					ids = append(ids, id)
				}
			}
			slices.Sort(ids)
			return ids[:min(limit, len(ids))], nil
		},
		Load: func(_ context.Context, _ db.Querier, ids []string) (docs []search.Doc, _ error) {
			for _, id := range ids {
				if id == w.broken {
					return nil, errors.New("broken")
				}
				if d, ok := w.docs[name][id]; ok {
					d.ID = id
					docs = append(docs, d)
				}
			}
			w.loaded += len(ids)
			if w.whileLoad != nil {
				w.whileLoad(name, ids)
			}
			return docs, nil
		},
		Count: func(context.Context, db.Querier) (int64, error) { return int64(len(w.docs[name])), nil },
	}
}

// each runs f over a world with an index that was built: procedures that all
// may find, and cases of the units of a province.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{Index: search.New(d), d: d, c: c, docs: map[string]map[string]search.Doc{"procedure": procedures(), "case": {}}, numbers: map[string][]string{}}
		public := w.kind("procedure")
		public.Loose, public.Weight = true, 10
		public.Stamp = func(context.Context, db.Querier) (string, error) { return strconv.Itoa(w.stamp), nil }
		cases := w.kind("case")
		cases.Permissions = []identity.Permission{view, own}
		cases.Shown = func(_ context.Context, _ identity.Actor, ids []string) error {
			w.shown = append(w.shown, ids...)
			return nil
		}
		w.Persons = func(_ context.Context, _ db.Querier, asked string) ([]string, error) { return w.numbers[asked], nil }
		w.Declare(public, cases)
		w.write(t, func(tx *db.Tx) error {
			var units []orgs.Unit
			for _, u := range [][2]orgs.ID{{"province", ""}, {"ward-1", "province"}, {"office-1", "ward-1"}, {"ward-2", "province"}} {
				units = append(units, orgs.Unit{ID: u[0], Parent: u[1], Kind: orgs.Ward, Name: i18n.Text{VI: string(u[0])}})
			}
			_, err := orgs.Apply(t.Context(), tx, units)
			return err
		})
		f(t, w)
	})
}

func (w *world) write(t *testing.T, f func(tx *db.Tx) error) {
	t.Helper()
	if err := w.d.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// run lets the index do all there is to do.
func (w *world) run(t *testing.T) {
	t.Helper()
	w.c.Advance(3_000_000_000)
	for range 1000 {
		more, err := w.Step(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return
		}
	}
	t.Fatal("never ends")
}

// put changes a case and marks it, as a module does.
func (w *world) put(t *testing.T, id string, d search.Doc) {
	t.Helper()
	w.docs["case"][id] = d
	w.write(t, func(tx *db.Tx) error { return search.Mark(t.Context(), tx, "case", id) })
}

func (w *world) find(t *testing.T, a identity.Actor, ask search.Ask) search.Answer {
	t.Helper()
	found, err := w.Find(t.Context(), a, ask)
	if err != nil {
		t.Fatalf("%+v: %v", ask, err)
	}
	return found
}

func ids(a search.Answer) (all []string) {
	for _, h := range a.Items {
		all = append(all, h.ID)
	}
	return all
}

func official(unit string, subtree bool) identity.Actor {
	return identity.NewActor("a-"+unit, "p-"+unit).Grant(view, identity.Place{Unit: unit, Subtree: subtree})
}

func citizen(person string) identity.Actor {
	return identity.NewActor("c-"+person, person).Grant(own, identity.Place{})
}

func doc(vi, en string, words ...string) search.Doc {
	return search.Doc{Title: i18n.Text{VI: vi, EN: en}, Words: words}
}

func procedures() map[string]search.Doc {
	all := map[string]search.Doc{
		"khai-sinh":   doc("Đăng ký khai sinh", "Birth registration", "giấy khai sinh", "thủ tục"),
		"khai-tu":     doc("Đăng ký khai tử", "Death registration", "giấy chứng tử", "thủ tục"),
		"ket-hon":     doc("Đăng ký kết hôn", "Marriage registration", "cưới", "thủ tục"),
		"dat-lan-dau": doc("Cấp giấy chứng nhận quyền sử dụng đất lần đầu", "", "thủ tục"),
		"sang-ten":    doc("Đăng ký biến động đất đai", "", "sang tên sổ đỏ", "thủ tục"),
		"ma":          doc("Cấp giấy chứng tử mả", ""),
	}
	for id, d := range all {
		d.Values = []search.Value{{Facet: "field", Value: map[bool]string{true: "dat-dai", false: "ho-tich"}[id == "dat-lan-dau" || id == "sang-ten"]}}
		d.Codes = []string{"1.00" + strconv.Itoa(1000+len(id))}
		all[id] = d
	}
	return all
}

func TestQuestionsAreUnderstood(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.write(t, func(tx *db.Tx) error {
			changed, err := search.Apply(t.Context(), tx, search.Synonyms{
				Same:  [][]string{{"GCNQSDĐ", "giấy chứng nhận quyền sử dụng đất", "sổ đỏ"}},
				Now:   []search.Renamed{{Old: "Đăng bộ đất", New: []string{"biến động đất đai"}}},
				Stops: []string{"tôi", "muốn", "làm thế nào"},
			})
			return cmp.Or(err, map[bool]error{false: errors.New("nothing changed")}[changed])
		})
		w.run(t)
		for _, tt := range []struct {
			asked       string
			first       string
			n           int // 0: at least one
			meant       string
			loose       bool
			withoutThem bool
		}{
			{asked: "khai sinh", first: "khai-sinh", n: 1},
			{asked: "KHAI SINH", first: "khai-sinh", n: 1},
			{asked: "Đăng ký khai sinh", first: "khai-sinh", n: 1},
			{asked: "birth", first: "khai-sinh", n: 1},
			{asked: "dang ky", first: "khai-tu", n: 4},
			{asked: "đăng ký kết hôn", first: "ket-hon", n: 1},
			{asked: "thu tuc khai snih", first: "khai-sinh", n: 1, meant: "thu tuc khai sinh"},
			{asked: "thủ tục khai tuwr", first: "khai-tu", n: 1, meant: "thủ tục khai tử"},
			{asked: "khai tu73", first: "khai-tu", n: 1, meant: "khai tử"},
			{asked: "khaisinh", first: "khai-sinh", n: 1, meant: "khai sinh"},
			{asked: "kha i sinh", first: "khai-sinh", n: 1, meant: "khai sinh"},
			{asked: "marriag", first: "ket-hon", n: 1, meant: "marriage"},
			{asked: "GCNQSDĐ", first: "dat-lan-dau", n: 2},
			{asked: "so do", first: "dat-lan-dau", n: 2},
			{asked: "đăng bộ đất", first: "sang-ten", n: 1},
			{asked: `"quyền sử dụng"`, first: "dat-lan-dau", n: 1},
			{asked: `"dụng quyền sử"`, withoutThem: true},
			{asked: "tôi muốn sang tên", first: "sang-ten", n: 1},
			{asked: "tôi muốn sang tên mảnh ruộng", first: "sang-ten", loose: true},
			{asked: "1.001009", first: "khai-sinh", n: 1},
			{asked: "zzzzzz qqqqqq", withoutThem: true},
			{asked: "", withoutThem: true},
			{asked: "!!! ??? ´´´ ,,,", withoutThem: true},
		} {
			got := w.find(t, identity.Actor{}, search.Ask{Question: tt.asked})
			switch {
			case tt.withoutThem && len(got.Items) > 0:
				t.Errorf("%q finds %v", tt.asked, ids(got))
			case tt.withoutThem:
			case len(got.Items) == 0 || got.Items[0].ID != tt.first || tt.n > 0 && len(got.Items) != tt.n:
				t.Errorf("%q finds %v", tt.asked, ids(got))
			}
			if got.Meant != tt.meant || got.Loose != tt.loose {
				t.Errorf("%q: meant %q, loose %v", tt.asked, got.Meant, got.Loose)
			}
		}
		if got := w.find(t, identity.Actor{}, search.Ask{Question: "dang ky khai si", Typing: true}); !slices.Equal(ids(got), []string{"khai-sinh"}) {
			t.Errorf("while typing: %v", ids(got))
		}
		if got := w.find(t, identity.Actor{}, search.Ask{Question: "mả"}); len(got.Items) == 0 || got.Items[0].ID != "ma" {
			t.Errorf("marks: %v", ids(got))
		}
		got := w.find(t, identity.Actor{}, search.Ask{Question: "dang ky", Kind: "procedure", Values: map[string]string{"field": "dat-dai"}})
		if !slices.Equal(ids(got), []string{"sang-ten"}) || len(got.Facets) != 1 || got.Facets[0].Counts[0].N != 1 || !got.Facets[0].Counts[0].Chosen {
			t.Errorf("filter: %v %+v", ids(got), got.Facets)
		}
	})
}

func TestEveryPageIsReachedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for i := range 55 {
			w.docs["case"]["case-"+strconv.Itoa(100+i)] = search.Doc{Title: i18n.Text{VI: "Khai sinh"}, Units: []orgs.ID{"ward-1"}, Closed: i%3 == 0}
		}
		w.run(t)
		seen, after, closed := map[string]bool{}, "", false
		for range 5 {
			a := w.find(t, official("ward-1", false), search.Ask{Question: "khai sinh", Kind: "case", After: after})
			for _, h := range a.Items {
				if seen[h.ID] || closed && !h.Closed {
					t.Errorf("%s again, or open after closed", h.ID)
				}
				seen[h.ID], closed = true, h.Closed
			}
			if after = a.Next; after == "" {
				break
			}
		}
		if len(seen) != 55 || !slices.ContainsFunc(w.shown, func(id string) bool { return id == "case-154" }) || len(w.shown) != 55 {
			t.Errorf("%d seen, %d recorded", len(seen), len(w.shown))
		}
		if _, err := w.Find(t.Context(), identity.Actor{}, search.Ask{Question: "khai", After: "%%%"}); err == nil {
			t.Error("a made-up place was taken")
		}
	})
}

// Who types a whole code means what bears it: neither what mentions it nor what is
// numbered alike.
func TestAWholeCodeIsMeantAsItIs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.docs["procedure"]["one"] = search.Doc{Title: i18n.Text{VI: "Hồ sơ"}, Codes: []string{"H01.27-261123-00042"}}
		w.docs["procedure"]["next"] = search.Doc{Title: i18n.Text{VI: "Hồ sơ"}, Codes: []string{"H01.27-261123-00043"}, Words: []string{"kèm H01.27-261123-00042"}}
		w.run(t)
		for asked, want := range map[string][]string{
			"H01.27-261123-00042": {"one"}, " h01.27-261123-00042 ": {"one"}, "H01.27-261123-00043": {"next"}, "H01.27-261123-99999": nil, "kèm 00042": {"next"},
		} {
			if got := w.find(t, identity.Actor{}, search.Ask{Question: asked}); !slices.Equal(ids(got), want) || got.Loose || got.Meant != "" {
				t.Errorf("%q finds %v, loose %v, meant %q", asked, ids(got), got.Loose, got.Meant)
			}
		}
	})
}

// A few changes are one piece of work: what comes while they are written waits for the
// next tick, and is gathered there.
func TestFewChangesAreOnePiece(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.run(t)
		w.docs["procedure"]["khai-sinh"] = search.Doc{Title: i18n.Text{VI: "Khai sinh lưu động"}}
		before := w.loaded
		for range 3 { // somebody hurries through it
			w.write(t, func(tx *db.Tx) error { return search.Mark(t.Context(), tx, "procedure", "khai-sinh") })
		}
		more, err := w.Step(t.Context())
		if err != nil || more || w.loaded-before != 1 {
			t.Errorf("more %v, read %d times, %v", more, w.loaded-before, err)
		}
		if got := w.find(t, identity.Actor{}, search.Ask{Question: "lưu động"}); !slices.Equal(ids(got), []string{"khai-sinh"}) {
			t.Errorf("%v", ids(got))
		}
	})
}
