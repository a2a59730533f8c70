// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"archive/zip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/yaml"
)

// shelfFile is a register with a right of every kind.
const shelfFile = `id: so-thu
title: Sổ thử quyền
version: 1
fields:
  - {key: name, label: Tên, type: text, searchable: true, required: true}
  - {key: code, label: Số hiệu, type: text, unique: true, required: true}
  - {key: weight, label: Khối lượng, type: integer}
  - {key: total, label: Tính ra, type: integer, compute: "weight + 10"}
  - {key: note, label: Ghi chú, type: text}
  - {key: words, label: Lời khai, type: longtext, searchable: true}
  - {key: day, label: Ngày, type: date}
  - {key: place, label: Nơi, type: point}
  - {key: second, label: Nơi chuyển đến, type: unit}
  - {key: holder, label: Người giữ, type: person, personal: basic}
  - {key: phone, label: Điện thoại, type: phone, personal: basic}
  - {key: illness, label: Bệnh, type: text, personal: sensitive}
codes: {code: code, name: name}
public_page: {code: code, title: name, lead: note, texts: [words], facts: [weight, total, day, second], place: place, search: [name, code], ask: Số hiệu}
list: {columns: [name, code, weight, note], sort: name, sorts: [weight, total, day], filters: [note, second]}
rights:
  - {id: keep, name: Ghi sổ, roles: [officer], units: [second], may: [view, add, change, hide, export], except: [illness]}
  - {id: look, name: Xem toàn tỉnh, roles: [leader], everywhere: true, may: [view], except: [note, words, holder, phone, illness, place]}
  - {id: inspect, name: Kiểm tra, roles: [auditor], everywhere: true, may: [view], only: [code, day, illness]}
  - {id: machine, name: Hệ thống khác, roles: [system_registers], may: [view, export], only: [name, code, weight, holder]}
  - {id: take, name: Lấy đi, roles: [clerk], may: [view, export], only: [name, total]}
  - {id: own, name: Người giữ xem, owner: holder, may: [view], only: [name, weight, place, holder]}
  - {id: all, name: Mọi người xem, public: true, may: [view], only: [name]}
`

// shelved are the records: a is the citizen's own, c moves to the unit, e was taken out.
var shelved = []struct{ letter, unit, second, number string }{
	{"a", "phuong-long-xuyen", "", "089058000001"},
	{"b", "phuong-long-xuyen", "", "089058999902"},
	{"c", "phuong-chau-doc", "phuong-long-xuyen", "089058999903"},
	{"d", "so-noi-vu", "", "089058999904"},
	{"e", "phuong-long-xuyen", "", "089058999905"},
}

// reader is somebody, with the fields that each right gives them: what this test
// believes, found by nobody but this table.
type reader struct {
	title, login string
	sees         map[string]string // by record: fields
	takes        string            // "records: fields" that may leave as a file
}

const (
	everyone = "name"
	keeps    = "name code weight total note words day place second holder phone"
	looks    = "name code weight total day second"
)

func readers() []reader {
	all := func(fields string) map[string]string {
		return map[string]string{"a": fields, "b": fields, "c": fields, "d": fields}
	}
	with := func(fields string, letters ...string) map[string]string {
		sees := all(everyone)
		for _, l := range letters {
			sees[l] = fields
		}
		return sees
	}
	return []reader{
		{"nobody", "", all(everyone), ""},
		{"the citizen of a", "dan.nguyenvanbay", with("name weight place holder", "a"), ""},
		{"another citizen", "dan.vothihoa", all(everyone), ""},
		{"officer of a and b", "chuyenvien.longxuyen", with(keeps, "a", "b", "c"), "abc: " + keeps},
		{"officer of c", "chuyenvien.chaudoc", with(keeps, "c"), "c: " + keeps},
		{"leader", "lanhdao.longxuyen", all(looks), ""},
		{"auditor", "kiemtra.tinh", all("name code day illness"), ""},
		{"clerk of a and b", "motcua.longxuyen", with("name total", "a", "b"), "ab: name total"},
		{"system of a and b", systemLogin + "system_registers", with("name code weight holder", "a", "b"), "ab: name code weight holder"},
		{"without a right", "cntt.tinh", all(everyone), ""},
	}
}

// shelfFields are the fields whose values can be told apart in an answer.
var shelfFields = []string{"name", "code", "weight", "total", "note", "words", "day", "place", "second", "holder", "phone", "illness"}

var personal = []string{"holder", "phone", "illness"}

// value is what a field of a record holds; before: until it was changed.
func (s shelves) value(field string, i int, before bool) string {
	n, mark := i+1, "Zq"
	if before {
		n, mark = n+20, "Zo"
	}
	switch field {
	case "weight":
		return fmt.Sprint(71234500 + n*17)
	case "total":
		return fmt.Sprint(71234510 + n*17)
	case "day":
		return fmt.Sprintf("18%02d-03-17", n)
	case "place":
		return fmt.Sprintf("10.71%02d83, 105.43%02d67", n, n)
	case "second":
		return shelved[i].second
	case "holder":
		return fmt.Sprintf(`{"name":"%sholder%s","number":"%s"}`, mark, shelved[i].letter, shelved[i].number)
	case "phone":
		return fmt.Sprintf("09778800%02d", n)
	}
	return mark + field + shelved[i].letter
}

// spelled are the ways in which a value may stand in an answer.
func (s shelves) spelled(field string, i int) (all []string) {
	for _, before := range []bool{false, true} {
		v := s.value(field, i, before)
		switch field {
		case "weight", "total":
			all = append(all, v, v[:2]+"."+v[2:5]+"."+v[5:], v[:2]+","+v[2:5]+","+v[5:])
		case "day":
			all = append(all, v, v[8:]+"/"+v[5:7]+"/"+v[:4])
		case "place":
			lat, _, _ := strings.Cut(v, ",")
			all = append(all, lat, strings.Replace(lat, ".", ",", 1), strings.Replace(lat, ".", "", 1))
		case "second": // every list of units has it
		case "holder":
			all = append(all, regexp.MustCompile(`Z[qo]holder\w`).FindString(v), shelved[i].number)
		default:
			all = append(all, v, strings.ToLower(v))
		}
	}
	return all
}

// shelves is the register in a program, with its records.
type shelves struct {
	*world
	ids []string // of shelved
}

func newShelves(t *testing.T, w *world) shelves {
	t.Helper()
	var node yaml.Node
	must(t, yaml.Unmarshal([]byte(shelfFile), &node))
	def, problems := registers.Decode(node.Content[0])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	ctx, s := t.Context(), shelves{world: w}
	must(t, w.DB.Write(ctx, func(tx *db.Tx) error {
		plan, err := w.Registers.Plan(ctx, tx, def)
		if err != nil {
			return err
		}
		return w.Registers.Apply(ctx, tx, identity.Program("apply"), plan)
	}))
	o := objects{t: t, w: w}
	o.admitSystems([]column{{"system", systemLogin + "system_registers"}})
	for i, rec := range shelved {
		values := func(before bool) string {
			var all []string
			for _, f := range shelfFields {
				if v := s.value(f, i, before); v != "" && f != "total" && f != "illness" {
					all = append(all, fmt.Sprintf("%q:%q", f, v))
				}
			}
			return "{" + strings.Join(all, ",") + "}"
		}
		// The officer may not enter a field that they do not see: the kernel does.
		var made registers.Record
		must(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			all := map[string]any{}
			for _, f := range shelfFields {
				if v := s.value(f, i, true); v != "" && f != "total" {
					all[f] = v
				}
			}
			one, err := w.Registers.Insert(ctx, tx, identity.Program("test"), access.All(), "so-thu", rec.unit, all)
			made = one
			return err
		}))
		s.ids = append(s.ids, made.ID)
		if rec.letter == "d" { // nobody here may change it
			must(t, w.DB.Write(ctx, func(tx *db.Tx) error {
				_, err := w.Registers.Update(ctx, tx, identity.Program("test"), access.All(), "so-thu", made.ID, 1, map[string]any{"note": s.value("note", i, false), "name": s.value("name", i, false)})
				return err
			}))
			continue
		}
		who := "chuyenvien.longxuyen"
		if rec.unit == "phuong-chau-doc" {
			who = "chuyenvien.chaudoc"
		}
		at := "/api/v1/registers/so-thu/records/" + made.ID
		ask[any](t, w, who, http.MethodPut, at, `{"seen":1,"values":`+values(false)+`}`)
		if rec.letter == "e" {
			decoded[any](t, w.send(t, who, http.MethodDelete, at+"?seen=2", ""), http.StatusNoContent)
		}
	}
	return s
}

// call is one request of a door: a pattern, the record it is about or -1, and the
// rest of the address.
func (s shelves) call(t *testing.T, who, call string, record int, more string) string {
	t.Helper()
	address, body, _ := strings.Cut(call, "  ")
	method, path, _ := strings.Cut(address, " ")
	path = strings.NewReplacer("{register}", "so-thu", "{name}", "so-thu").Replace(path)
	if record >= 0 && byCode(call) {
		path = strings.NewReplacer("{code...}", s.value("code", record, false), "{code}", s.value("code", record, false)).Replace(path)
	}
	if record >= 0 {
		path = strings.ReplaceAll(path, "{record}", s.ids[record])
	}
	if more != "" {
		if strings.Contains(path, "?") {
			more = "&" + more
		} else {
			more = "?" + more
		}
	}
	if strings.HasPrefix(who, systemLogin) && !strings.HasPrefix(path, "/api/") {
		return "" // a program has no browser
	}
	a := s.send(t, who, method, path+more, body)
	if a.status >= http.StatusInternalServerError {
		t.Errorf("%s as %s: %d %s", method+" "+path+more, who, a.status, a.body)
	}
	if strings.HasPrefix(a.body, "PK\x03\x04") {
		return unpacked(t, a.body)
	}
	return a.body
}

// byCode reports whether a call names a record by its code.
func byCode(call string) bool {
	return strings.Contains(call, "{code...}") || strings.Contains(call, "/lookup/{code}")
}

func unpacked(t *testing.T, raw string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	must(t, err)
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		_, err = io.Copy(&all, r)
		must(t, err)
	}
	return all.String()
}

// TestRolesFieldsAndDoors walks every door of a register as every kind of reader.
// No door shows a value that the rights do not show, or lets one be told by a
// filter, an order or a count. What is shown stands in docs/permissions-registers.md.
func TestRolesFieldsAndDoors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s, doors := newShelves(t, w), registerDoors()
		covered := map[string]bool{}
		for _, d := range doors {
			for _, call := range d.calls {
				pattern, _, _ := strings.Cut(call, "  ")
				pattern, _, _ = strings.Cut(pattern, "?")
				covered[pattern] = true
			}
		}
		known := map[string]bool{}
		for _, r := range allRoutes(w) {
			_, path, _ := strings.Cut(r.Pattern, " ")
			known[r.Pattern] = true
			if path != "/so" && path != "/api/v1/lookups" && !strings.HasPrefix(path, "/xem") && !strings.HasPrefix(path, "/so/") && !strings.HasPrefix(path, "/api/v1/registers") && !strings.HasPrefix(path, "/api/v1/dmdc/") {
				continue
			}
			if !covered[r.Pattern] {
				t.Errorf("%s stands in no door of registerDoors", r.Pattern)
			}
		}
		for pattern := range covered {
			if !known[pattern] {
				t.Errorf("there is no route %s", pattern)
			}
		}
		var b strings.Builder
		b.WriteString(matrixHead)
		for _, who := range readers() {
			s.walk(t, &b, who, doors)
		}
		golden(t, "permissions-registers.md", b.String())
	})
}

const matrixHead = `# Who sees which field of a register, by which door

Every door of registers, tried by real requests of every kind of reader. Written by a test (` + "`make generate`" + `): a cell holds the records of which
the door showed the value of the field, now or in its history. The test fails where a door shows more than the rights of the register
([ADR 0054](adr/0054-a-register-says-who-sees-what.md)), and where a filter, an order or a count by a field answers anything else than if the records
that do not show it were not there.

Record **a** is the citizen's own and of the unit of *officer of a and b*, **b** of the same unit, **c** of another unit and moving to that one,
**d** of a third, **e** was taken out of the register. The fields *holder*, *phone* and *illness* are personal: they are read for a purpose.
`

// walk tries all doors as one reader and writes the reader's table.
func (s shelves) walk(t *testing.T, b *strings.Builder, who reader, doors []door) {
	t.Helper()
	cells := map[string]string{} // field + door: letters
	for _, d := range doors {
		shown := s.shown(t, who, d)
		for i, rec := range shelved {
			for _, f := range shelfFields {
				if !shown[f+rec.letter] {
					continue
				}
				cells[f+d.name] += rec.letter
				if !who.may(d, f, i) {
					t.Errorf("%s: %s shows %s of %s", who.title, d.name, f, rec.letter)
				}
			}
		}
		s.told(t, who, d)
	}
	fmt.Fprintf(b, "\n## %s\n\n| field |", strings.ToUpper(who.title[:1])+who.title[1:])
	for _, d := range doors {
		b.WriteString(" " + d.name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(doors)) + "\n")
	for _, f := range shelfFields {
		fmt.Fprintf(b, "| %s |", f)
		for _, d := range doors {
			cell := cells[f+d.name]
			if cell == "" {
				cell = "·"
			}
			fmt.Fprintf(b, " %s |", cell)
		}
		b.WriteString("\n")
	}
}

// may says what the rights show by a door.
func (who reader) may(d door, field string, record int) bool {
	if slices.Contains(personal, field) && !d.why {
		return false
	}
	return who.reaches(d, field, record)
}

func (who reader) reaches(d door, field string, record int) bool {
	letter := shelved[record].letter
	if d.right == "" {
		return slices.Contains(strings.Fields(who.sees[letter]), field)
	}
	letters, fields, _ := strings.Cut(who.takes, ": ")
	return strings.Contains(letters, letter) && slices.Contains(strings.Fields(fields), field)
}

// shown returns which values of which records stand in the answers of a door.
func (s shelves) shown(t *testing.T, who reader, d door) map[string]bool {
	t.Helper()
	shown := map[string]bool{}
	for _, call := range d.calls {
		about := []int{-1}
		if strings.Contains(call, "{record}") {
			about = []int{0, 1, 2, 3, 4}
		}
		if byCode(call) { // who does not see a code cannot have it from the register
			about = slices.DeleteFunc([]int{0, 1, 2, 3, 4}, func(i int) bool { return !who.reaches(d, "code", i) })
		}
		for _, record := range about {
			body := s.call(t, who.login, call, record, "")
			for i, rec := range shelved {
				for _, f := range shelfFields {
					if slices.ContainsFunc(s.spelled(f, i), func(v string) bool { return strings.Contains(body, v) }) {
						shown[f+rec.letter] = true
					}
				}
			}
		}
	}
	return shown
}

// told asks a door for records by every value and in the order of every field. The
// answer may differ from that for a value that no record has only by records of
// which the reader sees the field.
func (s shelves) told(t *testing.T, who reader, d door) {
	t.Helper()
	if d.find == nil {
		return
	}
	call := d.calls[len(d.calls)-1]
	look := func(more string) string {
		body := s.call(t, who.login, call, -1, more)
		found := ""
		for i, rec := range shelved {
			name := func(v string) bool { return strings.Contains(body, v) && !strings.Contains(body, "<html") }
			if strings.Contains(body, s.ids[i]) || slices.ContainsFunc(s.spelled("name", i), name) {
				found += rec.letter
			}
		}
		if count := regexp.MustCompile(`"count":(\d+)`).FindStringSubmatch(body); count != nil && count[1] != fmt.Sprint(len(found)) {
			t.Errorf("%s: %s counts %s and shows %s by %s", who.title, d.name, count[1], found, more)
		}
		return found
	}
	check := func(field, found, than, more string) {
		for i, rec := range shelved {
			if strings.Contains(found, rec.letter) == strings.Contains(than, rec.letter) {
				continue
			}
			if !who.reaches(d, field, i) || slices.Contains(personal, field) {
				t.Errorf("%s: %s tells %s of %s by %s", who.title, d.name, field, rec.letter, more)
			}
		}
	}
	for _, f := range []string{"name", "weight", "-weight", "total", "day", "note", "holder"} {
		check(strings.TrimPrefix(f, "-"), look(d.sort(f)), "", d.sort(f))
	}
	all := look("")
	for _, f := range shelfFields {
		if more := d.find(f, "empty", ""); strings.HasSuffix(more, "empty") {
			if found := look(more); found != all {
				check(f, found, "", more)
			}
		}
		for _, op := range ops(d, f) {
			none := look(d.find(f, op, url.QueryEscape(nowhere(f))))
			for i := range shelved {
				v := s.value(f, i, false)
				if f == "holder" {
					v = shelved[i].number
				}
				if v == "" || op != "is" && i%3 != 0 {
					continue
				}
				more := d.find(f, op, url.QueryEscape(v))
				check(f, look(more), none, more)
			}
		}
	}
}

// ops are the ways of comparing that a door may take for a field.
func ops(d door, field string) []string {
	ranged := slices.Contains([]string{"weight", "total", "day"}, field)
	switch {
	case strings.HasPrefix(d.name, "API"):
		return []string{"is", "has", "from", "to"}
	case ranged:
		return []string{"is", "from", "to"}
	}
	return []string{"is"}
}

// nowhere is a value of the shape of the field that no record has.
func nowhere(field string) string {
	switch field {
	case "weight", "total":
		return "99999999"
	case "day":
		return "1777-07-07"
	case "place":
		return "9.000000, 104.000000"
	case "second":
		return "so-y-te"
	case "holder":
		return "089000000000"
	case "phone":
		return "0977999999"
	}
	return "Zxnothing"
}
