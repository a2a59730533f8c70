// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/geo"
)

const today = "2026-11-22"

// shipped reads the tables of the national pack once.
var shipped = sync.OnceValues(func() (map[string][]byte, error) {
	folder := os.DirFS("../../../packs/national/geo")
	names, err := fs.Glob(folder, "*.csv")
	files := map[string][]byte{}
	for _, name := range names {
		if files[name], err = fs.ReadFile(folder, name); err != nil {
			return nil, err
		}
	}
	return files, err
})

var country = sync.OnceValue(func() *geo.Index {
	files, err := shipped()
	if err != nil {
		panic(err)
	}
	t, wrong := geo.Read(files)
	x, more := geo.New(t)
	if all := append(wrong, more...); len(all) > 0 {
		panic(fmt.Sprint(len(all), all[:min(len(all), 5)]))
	}
	return x
})

func TestTheShippedTableIsWhole(t *testing.T) {
	t.Parallel()
	x := country()
	// phường, xã, đặc khu as they were counted elsewhere in August 2026. Of 75 the
	// sources are older than the decision that made ten xã into phường.
	want := map[string]string{
		"01": "51/75/0", "04": "3/53/0", "08": "7/117/0", "11": "3/42/0", "12": "2/36/0", "14": "8/67/0", "15": "10/89/0", "19": "15/77/0",
		"20": "4/61/0", "22": "30/22/2", "24": "33/66/0", "25": "15/133/0", "31": "45/67/2", "33": "11/93/0", "37": "32/97/0", "38": "19/147/0",
		"40": "11/119/0", "42": "9/60/0", "44": "8/69/1", "46": "21/19/0", "48": "23/70/1", "51": "9/86/1", "52": "25/110/0", "56": "16/48/1",
		"66": "14/88/0", "68": "20/103/1", "75": "23/72/0", "79": "113/54/1", "80": "14/82/0", "82": "20/82/0", "86": "19/105/0", "91": "14/85/3",
		"92": "31/72/0", "96": "9/55/0",
	}
	if got := x.Provinces(today); len(got) != 34 || len(x.Provinces("2025-06-30")) != 63 {
		t.Fatalf("%d provinces", len(got))
	}
	all := 0
	for _, p := range x.Provinces(today) {
		n := map[string]int{}
		for _, u := range x.Under(p, today) {
			kind, _ := u.Parted()
			n[kind]++
			all++
		}
		if got := itoa(n["Phường"]) + "/" + itoa(n["Xã"]) + "/" + itoa(n["Đặc khu"]); got != want[p.Code] {
			t.Errorf("%s %s: %s, want %s", p.Code, p.Name, got, want[p.Code])
		}
	}
	if all != 3321 {
		t.Errorf("%d communes", all)
	}
	size := 0
	files, _ := shipped()
	for _, f := range files {
		size += len(f)
	}
	if size > 1_500_000 {
		t.Errorf("the tables are %d bytes", size)
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestADayHasItsOwnTree(t *testing.T) {
	t.Parallel()
	x := country()
	for _, tt := range []struct{ code, day, want string }{
		{"91", "2025-06-30", "Tỉnh Kiên Giang"},
		{"91", "2025-07-01", "Tỉnh An Giang"},
		{"89", "2025-06-30", "Tỉnh An Giang"},
		{"75", "2026-04-29", "Tỉnh Đồng Nai"},
		{"75", "2026-04-30", "Thành phố Đồng Nai"},
		{"30307", "2025-06-30", "Phường Mỹ Hòa, Thành phố Long Xuyên, Tỉnh An Giang"},
		{"30307", today, "Phường Long Xuyên, Tỉnh An Giang"},
		{"30280", today, "Phường Mỹ Bình, Thành phố Long Xuyên, Tỉnh An Giang"}, // ended, and still readable
	} {
		u, ok := x.Get(tt.code, tt.day)
		if got := x.Full(u); !ok || got != tt.want {
			t.Errorf("%s on %s is %q, want %q", tt.code, tt.day, got, tt.want)
		}
	}
	if _, ok := x.Get("99999", today); ok {
		t.Error("a code that nobody has is known")
	}
}

// said writes candidates as the tests expect them.
func said(x *geo.Index, all []geo.Found) string {
	var out []string
	for _, f := range all {
		s := f.Unit.Code + " " + f.Unit.Name
		if f.Was != nil {
			s += " <" + string(f.Kind) + " " + f.Was.Name + ">"
		}
		out = append(out, s)
	}
	_ = x
	return strings.Join(out, "; ")
}

func TestSearch(t *testing.T) {
	t.Parallel()
	x := country()
	for _, tt := range []struct {
		q     string
		first string
	}{
		{"mỹ bình", "30307 Phường Long Xuyên <merge Phường Mỹ Bình>"},
		{"my binh", "30307 Phường Long Xuyên <merge Phường Mỹ Bình>"},
		{"MY BI", "30307 Phường Long Xuyên <merge Phường Mỹ Bình>"},
		{"long", "30664 Xã Long Kiến"}, // the shortest of many
		{"long xu", "30307 Phường Long Xuyên"},
		{"lx", "30307 Phường Long Xuyên"},
		{"p. long xuyên", "30307 Phường Long Xuyên"},
		{"xuyen", "30307 Phường Long Xuyên"},
		{"mỹ bình, long xuyên", "30307 Phường Long Xuyên <merge Phường Mỹ Bình>"},
		{"mỹ bình long xuyên", "30307 Phường Long Xuyên <merge Phường Mỹ Bình>"},
		{"phú quốc", "31078 Đặc khu Phú Quốc"},
		{"ba đình, hà nội", "00004 Phường Ba Đình"},
		{"tân thạnh", "31031 Xã Tân Thạnh"},
		{"tân thành", "30856 Xã Tân Hội <merge Xã Tân Thành>"},
		{"xa", ""},
		{"phường 14, gò vấp", ""},
		{"a", ""},
		{"", ""},
		{"zzzz", ""},
		{"; drop table", ""},
	} {
		all := x.Search(geo.Query{Text: tt.q, Province: "91", Day: today, Limit: 10})
		got := said(x, all[:min(1, len(all))])
		if tt.first == "" && tt.q == "phường 14, gò vấp" {
			if len(all) == 0 || all[0].Was == nil {
				t.Errorf("%q: %s", tt.q, said(x, all))
			}
			continue
		}
		if got != tt.first {
			t.Errorf("%q: %s, want %s", tt.q, said(x, all), tt.first)
		}
	}
}

func TestSearchIsQuick(t *testing.T) { //nolint:paralleltest // it measures
	x := country()
	x.Search(geo.Query{Text: "th", Province: "91", Day: today, Limit: 10})
	for _, q := range []string{"th", "my", "phuong", "xa ", "long xuyen an giang", "tan thanh"} {
		best := time.Hour
		for range 40 { // the best of many: others use the machine, too
			begin := time.Now()
			x.Search(geo.Query{Text: q, Province: "91", Day: today, Limit: 10})
			best = min(best, time.Since(begin))
		}
		if best > 5*time.Millisecond {
			t.Errorf("%q takes %s", q, best)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	x := country()
	for _, tt := range []struct{ text, line, want string }{
		{"Số 5, Khóm 2, Phường Mỹ Bình, Thành phố Long Xuyên, Tỉnh An Giang", "Số 5, Khóm 2", "30307 Phường Long Xuyên <merge Phường Mỹ Bình>"},
		{"số 5 khóm 2, P. Mỹ Bình, TP Long Xuyên, An Giang", "số 5 khóm 2", "30307 Phường Long Xuyên <merge Phường Mỹ Bình>"},
		{"12 Lê Lợi, Phường Long Xuyên, Tỉnh An Giang", "12 Lê Lợi", "30307 Phường Long Xuyên"},
		{"12 Lê Lợi Phường Mỹ Bình Long Xuyên An Giang", "12 Lê Lợi", "30307 Phường Long Xuyên <merge Phường Mỹ Bình>"},
		{"Xã Mỹ Hòa Hưng", "", "30313 Xã Mỹ Hòa Hưng"},
		{"Ấp 3, Xã Không Có, Tỉnh An Giang", "Ấp 3, Xã Không Có, Tỉnh An Giang", ""},
		{"", "", ""},
	} {
		a := x.Resolve(tt.text, "91", today)
		if got := said(x, a.Candidates); got != tt.want || a.Line != tt.line || a.Text != tt.text {
			t.Errorf("%q: %q %s", tt.text, a.Line, got)
		}
	}
	split := x.Resolve("Phường Cống Vị, Quận Ba Đình, Hà Nội", "91", today)
	if len(split.Candidates) < 2 || !split.Old || split.Candidates[0].Kind != geo.Split || !split.Candidates[0].Main {
		t.Errorf("a split is not asked about: %s", said(x, split.Candidates))
	}
}

// Every old unit leads somewhere, also when its address is written out.
func TestEveryOldUnitIsResolved(t *testing.T) {
	t.Parallel()
	x := country()
	n := 0
	for _, p := range x.Provinces("2025-06-30") {
		for _, d := range x.Under(p, "2025-06-30") {
			for _, u := range x.Under(d, "2025-06-30") {
				n++
				into := x.Into(u)
				a := x.Resolve("Tổ 1, "+x.Full(u), "", today)
				if len(into) == 0 || len(a.Candidates) == 0 || a.Line != "Tổ 1" {
					t.Errorf("%s: %d %s", x.Full(u), len(into), said(x, a.Candidates))
					continue
				}
				for _, l := range into {
					found := false
					for _, c := range a.Candidates {
						found = found || c.Unit.Code == l.New.Code
					}
					if !found {
						t.Errorf("%s went into %s, which is not among %s", x.Full(u), l.New.Name, said(x, a.Candidates))
					}
				}
			}
		}
	}
	if n < 10_035 {
		t.Errorf("%d old communes", n)
	}
}

func FuzzResolve(f *testing.F) {
	for _, s := range []string{"Số 5, Phường Mỹ Bình, TP. Long Xuyên, An Giang", ",,,", "p1 q4 tphcm", "\xff", "Xã", strings.Repeat("a,", 400)} {
		f.Add(s)
	}
	x := country()
	f.Fuzz(func(t *testing.T, s string) {
		a := x.Resolve(s, "91", today)
		for _, c := range a.Candidates {
			if c.Unit.Level != geo.Commune || !c.Unit.ValidOn(today) {
				t.Errorf("%q: %s is no commune of today", s, c.Unit.Name)
			}
			if c.Was != nil && c.Was.ValidOn(today) {
				t.Errorf("%q: %s is no old unit", s, c.Was.Name)
			}
		}
		for _, c := range x.Search(geo.Query{Text: s, Province: "91", Day: today, Limit: 10}) {
			if !c.Unit.ValidOn(today) {
				t.Errorf("%q finds %s", s, c.Unit.Name)
			}
		}
	})
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	files, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ file, content, why string }{
		{"communes.csv", "code,province,name,lat,lon,status\n123,91,Xã A,10,105,both\n", "no code of 5 digits"},
		{"communes.csv", "code,province,name,lat,lon,status\n00001,91,Xã A,north,105,both\n", "no point"},
		{"communes.csv", "code,name\n", "column"},
		{"communes.csv", "code,province,name,lat,lon,status\n00001,91\n", "wrong number of fields"},
		{"lineage.csv", "old,new,kind,status,main\n00001,00004,sold,both,\n", "no kind"},
		{"other.csv", "a\n", "no table"},
	} {
		with := map[string][]byte{}
		for name, f := range files {
			with[path.Base(name)] = f
		}
		with[tt.file] = []byte(tt.content)
		_, wrong := geo.Read(with)
		if len(wrong) == 0 || !strings.Contains(wrong[0].Why, tt.why) || wrong[0].File != tt.file {
			t.Errorf("%q: %v", tt.content, wrong)
		}
	}
	with := maps.Clone(files)
	with["lineage.csv"] = []byte("# day: 2025-07-01\nold,new,kind,status,main\n99999,00004,merge,both,\n")
	table, _ := geo.Read(with)
	if _, wrong := geo.New(table); len(wrong) != 1 {
		t.Errorf("a link to nowhere: %v", wrong)
	}
}

func BenchmarkNew(b *testing.B) {
	files, err := shipped()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		t, _ := geo.Read(files)
		geo.New(t)
	}
}
