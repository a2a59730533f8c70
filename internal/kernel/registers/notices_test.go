// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

const parked = `registers:
  - id: giu-xe
    title: Điểm giữ xe
    version: 1
    fields:
      - {key: code, label: Số, type: text, required: true, unique: true}
      - {key: place, label: Nơi, type: text}
      - {key: since, label: Từ, type: date}
      - {key: kind, label: Loại, type: choice, options: [{value: car, label: Ô tô}, {value: bike, label: Xe máy}]}
    list: {columns: [code], sort: code, filters: [kind]}
    rights:
      - {id: desk, name: Ghi, roles: [officer], may: [view, add, destroy]}
      - {id: public, name: Công khai, public: true, may: [view]}
`

// TestWhoApprovesIsToldOfPublishingAndKeeping tells what is published more and what
// is kept shorter, otherwise or for ever; the other way round is not told.
func TestWhoApprovesIsToldOfPublishingAndKeeping(t *testing.T) {
	t.Parallel()
	words, err := registers.Locales()
	ok(t, err)
	catalogue, err := i18n.Load(words)
	ok(t, err)
	const (
		head   = "    open_data: {title: {vi: A, en: A}, about: {vi: B, en: B}, licence: CC-BY-4.0, refreshed: daily, "
		narrow = head + "fields: [code], where: [{field: kind, op: is, values: [car]}]}\n"
		ten    = "    retention: {after: {years: 10}, from: {field: since}, then: review, basis: luat}\n"
	)
	each(t, func(t *testing.T, w world) {
		w.write(t, func(tx *db.Tx) error {
			_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}}, nil)
			return err
		})
		plan := func(more string, version string) registers.Plan {
			t.Helper()
			d, problems := decode(t, strings.Replace(parked, "version: 1", "version: "+version, 1)+more)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			p, err := w.keeper.Plan(t.Context(), w.d, d)
			ok(t, err)
			for _, lang := range []i18n.Lang{i18n.VI, i18n.EN} {
				if said := p.Text(catalogue.Printer(lang)); strings.Contains(said, "registers.") {
					t.Errorf("a change without words: %s", said)
				}
			}
			return p
		}
		kinds := func(p registers.Plan) (all []registers.NoticeKind) {
			for _, n := range p.Notices() {
				all = append(all, n.Kind)
			}
			return all
		}
		first := plan(narrow+ten, "1")
		if got := kinds(first); !slices.Equal(got, []registers.NoticeKind{registers.Publishes}) {
			t.Errorf("a new register: %v", got)
		}
		w.write(t, func(tx *db.Tx) error { return w.keeper.Apply(t.Context(), tx, identity.Program("test"), first) })
		for said, want := range map[string][]registers.NoticeKind{
			narrow + ten: nil,
			ten:          nil,
			head + "fields: [code, place], where: [{field: kind, op: is, values: [car]}]}\n" + ten: {registers.PublishesMore},
			head + "fields: [code], where: [{field: kind, op: is, values: [car, bike]}]}\n" + ten:  {registers.PublishesWider},
			head + "fields: [code, place]}\n" + ten:                                                {registers.PublishesMore, registers.PublishesWider},
			narrow:                                                                                 {registers.KeptForEver},
			narrow + strings.Replace(ten, "years: 10", "years: 11", 1):                             nil,
			narrow + strings.Replace(ten, "years: 10", "months: 120", 1):                           nil,
			narrow + strings.Replace(ten, "years: 10", "months: 119", 1):                           {registers.KeptShorter},
			narrow + strings.Replace(ten, "years: 10", "days: 3652", 1):                            {registers.KeptShorter},
			narrow + strings.Replace(ten, "then: review", "then: destroy", 1):                      {registers.KeptOtherwise},
			narrow + strings.Replace(ten, "then: review", "then: archive", 1):                      nil,
			narrow + strings.Replace(ten, "basis: luat", "basis: luat-khac", 1):                    nil,
		} {
			if got := kinds(plan(said, "2")); !slices.Equal(got, want) {
				t.Errorf("%s: %v, not %v", said, got, want)
			}
		}
		bare := plan("", "2")
		w.write(t, func(tx *db.Tx) error { return w.keeper.Apply(t.Context(), tx, identity.Program("test"), bare) })
		all := plan(narrow+ten, "3").Notices()
		if len(all) != 2 || all[0].Kind != registers.Publishes || !slices.Equal(all[0].Fields, []string{"code"}) ||
			all[1].Kind != registers.KeptShorter || all[1].Was != nil || all[1].Is.Told(catalogue.Printer(i18n.EN)) != "10 years" {
			t.Errorf("%+v", all)
		}
	})
}
