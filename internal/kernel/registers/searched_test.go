// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// finding is a world with the search of the house over its registers.
type finding struct {
	world

	index *search.Index
}

func findings(t *testing.T, f func(t *testing.T, w finding)) {
	t.Helper()
	dbtest.Each(t, append(migrations(), search.Migrations()), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := finding{newWorld(t, d, c), search.New(d)}
		w.index.Declare(search.Kind{
			Name: "record", Version: 1, Facets: []search.Facet{{Name: registers.SearchFacet}},
			List: w.keeper.SearchList, Load: w.keeper.SearchDocs, Count: w.keeper.SearchCount, Since: w.keeper.SearchSince, Shape: w.keeper.SearchShape,
			Views: w.keeper.SearchViews, Thing: registers.SearchThing,
			Path: func(_ identity.Actor, id string) string { return "/so/" + id },
		})
		f(t, w)
	})
}

// settle brings everything into the index.
func (w finding) settle(t *testing.T) {
	t.Helper()
	for more := true; more; {
		var err error
		more, err = w.keeper.OrderFeed(t.Context(), w.d)
		ok(t, err)
	}
	for i := 0; ; i++ {
		more, err := w.index.Step(t.Context())
		ok(t, err)
		if !more {
			return
		}
		if i > 500 {
			t.Fatal("the index is never done")
		}
	}
}

func (w finding) ask(t *testing.T, a identity.Actor, q search.Ask) search.Answer {
	t.Helper()
	got, err := w.index.Find(t.Context(), a, q)
	ok(t, err)
	return got
}

// secretRegister has fields of several kinds; each holds a word of its own in each record.
const secretRegister = `registers:
  - id: %s
    title: Sổ thử
    version: %d
    fields:
      - {key: code, label: Số, type: text, unique: true}
      - {key: name, label: Tên, type: text, searchable: true}
      - {key: note, label: Ghi chú, type: longtext}
      - {key: firm, label: Tổ chức, type: organisation}
      - {key: secret, label: Mật, type: text, personal: basic}
      - {key: second, label: Nơi khác, type: unit}
      - {key: keeper, label: Chủ, type: person, personal: basic}
    list: {columns: [code, name, note, firm]}
    life:
      states: [{id: draft, name: Nháp, kind: draft}, {id: live, name: Hiện hành, kind: live}]
      moves: [{id: publish, name: Công bố, from: [draft], to: live, may: [keep]}]
    rights:
      - {id: keep, name: Ghi, roles: [officer], everywhere: true, may: [view, add, change, hide]}
%s`

// word is the word that a field of a record alone has; no two are alike enough for one
// to be taken for a mistake in the other.
func word(register, field string, i int) string {
	sum := sha256.Sum256([]byte(fmt.Sprint(register, field, i)))
	var b strings.Builder
	for _, c := range sum[:14] {
		_ = b.WriteByte('a' + c%26)
	}
	return b.String()
}

// Whoever they are: a word that stands in one field of one record is found, counted
// and offered if a right shows that field of that record, and else is not there.
func TestTheSearchShowsWhatRightsShow(t *testing.T) {
	t.Parallel()
	findings(t, func(t *testing.T, w finding) {
		keys := crypt.Ephemeral()
		*w.keeper = *registers.NewKeeper(keys)
		random := rand.New(rand.NewPCG(7, 9))
		dir := identity.NewDirectory(keys)
		var person string
		w.write(t, func(tx *db.Tx) (err error) {
			if _, err = access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}}, nil); err != nil {
				return err
			}
			person, err = dir.SavePerson(t.Context(), tx, identity.Person{Kind: identity.Individual, Name: "Trần Văn Bé", Number: "089085001234"})
			return err
		})
		fields := []string{"code", "name", "note", "firm", "secret"}
		pick := func(all ...string) string { return all[random.IntN(len(all))] }
		rightsOf := func() string {
			var b strings.Builder
			for i := range 1 + random.IntN(4) {
				shows := pick("", ", only: [name, keeper]", ", only: [code, note]", ", except: [name]", ", except: [note, firm]", ", only: [secret, keeper]", ", only: [firm, life]")
				_, _ = fmt.Fprintf(&b, "      - {id: r%d, name: Quyền, %s, may: [view]%s%s}\n", i,
					pick("roles: [leader]", "roles: [leader], units: [second]", "roles: [leader], everywhere: true", "owner: keeper", "public: true"), shows, pick("", "", ", states: [live]"))
			}
			return b.String()
		}
		for n := range 6 {
			id := fmt.Sprintf("so-%c", 'a'+n)
			d, problems := decode(t, fmt.Sprintf(secretRegister, id, 1, rightsOf()))
			for len(problems) > 0 { // personal fields for everybody
				d, problems = decode(t, fmt.Sprintf(secretRegister, id, 1, rightsOf()))
			}
			w.apply(t, d)
			var made []registers.Record
			for i := range 6 {
				values := map[string]any{"second": pick("east", "west", "hamlet")}
				for _, f := range fields {
					values[f] = word(id, f, i) + " chung"
				}
				values["firm"] = map[string]any{"name": word(id, "firm", i)}
				if i%2 == 0 {
					values["keeper"] = map[string]any{"name": "Trần Văn Bé", "number": "089085001234"}
				}
				w.write(t, func(tx *db.Tx) error {
					rec, err := w.keeper.Insert(t.Context(), tx, w.actor, access.All(), id, pick("east", "west", "hamlet"), values)
					made = append(made, rec)
					return err
				})
			}
			if n%2 == 0 {
				w.settle(t)
			}
			officer := identity.NewActor("o", "").Grant(d.Permission(d.Rights[0]), identity.Place{Unit: "province"})
			s, err := w.keeper.Stand(t.Context(), w.d, officer, id)
			ok(t, err)
			w.write(t, func(tx *db.Tx) error { // after they are in the index
				_, err := w.keeper.Move(t.Context(), tx, s, made[0].ID, 1, "publish", "", nil)
				if err == nil {
					err = w.keeper.TakeOut(t.Context(), tx, s, made[1].ID, 1)
				}
				if err == nil { // it is another person's from now on
					_, err = w.keeper.Amend(t.Context(), tx, s, made[2].ID, 1, map[string]any{"keeper": map[string]any{"name": "Ai đó", "number": "089085009999"}})
				}
				return err
			})
			people := map[string]identity.Actor{"nobody": {}, "owner": identity.NewActor("c", person), "officer": officer}
			for at, place := range map[string]identity.Place{"east": {Unit: "east"}, "east and under": {Unit: "east", Subtree: true}} {
				a := identity.NewActor("l-"+at, "")
				for _, r := range d.Rights[1:] {
					if len(r.Roles) > 0 {
						a = a.Grant(d.Permission(r), place)
					}
				}
				people["leader of "+at] = a
			}
			w.settle(t)
			for who, a := range people {
				s, standing := w.keeper.Stand(t.Context(), w.d, a, id)
				together := 0
				for i, rec := range made {
					var shown registers.Record
					if standing == nil {
						shown, _ = w.keeper.Read(t.Context(), w.d, s, rec.ID, "")
					}
					for _, f := range fields {
						_, may := shown.Values[f]
						secret := word(id, f, i)
						for _, typing := range []bool{false, true} {
							got := w.ask(t, a, search.Ask{Question: secret, Typing: typing})
							hits := slices.ContainsFunc(got.Items, func(h search.Hit) bool { return h.ID == id+"/"+rec.ID })
							if hits != may || got.Total() != len(got.Items) || !may && (got.Total() != 0 || got.Meant != "") {
								t.Errorf("%s in %s (%s), typing %t: %q of record %d is shown: %t, found: %t, %d counted, meant %q", who, id, rec.Unit, typing, f, i, may, hits, got.Total(), got.Meant)
							}
							for _, h := range got.Items {
								said := h.Title.VI + " " + h.Line.VI + " " + h.Code
								for _, other := range fields {
									if _, seen := shown.Values[other]; !seen && strings.Contains(said, word(id, other, i)) {
										t.Errorf("%s in %s: a hit says %q", who, id, said)
									}
								}
							}
						}
					}
					if _, may := shown.Values["note"]; may {
						together++
					} else if _, may := shown.Values["name"]; may {
						together++
					} else if _, may := shown.Values["code"]; may {
						together++
					}
				}
				got := w.ask(t, a, search.Ask{Question: "chung", Kind: "record", Values: map[string]string{registers.SearchFacet: id}, Limit: 100})
				if got.Total() != together || len(got.Items) != together {
					t.Errorf("%s in %s: %d of a common word, want %d", who, id, got.Total(), together)
				}
			}
		}
	})
}

// A code is found as people type it; a file that says nothing is found by its list, one
// that says off is not; another version of the file holds at once where it shows less.
func TestTheSearchFollowsTheFile(t *testing.T) {
	t.Parallel()
	findings(t, func(t *testing.T, w finding) {
		w.write(t, func(tx *db.Tx) error {
			_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}}, nil)
			return err
		})
		file := func(version int, only, more string) registers.Definition {
			d, problems := decode(t, fmt.Sprintf(`registers:
  - id: cho
    title: {vi: Sổ chợ, en: Markets}
    version: %d
    fields:
      - {key: code, label: Số, type: text, unique: true}
      - {key: name, label: Tên, type: text}
      - {key: kind, label: Loại, type: choice, options: [{value: a, label: {vi: Chợ đầu mối, en: Wholesale}}]}
      - {key: note, label: Ghi chú, type: text}
    list: {columns: [code, name, kind]}
    rights: [{id: all, name: Ai cũng xem, public: true, may: [view]%s}]
%s`, version, only, more))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			return d
		}
		w.apply(t, file(1, "", ""))
		w.write(t, func(tx *db.Tx) error {
			_, err := w.keeper.Insert(t.Context(), tx, w.actor, access.All(), "cho", "east", map[string]any{"code": "AG-12/34", "name": "Chợ Mỹ Bình", "kind": "a", "note": "riêng"})
			return err
		})
		w.settle(t)
		finds := func(question string) string {
			a := w.ask(t, identity.Actor{}, search.Ask{Question: question})
			var said []string
			for _, h := range a.Items {
				said = append(said, h.Title.VI+" ("+h.Line.VI+") "+h.Code+" "+h.Values[0].Label.EN)
			}
			return strings.Join(said, "|")
		}
		const hit = "Chợ Mỹ Bình (Chợ đầu mối) AG-12/34 Markets"
		for question, want := range map[string]string{"my binh": hit, "ag1234": hit, "AG-12/34": hit, "wholesale": hit, "rieng": "", "sổ chợ zzz": ""} {
			if got := finds(question); got != want {
				t.Errorf("%q finds %q, want %q", question, got, want)
			}
		}
		// The file shows less from now on: nobody finds by it, before the index is built anew.
		w.clock.Advance(time.Second)
		w.apply(t, file(2, ", only: [code]", ""))
		if got := finds("my binh"); got != "" {
			t.Errorf("what is no longer shown is found: %q", got)
		}
		w.settle(t)
		if got := finds("ag1234"); got != "AG-12/34 () AG-12/34 Markets" {
			t.Errorf("by the number alone: %q", got)
		}
		w.clock.Advance(time.Second)
		w.apply(t, file(3, "", "    search: {title: note, number: code, text: [name]}"))
		w.settle(t)
		if got := finds("rieng"); got != "riêng (Chợ Mỹ Bình) AG-12/34 Markets" || finds("wholesale") != "" {
			t.Errorf("as the file says: %q, %q", got, finds("wholesale"))
		}
		w.clock.Advance(time.Second)
		w.apply(t, file(4, "", "    search: {off: true}"))
		w.settle(t)
		if got := finds("rieng") + finds("ag1234"); got != "" {
			t.Errorf("switched off: %q", got)
		}
		if _, problems := decode(t, `registers:
  - {id: x, title: X, version: 1, fields: [{key: a, label: A, type: text, personal: basic}, {key: b, label: B, type: integer}], search: {title: a, text: [b, c]}}`); len(problems) != 3 {
			t.Errorf("%v", problems)
		}
		// What the feed has forgotten is built anew.
		before, err := w.index.Health(t.Context())
		ok(t, err)
		w.clock.Advance(time.Hour)
		w.apply(t, file(5, "", ""))
		w.write(t, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE registers_feeds SET gone_place = last_place + 5, last_place = last_place + 5`)
			return err
		})
		w.settle(t)
		after, err := w.index.Health(t.Context())
		ok(t, err)
		if !after.Finished.After(before.Finished.Time) || finds("my binh") != hit || after.Kinds[0].Source != after.Kinds[0].Index {
			t.Errorf("%+v", after)
		}
	})
}
