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
		List: func(_ context.Context, _ db.Querier, after string, limit int) (ids []string, _ error) {
			from := 0
			if after != "" {
				from, _ = strconv.Atoi(after)
				from++
			}
			for i := from; i < int(n) && len(ids) < limit; i++ {
				ids = append(ids, fmt.Sprintf("%07d", i))
			}
			return ids, nil
		},
		Load: func(_ context.Context, _ db.Querier, ids []string) (docs []search.Doc, _ error) {
			for _, id := range ids {
				docs = append(docs, n.doc(id))
			}
			return docs, nil
		},
		Count: func(context.Context, db.Querier) (int64, error) { return int64(n), nil },
	}
}

// TestFinds measures questions over a million documents (SEARCH_DOCS says
// otherwise) beside LIKE over the folded column; make bench reads its lines.
func TestFinds(t *testing.T) { //nolint:paralleltest // it measures
	n := cases(defaultCases)
	if said, err := strconv.Atoi(os.Getenv("SEARCH_DOCS")); err == nil {
		n = cases(said)
	}
	for _, one := range [][2]string{{"SQLite", filepath.Join(t.TempDir(), "index.db")}, {"PostgreSQL", dbtest.Postgres(t, migrations())}} {
		finds(t, n, one[0], one[1])
	}
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
	x.Declare(n.kind())
	began := time.Now()
	for more := true; more; {
		if more, err = x.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	built := time.Since(began)
	if d.Dialect() == db.Postgres {
		if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), `ANALYZE`); return err }); err != nil {
			t.Fatal(err)
		}
	}
	ward, all := official("u-7", false), official("province", true)
	type ask struct {
		who    identity.Actor
		asked  string
		typing bool
	}
	var took []time.Duration
	for _, a := range []ask{
		{ward, "khai sinh", false},
		{all, "khai sinh", false},
		{all, "nguyen", false},
		{ward, "tran thi mai", false},
		{all, "tran thi mai", false},
		{all, "nguyen van oanh ket hon", false},
		{ward, "khai snih", false},
		{all, "khai snih", false},
		{all, fmt.Sprintf("%03d.H01-%06d-%04d", 77, 260101+77, 77), false},
		{ward, "dang ky kh", true},
		{all, "dang ky kh", true},
		{citizen("p-777"), "dang ky", false},
		{all, "khong co dau", false},
		{ward, `"giay phep xay dung"`, false},
	} {
		var each []time.Duration
		for range benchAsks {
			from := time.Now()
			if _, err := x.Find(t.Context(), a.who, search.Ask{Question: a.asked, Typing: a.typing}); err != nil {
				t.Fatal(err)
			}
			each = append(each, time.Since(from))
		}
		slices.Sort(each)
		t.Logf("%s %-12s %-30q p50 %v max %v", name, a.who.Account, a.asked, each[len(each)/2].Round(time.Microsecond), each[len(each)-1].Round(time.Microsecond))
		took = append(took, each...)
	}
	slices.Sort(took)
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
	slices.Sort(plain)
	_, _ = fmt.Fprintf(os.Stdout, "FINDS|%s|%d|%.2f|%.2f|%.2f|%.0f\n", name, int(n), ms(took[len(took)/2]), ms(took[len(took)*95/100]), ms(plain[len(plain)/2]), float64(n)/built.Seconds())
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
