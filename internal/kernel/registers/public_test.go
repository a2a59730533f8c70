// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

const guides = `
registers:
  - id: diem
    title: Điểm
    version: 1
    fields:
      - {key: code, label: Số, type: text, unique: true, required: true}
      - {key: name, label: Tên, type: text, searchable: true}
      - {key: khmer, label: Tên Khmer, type: text, language: km, translates: name}
      - {key: story, label: Bài, type: longtext}
      - {key: place, label: Nơi, type: point}
      - {key: secret, label: Kín, type: phone}
      - {key: from_day, label: Từ, type: date}
      - {key: until_day, label: Đến, type: date}
    list: {columns: [code, name], sort: code, sorts: [until_day]}
    valid: {from: from_day, until: until_day, soon: 30}
    life:
      states:
        - {id: draft, name: Nháp, kind: draft}
        - {id: shown, name: Hiện, kind: live}
        - {id: paused, name: Dừng, kind: suspended}
        - {id: gone, name: Bỏ, kind: ended}
      moves:
        - {id: show, name: Hiện, from: [draft, paused], to: shown, may: [all]}
        - {id: pause, name: Dừng, from: [shown], to: paused, may: [all]}
        - {id: end, name: Bỏ, from: [shown], to: gone, may: [all]}
    public_page:
      code: code
      title: name
      texts: [story]
      facts: [from_day]
      place: place
      search: [code, name]
      ask: Nhập số
      holds: Còn
      fails: Hết
      beside: [{register: vat, by: diem, title: Vật}]
      languages: [{id: km, name: "ភាសាខ្មែរ", labels: [{field: from_day, text: "ថ្ងៃ"}]}]
    rights:
      - {id: public, name: Mọi người, public: true, may: [view], except: [until_day, secret]}
      - {id: all, name: Tất cả, roles: [officer], may: [view, add, change], everywhere: true}
`

// Each mistake of a page for visitors, of a language or of what is said before the
// end is told at its line.
func TestMistakesOfPublicPages(t *testing.T) {
	t.Parallel()
	if _, problems := decode(t, guides); len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, tt := range []struct{ old, with, code string }{
		{"code: code\n", "code: name\n", "public_field"},
		{"title: name\n", "title: secret\n", "public_field"},
		{"title: name\n", "title: place\n", "public_field"},
		{"facts: [from_day]", "facts: [nothing]", "public_field"},
		{"facts: [from_day]", "facts: [secret]", "public_field"},
		{"place: place\n", "place: story\n", "public_field"},
		{"search: [code, name]", "search: [story]", "public_field"},
		{"search: [code, name]", "search: []", "public_search"},
		{"ask: Nhập số", "ask:", "public_search"},
		{"fails: Hết", "fails:", "public_holds"},
		{"register: vat,", "register: Vat!,", "public_beside"},
		{"id: km, name: \"ភាសាខ្មែរ\"", "id: vi, name: Việt", "twice"},
		{"id: km, name: \"ភាសាខ្មែរ\"", "id: Khmer, name: K", "language"},
		{"field: from_day, text", "field: nothing, text", "unknown_field"},
		{"language: km, translates: name", "language: khmer, translates: name", "language"},
		{"language: km, translates: name", "language: km, translates: khmer", "translates"},
		{"language: km, translates: name", "language: km, translates: place", "translates"},
		{"type: longtext}", "type: longtext, language: km, translates: name}", "twice"},
		{"soon: 30", "soon: -1", "valid_soon"},
		{"sorts: [until_day]", "sorts: []", "valid_soon"},
	} {
		text := strings.Replace(guides, tt.old, tt.with, 1)
		_, problems := decode(t, text)
		if text == guides || !slices.ContainsFunc(problems, func(p registers.Problem) bool {
			return p.Code == "registers.definition."+tt.code && p.Line > 0
		}) {
			t.Errorf("%s: %v, want %s", tt.with, problems, tt.code)
		}
	}
}

// A record holds on a day when it is live and the day lies within its validity,
// and nothing is said of it where the rights do not show what that hangs on.
func TestWhetherARecordHolds(t *testing.T) {
	t.Parallel()
	d, _ := decode(t, guides)
	s := registers.Standing{Definition: d, Holds: []registers.Hold{{Right: d.Rights[1]}}}
	for _, tt := range []struct {
		state, from, until string
		want               registers.Stands
	}{
		{"shown", "2026-01-01", "2026-12-31", registers.StandsHolds},
		{"shown", "2026-11-21", "2026-11-21", registers.StandsHolds}, // both days included
		{"shown", "", "", registers.StandsHolds},
		{"shown", "2026-11-22", "", registers.StandsEarly},
		{"shown", "2026-01-01", "2026-11-20", registers.StandsExpired},
		{"draft", "2026-01-01", "2026-12-31", registers.StandsDraft},
		{"paused", "2026-01-01", "2026-12-31", registers.StandsSuspended},
		{"gone", "2026-01-01", "2026-12-31", registers.StandsEnded},
		{"", "2026-01-01", "2026-12-31", ""},
	} {
		values := map[string]any{}
		for key, v := range map[string]string{registers.LifeKey: tt.state, "from_day": tt.from, "until_day": tt.until} {
			if v != "" {
				values[key] = v
			}
		}
		if got, said := s.StandsOn(registers.Record{Values: values}, "2026-11-21"); got != tt.want || said != (tt.want != "") {
			t.Errorf("%+v: %q %v", tt, got, said)
		}
	}
	public := registers.Standing{Definition: d, Actor: identity.Actor{}, Holds: []registers.Hold{{Right: d.Rights[0]}}}
	if got, said := public.StandsOn(registers.Record{Values: map[string]any{registers.LifeKey: "shown"}}, "2026-11-21"); said {
		t.Errorf("who does not see the last day is told %q", got)
	}
}

// A text is found in a language, and a page for visitors that changes is told in the plan.
func TestTextsInTheirLanguage(t *testing.T) {
	t.Parallel()
	d, _ := decode(t, guides)
	for _, tt := range []struct{ key, language, want string }{{"name", "km", "khmer"}, {"name", "en", "name"}, {"story", "km", "story"}} {
		if f, ok := d.In(tt.key, tt.language); !ok || f.Key != tt.want {
			t.Errorf("%s in %s is %s", tt.key, tt.language, f.Key)
		}
	}
	if said, ok := d.Public.Speaking[0].Label("from_day"); !ok || said != "ថ្ងៃ" {
		t.Errorf("label %q", said)
	}
	each(t, func(t *testing.T, w world) {
		w.write(t, func(tx *db.Tx) error {
			_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}}, nil)
			return err
		})
		w.apply(t, d)
		next, problems := decode(t, strings.NewReplacer("version: 1", "version: 2", "ask: Nhập số", "ask: Nhập tên", "language: km, translates: name", "language: en, translates: name").Replace(guides))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		var got []string
		for _, c := range w.plan(t, next).Changes {
			got = append(got, string(c.Kind)+" "+c.Field+" "+c.Aspect)
		}
		if want := []string{"relabel  public_page", "relabel khmer language"}; !slices.Equal(got, want) {
			t.Errorf("plan %q, want %q", got, want)
		}
		if again := w.plan(t, d); !again.Nothing() {
			t.Errorf("the same file changes %v", again.Changes)
		}
	})
}
