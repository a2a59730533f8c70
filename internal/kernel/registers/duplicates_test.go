// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

const families = `registers:
  - id: nguoi
    title: Sổ người
    version: 1
    key: [code]
    fields:
      - {key: code, label: Mã, type: text, required: true, max: 20}
      - {key: name, label: Họ tên, type: text, required: true, searchable: true}
      - {key: born, label: Ngày sinh, type: date_partial}
      - {key: number, label: Số định danh, type: person_number}
      - {key: place, label: Nơi ở, type: point}
      - {key: job, label: Nghề, type: text}
      - {key: note, label: Ghi chú, type: text}
      - {key: parent, label: Cha mẹ, type: reference, register: nguoi}
    list: {columns: [code, name], sort: name}
    duplicates:
      rules:
        - name: Cùng tên, cùng ngày sinh
          fields: [{field: name, as: alike}, {field: born, as: day}]
        - name: Cùng số định danh
          fields: [{field: number}]
          blocks: true
        - name: Cùng tên, ở gần
          fields: [{field: name, as: folded}, {field: place, as: near, within: 50}]
    rights:
      - {id: write, name: Ghi, roles: [officer], may: [view, add, change, hide, import, merge], except: [note]}
      - {id: head, name: Phụ trách, roles: [leader], may: [view, change, merge]}
`

const households = `registers:
  - id: ho
    title: Sổ hộ
    version: 1
    key: [head, year]
    fields:
      - {key: name, label: Tên, type: text, required: true}
      - {key: head, label: Chủ hộ, type: reference, register: nguoi, required: true}
      - {key: year, label: Năm, type: integer, required: true}
`

func newFamilies(t *testing.T, w world) priced {
	t.Helper()
	d, problems := decode(t, families)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	p := newOffice(t, w, d, map[string][]string{
		"officer": {"officer east"}, "west": {"officer west"}, "leader": {"leader province"}, "head": {"leader east"},
	})
	h, problems := decode(t, households)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	p.apply(t, h)
	return p
}

// in enters a record of a unit, whoever may.
func (p priced) in(t *testing.T, unit string, values map[string]any) (rec registers.Record) {
	t.Helper()
	p.write(t, func(tx *db.Tx) (err error) {
		rec, err = p.keeper.Insert(t.Context(), tx, p.actor, access.All(), p.def.ID, unit, values)
		return err
	})
	return rec
}

// seek looks until there is nothing more to look at.
func (p priced) seek(t *testing.T) {
	t.Helper()
	for range 1000 {
		_, err := p.keeper.OrderFeed(t.Context(), p.d)
		ok(t, err)
		more, err := p.keeper.SeekDuplicates(t.Context(), p.d)
		ok(t, err)
		if !more {
			return
		}
	}
	t.Fatal("it never ends")
}

// suspected says which records somebody is told of.
func (p priced) suspected(t *testing.T, who, record string, values map[string]any) string {
	t.Helper()
	var found registers.Suspects
	ok(t, p.do(t, who, func(tx *db.Tx, s registers.Standing) (err error) {
		found, err = p.keeper.Duplicates(t.Context(), tx, s, record, values)
		return err
	}))
	var all []string
	for _, one := range found.Found {
		all = append(all, fmt.Sprint(one.Record.Values["code"]))
	}
	slices.Sort(all)
	if found.Elsewhere {
		all = append(all, "elsewhere")
	}
	if found.Blocks {
		all = append(all, "blocks")
	}
	return strings.Join(all, " ")
}

func (p priced) pairs(t *testing.T, who string, state registers.PairState) string {
	t.Helper()
	var all []string
	ok(t, p.do(t, who, func(tx *db.Tx, s registers.Standing) error {
		for after := ""; ; {
			page, err := p.keeper.ListPairs(t.Context(), tx, s, state, after, 1)
			if err != nil {
				return err
			}
			for _, one := range page.Pairs {
				two := []string{fmt.Sprint(one.First.Values["code"]), fmt.Sprint(one.Second.Values["code"])}
				slices.Sort(two)
				all = append(all, strings.Join(two, "-")+" "+one.Rule.VI)
			}
			if after = page.Next; after == "" {
				return nil
			}
		}
	}))
	slices.Sort(all)
	return strings.Join(all, "; ")
}

// At entry those are told that match in all fields of a rule, and only where the
// reader sees both the record and what was compared.
func TestDuplicatesAtEntry(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newFamilies(t, w)
		p.in(t, "east", map[string]any{"code": "A", "name": "Nguyễn Thị Bảy", "born": "1980-05-02", "number": "089080000001"})
		p.in(t, "west", map[string]any{"code": "W", "name": "Nguyễn Thị Bảy", "born": "1980-05-02"})
		p.in(t, "east", map[string]any{"code": "P", "name": "Chợ Vàm", "place": "10.386200, 105.435100"})
		for _, tt := range []struct {
			who, want string
			values    map[string]any
		}{
			{"officer", "A", map[string]any{"name": "nguyen thi bay", "born": "1980"}},
			{"officer", "A", map[string]any{"name": "Nguyễn Bảy", "born": "1980-05"}},
			{"officer", "A", map[string]any{"name": "Bảy Nguyễn Thi", "born": "1980-05-02"}},
			{"officer", "A", map[string]any{"name": "Nguyễn Thị Bẩi", "born": "1980-05-02"}},
			{"officer", "", map[string]any{"name": "Nguyễn Thị Bảy", "born": "1980-05-03"}},
			{"officer", "", map[string]any{"name": "Nguyễn Văn Sáu", "born": "1980-05-02"}},
			{"officer", "", map[string]any{"name": "Nguyễn Thị Bảy"}},
			{"officer", "A blocks", map[string]any{"name": "Khác", "number": "089 080 000 001"}},
			{"officer", "P", map[string]any{"name": "CHO VAM", "place": "10.386500, 105.435200"}},
			{"officer", "", map[string]any{"name": "CHO VAM", "place": "10.387000, 105.435200"}},
			{"west", "W", map[string]any{"name": "Nguyễn Thị Bảy", "born": "1980-05-02"}},
			{"west", "", map[string]any{"name": "x", "number": "089080000001"}},
		} {
			if got := p.suspected(t, tt.who, "", tt.values); got != tt.want {
				t.Errorf("%s enters %v: told %q, want %q", tt.who, tt.values, got, tt.want)
			}
		}
		if n := p.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(registers.AuditRead)); n != 1 {
			t.Errorf("%d records were recorded as read: one was found by its number", n)
		}
		err := p.do(t, "officer", func(tx *db.Tx, s registers.Standing) error {
			_, err := p.keeper.Enter(t.Context(), tx, s, "east", map[string]any{"code": "B", "name": "Khác", "number": "089080000001"})
			return err
		})
		if got := fields(t, err); !slices.Equal(got, []string{"number:duplicate"}) {
			t.Errorf("what the file refuses came in: %v", got)
		}
		twin := p.in(t, "east", map[string]any{"code": "C", "name": "Nguyễn Thị Bảy", "born": "1980-05-02", "number": "089080000001"})
		ok(t, p.do(t, "officer", func(tx *db.Tx, s registers.Standing) error { // what is there already is not in the way of other changes
			_, err := p.keeper.Amend(t.Context(), tx, s, twin.ID, 1, map[string]any{"job": "Làm ruộng"})
			return err
		}))
		if got := p.suspected(t, "officer", twin.ID, map[string]any{"job": "Làm vườn"}); got != "" {
			t.Errorf("told of %q though nothing of it was changed", got)
		}
		elsewhere, problems := decode(t, strings.Replace(strings.Replace(families, "version: 1", "version: 2", 1), "    duplicates:", "    duplicates:\n      elsewhere: true", 1))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		p.apply(t, elsewhere)
		if got := p.suspected(t, "west", "", map[string]any{"name": "x", "number": "089080000001"}); got != "elsewhere blocks" {
			t.Errorf("elsewhere: %q", got)
		}
	})
}

// Pairs are found whatever came first, once each, for those who see what was
// compared on both; what was said of them stays.
func TestPairsOfARegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newFamilies(t, w)
		a := p.in(t, "east", map[string]any{"code": "A", "name": "Trần Văn An", "born": "1975"})
		b := p.in(t, "east", map[string]any{"code": "B", "name": "Trần An", "born": "1975-01-02"})
		p.in(t, "west", map[string]any{"code": "W", "name": "Tran Van An", "born": "1975", "number": "089075000001"})
		for i := range 250 {
			p.in(t, "east", map[string]any{"code": fmt.Sprint("x", i), "name": fmt.Sprint("Hộ số ", i), "born": "1960"})
		}
		p.seek(t)
		const ab, all = "A-B Cùng tên, cùng ngày sinh", "A-B Cùng tên, cùng ngày sinh; A-W Cùng tên, cùng ngày sinh; B-W Cùng tên, cùng ngày sinh"
		for who, want := range map[string]string{"officer": ab, "west": "", "leader": all} {
			if got := p.pairs(t, who, registers.PairOpen); got != want {
				t.Errorf("%s finds %q, want %q", who, got, want)
			}
		}
		apart := func(who string, different bool) error {
			return p.do(t, who, func(tx *db.Tx, s registers.Standing) error {
				return p.keeper.TellApart(t.Context(), tx, s, b.ID, a.ID, different)
			})
		}
		if err := apart("west", true); !errors.Is(err, registers.ErrNotFound) {
			t.Errorf("told apart what they do not see: %v", err)
		}
		ok(t, apart("officer", true))
		ok(t, p.update(t, "nguoi", a.ID, 1, map[string]any{"job": "Giáo viên"})) // it is looked at again
		ok(t, p.do(t, "leader", func(tx *db.Tx, s registers.Standing) error { return p.keeper.LookAgain(t.Context(), tx, s) }))
		p.seek(t)
		if got := p.pairs(t, "officer", registers.PairOpen) + "|" + p.pairs(t, "officer", registers.PairDifferent); got != "|"+ab {
			t.Errorf("told apart: %s", got)
		}
		ok(t, apart("officer", false))
		if got := p.pairs(t, "officer", registers.PairOpen); got != ab {
			t.Errorf("suspected again: %s", got)
		}
		ok(t, p.update(t, "nguoi", b.ID, 1, map[string]any{"born": "1976"}))
		p.seek(t)
		if got := p.pairs(t, "leader", registers.PairOpen); got != "A-W Cùng tên, cùng ngày sinh" {
			t.Errorf("after a change: %s", got)
		}
		var look registers.Look
		ok(t, p.do(t, "leader", func(tx *db.Tx, s registers.Standing) (err error) {
			look, err = p.keeper.DuplicateLook(t.Context(), tx, s)
			return err
		}))
		if look.Running || look.Looked != 253 || look.Wide != 0 || look.Ended.IsZero() {
			t.Errorf("%+v", look)
		}
	})
}

// A look that dies goes on where it was, and two servers at once find each pair once.
func TestALookGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newFamilies(t, w)
		for i := range 320 {
			p.in(t, "east", map[string]any{"code": fmt.Sprint("x", i), "name": fmt.Sprint("Quầy số ", i/2), "born": "1960"})
		}
		if more, err := p.keeper.SeekDuplicates(t.Context(), p.d); err != nil || !more {
			t.Fatal(more, err)
		}
		if n := p.count(t, `SELECT looked FROM registers_twin_looks`); n != 100 {
			t.Errorf("%d were looked at", n)
		}
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				for more := true; more; {
					var err error
					if more, err = p.keeper.SeekDuplicates(t.Context(), p.d); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		both.Wait()
		if n, looked := p.count(t, `SELECT COUNT(*) FROM registers_twins`), p.count(t, `SELECT looked FROM registers_twin_looks`); n != 160 || looked != 320 {
			t.Errorf("%d pairs of %d records", n, looked)
		}
	})
}

// The list and the search for others read an index of a full table.
func TestPairsAreReadByIndex(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newFamilies(t, w)
		p.write(t, func(tx *db.Tx) error {
			for i := range 20_000 {
				if _, err := tx.Exec(t.Context(), `INSERT INTO registers_twins (register, first, second, rules, state, decided_by) VALUES ($1, $2, $3, '', $4, '')`,
					[]string{"nguoi", "khac"}[i%2], fmt.Sprintf("a%06d", i), fmt.Sprintf("b%06d", i), []string{"open", "different"}[i%50/49]); err != nil {
					return err
				}
				if _, err := tx.Exec(t.Context(), `INSERT INTO registers_twin_keys (register, key, record) VALUES ($1, $2, $3)`, "nguoi", fmt.Sprint("k", i), fmt.Sprint("r", i)); err != nil {
					return err
				}
			}
			return nil
		})
		analyze(t, p.d)
		s, err := p.keeper.Stand(t.Context(), p.d, p.people["officer"], "nguoi")
		ok(t, err)
		for _, after := range []string{"", "MDE5MGY5YTAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAwIDAxOTBmOWEwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMQ"} {
			query, args, err := p.keeper.PairsQuery(s, after)
			ok(t, err)
			if said := explain(t, p.d, query, args); !strings.Contains(said, "registers_twins_") || strings.Contains(said, "Seq Scan on registers_twins") || strings.Contains(said, "TEMP B-TREE FOR ORDER") {
				t.Errorf("%s\n%s", query, said)
			}
		}
		said := explain(t, p.d, registers.TwinQuery+`$3, $4) ORDER BY k.record LIMIT 10`, []any{"nguoi", "r1", "k1", "k2"})
		if !strings.Contains(said, "registers_twin_keys") || strings.Contains(said, "Seq Scan on registers_twin_keys") || strings.Contains(said, "SCAN k ") {
			t.Error(said)
		}
	})
}

// A look and those who write meanwhile are not in each other's way, and in the end
// the pairs are those of what stands there.
func TestALookBesideWriters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newFamilies(t, w)
		var all []registers.Record
		for i := range 40 {
			all = append(all, p.in(t, "east", map[string]any{"code": fmt.Sprint("x", i), "name": fmt.Sprint("Quầy số ", i), "born": "1960"}))
		}
		var both sync.WaitGroup
		both.Go(func() {
			for range 10 {
				if err := p.do(t, "leader", func(tx *db.Tx, s registers.Standing) error { return p.keeper.LookAgain(t.Context(), tx, s) }); err != nil {
					t.Error(err)
				}
				if _, err := p.keeper.SeekDuplicates(t.Context(), p.d); err != nil {
					t.Error(err)
				}
			}
		})
		for part := range 2 {
			both.Go(func() {
				for i, rec := range all[part*20 : part*20+20] {
					for version := range int64(3) {
						if err := p.update(t, "nguoi", rec.ID, version+1, map[string]any{"name": fmt.Sprint("Quầy số ", part*20+i/2+int(2-version)*100)}); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		both.Wait()
		p.seek(t)
		if n := p.count(t, `SELECT COUNT(*) FROM registers_twins`); n != 20 {
			t.Errorf("%d pairs of 40 records, two of each name", n)
		}
	})
}

// What a right hides of a record tells nothing of others, neither at entry nor in
// the list.
func TestHiddenFieldsTellNoDuplicates(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		text := strings.Replace(families, "except: [note]", "except: [note, number]", 1)
		text = strings.Replace(text, "fields: [{field: number}]\n          blocks: true", "fields: [{field: name, as: folded}, {field: number}]", 1)
		d, problems := decode(t, text)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		p := newOffice(t, w, d, map[string][]string{"officer": {"officer east"}, "head": {"leader east"}})
		p.in(t, "east", map[string]any{"code": "A", "name": "Trần Văn An", "number": "089075000001"})
		b := p.in(t, "east", map[string]any{"code": "B", "name": "Khác hẳn", "number": "089075000001"})
		for who, want := range map[string]string{"officer": "", "head": "A"} {
			if got := p.suspected(t, who, b.ID, map[string]any{"name": "tran van an"}); got != want {
				t.Errorf("%s is told of %q, want %q", who, got, want)
			}
		}
		ok(t, p.update(t, "nguoi", b.ID, 1, map[string]any{"name": "Trần Văn An"}))
		p.seek(t)
		for who, want := range map[string]string{"officer": "", "head": "A-B Cùng số định danh"} {
			if got := p.pairs(t, who, registers.PairOpen); got != want {
				t.Errorf("%s finds %q, want %q", who, got, want)
			}
		}
	})
}
