// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package search_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

const (
	benchUnits   = 500
	benchAsks    = 12 // of each question
	defaultCases = 1_000_000
)

// cases makes as many dossiers as offices have: few procedures, common names.
type cases int

func (n cases) doc(id string) search.Doc {
	i, _ := strconv.Atoi(id)
	what := []string{
		"Đăng ký khai sinh", "Đăng ký kết hôn", "Chứng thực bản sao từ bản chính", "Đăng ký biến động đất đai", "Cấp giấy phép xây dựng nhà ở riêng lẻ",
		"Đăng ký khai tử", "Xác nhận tình trạng hôn nhân", "Thành lập hộ kinh doanh", "Trợ cấp hưu trí xã hội", "Cấp bản sao trích lục hộ tịch",
	}
	family := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"}
	middle := []string{"Văn", "Thị", "Hữu", "Minh", "Thanh", "Ngọc", "Quốc", "Đức", "Kim", "Hoàng", "Xuân"}
	given := []string{"Mai", "An", "Bình", "Châu", "Dũng", "Em", "Giang", "Hà", "Khoa", "Lan", "Nam", "Oanh", "Phúc", "Quân", "Sơn", "Tâm", "Uyên", "Vy", "Yến"}
	unit := orgs.ID("u-" + strconv.Itoa(i*7919%benchUnits))
	name := what[i%len(what)]
	return search.Doc{
		ID: id, Codes: []string{fmt.Sprintf("%03d.H01-%06d-%04d", i%benchUnits, 260101+i%365, i)}, Title: i18n.Text{VI: name},
		Line:  i18n.Text{VI: family[i/3%len(family)] + " " + middle[i/7%len(middle)] + " " + given[i/11%len(given)]},
		Units: []orgs.ID{unit, "province"}, People: []string{"p-" + strconv.Itoa(i/3)}, Closed: i%4 != 0,
		Values: []search.Value{{Facet: "procedure", Value: strconv.Itoa(i % len(what)), Label: i18n.Text{VI: name}}},
	}
}

func (n cases) kind() search.Kind {
	return search.Kind{
		Name: "case", Label: "x", Version: 1, Permissions: []identity.Permission{view, own}, Facets: []search.Facet{{Name: "procedure", Label: "x"}},
		List: n.list,
		Load: func(_ context.Context, _ db.Querier, ids []string) (docs []search.Doc, _ error) {
			for _, id := range ids {
				docs = append(docs, n.doc(id))
			}
			return docs, nil
		},
		Count: func(context.Context, db.Querier) (int64, error) { return int64(n), nil },
	}
}

func (n cases) list(_ context.Context, _ db.Querier, after string, limit int) (ids []string, _ error) {
	from := 0
	if after != "" {
		from, _ = strconv.Atoi(after)
		from++
	}
	for i := from; i < int(n) && len(ids) < limit; i++ {
		ids = append(ids, fmt.Sprintf("%07d", i))
	}
	return ids, nil
}

// public are the procedures and people beside the dossiers, whom all may find.
func public(name string, n cases) search.Kind {
	k := n.kind()
	k.Name, k.Permissions, k.Loose, k.Weight = name, nil, true, 20
	k.Load = func(_ context.Context, _ db.Querier, ids []string) (docs []search.Doc, _ error) {
		for _, id := range ids {
			d := n.doc(id)
			d.Codes, d.Units, d.People, d.Title.VI = []string{name + id}, nil, nil, d.Title.VI+" "+id
			if name == "person" {
				d.Title, d.Line = d.Line, i18n.Text{VI: "Chuyên viên"}
			}
			docs = append(docs, d)
		}
		return docs, nil
	}
	return k
}

// TestFinds measures questions of people who may see little, much and all, over
// a million dossiers (SEARCH_DOCS says otherwise), beside LIKE over the folded
// column; make bench reads its lines. SEARCH_SQLITE and SEARCH_POSTGRES name
// databases that are kept and not built again.
func TestFinds(t *testing.T) { //nolint:paralleltest // it measures
	n := cases(defaultCases)
	if said, err := strconv.Atoi(os.Getenv("SEARCH_DOCS")); err == nil {
		n = cases(said)
	}
	lite, postgres := os.Getenv("SEARCH_SQLITE"), os.Getenv("SEARCH_POSTGRES")
	if lite == "" {
		lite = filepath.Join(t.TempDir(), "index.db")
	}
	if only := os.Getenv("SEARCH_ONLY"); only != "" { // of the two
		finds(t, n, only, map[string]string{"SQLite": lite, "PostgreSQL": postgres}[only])
		return
	}
	finds(t, n, "SQLite", lite)
	if postgres == "" {
		postgres = dbtest.Postgres(t, migrations())
	}
	finds(t, n, "PostgreSQL", postgres)
}

func finds(t *testing.T, n cases, name, where string) {
	t.Helper()
	d, err := db.Open(where, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if _, err := db.Migrate(t.Context(), d, migrations()...); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		units := []orgs.Unit{{ID: "province", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}}}
		for i := range benchUnits {
			units = append(units, orgs.Unit{ID: orgs.ID("u-" + strconv.Itoa(i)), Parent: "province", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường"}})
		}
		_, err := orgs.Apply(t.Context(), tx, units)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	x := search.New(d)
	x.Declare(public("procedure", 2500), n.kind(), public("person", 5000))
	began := time.Now()
	for more := true; more; {
		if more, err = x.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	built := time.Since(began)
	m := meter{t: t, x: x, name: name, classes: map[string][]time.Duration{}}
	for range benchAsks {
		for _, a := range asks() {
			m.ask(a)
		}
	}
	m.report()
	var plain []time.Duration
	for _, like := range []string{"%tran thi mai%", "%khai sinh%", "%khong co dau%"} {
		from := time.Now()
		rows, err := db.All(t.Context(), d, db.Column[int64], `SELECT num FROM search_docs_b WHERE title_folded || ' ' || words_folded LIKE $1 ORDER BY num DESC LIMIT 1001`, like)
		if err != nil {
			t.Fatal(err)
		}
		plain = append(plain, time.Since(from))
		t.Logf("%s LIKE %s: %d in %v", name, like, len(rows), plain[len(plain)-1])
	}
	_, _ = fmt.Fprintf(os.Stdout, "FINDS|%s|%d|%.2f|%.2f|%.2f|%.0f\n", name, int(n), at(m.all, 50), at(m.all, 95), at(plain, 50), float64(n)/built.Seconds())
}

// asked is a question of a class of readers.
type asked struct {
	class    string
	who      identity.Actor
	question string
	kind     string
	typing   bool
}

// asks are questions that finish at once and such that have much to read: common
// words, many of them, none of them, in scopes of every size.
func asks() (all []asked) {
	mine, ward, province, nobody := citizen("p-777"), official("u-7", false), official("province", true), identity.Actor{}
	inspector := identity.NewActor("inspector", "p-inspector").Grant(view, identity.Place{Unit: "province", Subtree: true})
	for _, one := range []struct {
		class string
		who   identity.Actor
		words []string
	}{
		{"nobody signed in", nobody, []string{"khai sinh", "cap giay phep", "thu tuc khai snih"}},
		{"a citizen", mine, []string{"dang ky", "khai sinh", "nguyen van"}},
		{"an official of a ward", ward, []string{"khai sinh", "tran thi mai", `"giay phep xay dung"`, "nguyen"}},
		{"an official of the province", province, []string{"khai sinh", "nguyen", "dang ky", "tran thi mai", "nguyen van oanh ket hon", "khong co dau"}},
		{"an inspector of everything", inspector, []string{"dat dai", "huynh ngoc", "xac nhan hon nhan", "le"}},
		{"mistyped", province, []string{"khai snih", "ket honn", "xay dugn"}},
		{"codes", province, []string{fmt.Sprintf("%03d.H01-%06d-%04d", 77, 260101+77, 77), fmt.Sprintf("%03dH01%06d%04d", 78, 260101+78, 78)}},
	} {
		for _, w := range one.words {
			all = append(all, asked{one.class, one.who, w, "", false})
		}
	}
	for _, w := range []string{"kh", "dang ky kh", "nguy", "tran th"} {
		all = append(all, asked{"suggestions", province, w, "", true}, asked{"suggestions", ward, w, "", true})
	}
	for _, w := range []string{"khai sinh", "le"} {
		all = append(all, asked{"one kind with its filters", province, w, "case", false})
	}
	return all
}

// meter measures.
type meter struct {
	t       *testing.T
	x       *search.Index
	name    string
	order   []string
	classes map[string][]time.Duration
	all     []time.Duration
}

func (m *meter) ask(a asked) {
	m.t.Helper()
	from := time.Now()
	if _, err := m.x.Find(m.t.Context(), a.who, search.Ask{Question: a.question, Kind: a.kind, Typing: a.typing}); err != nil {
		m.t.Fatal(err)
	}
	took := time.Since(from)
	m.all = append(m.all, took)
	for _, class := range []string{a.class, "  " + a.class + ": " + a.question} {
		if len(m.classes[class]) == 0 {
			m.order = append(m.order, class)
		}
		m.classes[class] = append(m.classes[class], took)
	}
}

func (m *meter) report() {
	for _, class := range m.order {
		m.t.Logf("%s %-60s p50 %6.1f p95 %6.1f ms", m.name, class, at(m.classes[class], 50), at(m.classes[class], 95))
		if !strings.HasPrefix(class, " ") {
			_, _ = fmt.Fprintf(os.Stdout, "CLASS|%s|%s|%.1f|%.1f\n", m.name, class, at(m.classes[class], 50), at(m.classes[class], 95))
		}
	}
}

// at is a percentile, in milliseconds.
func at(all []time.Duration, percent int) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return float64(sorted[min(len(sorted)-1, len(sorted)*percent/100)].Microseconds()) / 1000
}
