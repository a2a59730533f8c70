// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

const dogs = `registers:
  - id: cho-nuoi
    title: Sổ chó nuôi
    version: 1
    fields:
      - {key: name, label: Tên, type: text, required: true, searchable: true}
      - {key: weight, label: Nặng, type: decimal(1), measure: kg}
      - {key: note, label: Ghi chú, type: text}
      - {key: keeper, label: Chủ nuôi, type: person, personal: basic}
      - {key: second, label: Nơi chuyển đến, type: unit}
    list: {columns: [name], sort: name, sorts: [weight], filters: [note, second]}
    rights:
      - {id: keep, name: Ghi sổ, roles: [officer], units: [second], may: [view, add, change, hide]}
      - {id: look, name: Xem toàn tỉnh, roles: [leader], everywhere: true, may: [view], except: [note, keeper]}
      - {id: own, name: Chủ nuôi xem, owner: keeper, may: [view], only: [name, weight, keeper]}
      - {id: all, name: Mọi người xem, public: true, may: [view], only: [name]}
`

// rights is a register with rights and three records: Vàng and Mực in the east,
// Vện in the west and about to move to the east.
type rights struct {
	world
	people map[string]identity.Actor
	names  map[string]string // by record
}

func newRights(t *testing.T, w world) rights {
	t.Helper()
	keys := crypt.Ephemeral()
	w.keeper = registers.NewKeeper(keys)
	d, problems := decode(t, dogs)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	dir := identity.NewDirectory(keys)
	var owner string
	w.write(t, func(tx *db.Tx) (err error) {
		if _, err = access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}}, nil); err != nil {
			return err
		}
		owner, err = dir.SavePerson(t.Context(), tx, identity.Person{Kind: identity.Individual, Name: "Trần Văn Bé", Number: "089085001234"})
		return err
	})
	w.apply(t, d)
	officer := identity.NewActor("o", "").Grant(d.Permission(d.Rights[0]), identity.Place{Unit: "east", Subtree: true})
	leader := identity.NewActor("l", "").Grant(d.Permission(d.Rights[1]), identity.Place{Unit: "province"})
	r := rights{world: w, names: map[string]string{}, people: map[string]identity.Actor{
		"officer": officer, "leader": leader, "owner": identity.NewActor("c", owner), "nobody": {},
	}}
	for _, one := range []struct {
		unit   string
		values map[string]any
	}{
		{"east", map[string]any{"name": "Vàng", "weight": "12.5", "note": "dữ", "keeper": map[string]any{"name": "Trần Văn Bé", "number": "089085001234"}}},
		{"east", map[string]any{"name": "Mực", "weight": "7", "note": "hiền"}},
		{"west", map[string]any{"name": "Vện", "weight": "9", "note": "dữ", "second": "east"}},
		{"west", map[string]any{"name": "Cò", "weight": "30", "note": "dữ"}},
	} {
		w.write(t, func(tx *db.Tx) error {
			_, err := w.keeper.Insert(t.Context(), tx, w.actor, access.All(), d.ID, one.unit, one.values)
			return err
		})
	}
	return r
}

// list says what a person sees: "Vàng:name,weight Mực:name …".
func (r rights) list(t *testing.T, who string, ask registers.Ask) string {
	t.Helper()
	s, err := r.keeper.Stand(t.Context(), r.d, r.people[who], "cho-nuoi")
	if err != nil {
		return err.Error()
	}
	var p registers.Page
	r.write(t, func(tx *db.Tx) (e error) {
		p, err = r.keeper.Find(t.Context(), tx, s, ask)
		return nil
	})
	if err != nil {
		return err.Error()
	}
	n, more, err := r.keeper.Tally(t.Context(), r.d, s, ask, 100)
	if ask.Purpose == "" && (err != nil || more || n != len(p.Records)) {
		t.Errorf("%s sees %d records and counts %d (%v, %v)", who, len(p.Records), n, more, err)
	}
	var all []string
	for _, rec := range p.Records {
		fields := slices.Sorted(maps.Keys(rec.Values))
		line := strings.Join(fields, ",")
		if len(rec.Withheld) > 0 {
			line += "(" + strings.Join(rec.Withheld, ",") + ")"
		}
		all = append(all, asText(rec.Values["name"])+":"+line)
	}
	return strings.Join(all, " ")
}

func asText(v any) string { s, _ := v.(string); return s }

// Everybody sees the records and the fields of their rights, and no filter, order
// or count tells anything else.
func TestARegisterSaysWhoSeesWhat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		r := newRights(t, w)
		has := func(field string, op registers.Op, values ...string) registers.Ask {
			return registers.Ask{Where: []registers.Condition{{Field: field, Op: op, Values: values}}}
		}
		between := func(from, to string) registers.Ask {
			return registers.Ask{Where: []registers.Condition{
				{Field: "weight", Op: registers.To, Values: []string{to}},
				{Field: "weight", Op: registers.From, Values: []string{from}},
			}}
		}
		for _, tt := range []struct {
			who  string
			ask  registers.Ask
			want string
		}{
			{"officer", registers.Ask{By: "name"}, "Cò:name Mực:name,note,weight(keeper) Vàng:name,note,weight(keeper) Vện:name,note,second,weight(keeper)"},
			{"leader", registers.Ask{By: "weight", Down: true}, "Cò:name,weight Vàng:name,weight Vện:name,second,weight Mực:name,weight"},
			{"owner", registers.Ask{By: "name"}, "Cò:name Mực:name Vàng:name,weight(keeper) Vện:name"},
			{"owner", registers.Ask{By: "name", Purpose: access.Own}, "Cò:name Mực:name Vàng:keeper,name,weight Vện:name"},
			{"nobody", registers.Ask{By: "name"}, "Cò:name Mực:name Vàng:name Vện:name"},
			// A filter looks only where it may be seen: Cò is as bad-tempered, in the west.
			{"officer", has("note", registers.Is, "dữ"), "Vàng:name,note,weight(keeper) Vện:name,note,second,weight(keeper)"},
			{"leader", has("note", registers.Is, "dữ"), "find in register cho-nuoi: form.invalid [note registers.value.unknown]"},
			{"nobody", has("weight", registers.From, "10"), "find in register cho-nuoi: form.invalid [weight registers.value.unknown]"},
			{"owner", has("weight", registers.From, "1"), "Vàng:name,weight(keeper)"},
			{"leader", has("weight", registers.From, "9"), "Vàng:name,weight Vện:name,second,weight Cò:name,weight"},
			{"leader", has("weight", registers.To, "9"), "Mực:name,weight Vện:name,second,weight"},
			{"leader", between("9", "9"), "Vện:name,second,weight"},
			{"leader", between("9.1", "9"), "find in register cho-nuoi: form.invalid [weight registers.value.crossed]"},
			{"owner", registers.Ask{By: "weight"}, "Vàng:name,weight(keeper)"},
			{"leader", has("second", registers.Is, "east"), "Vện:name,second,weight"},
			{"leader", has("second", registers.Empty), "Vàng:name,weight Mực:name,weight Cò:name,weight"},
			{"nobody", has("name", registers.Has, "ven"), "Vện:name"},
			{"nobody", has("name", registers.Has, "% _"), "find in register cho-nuoi: form.invalid [name registers.value.shape]"},
			{"officer", has("unit", registers.Is, "west"), "Vện:name,note,second,weight(keeper) Cò:name"},
		} {
			got := r.list(t, tt.who, tt.ask)
			if got != tt.want {
				t.Errorf("%s asks %+v\n got %s\nwant %s", tt.who, tt.ask, got, tt.want)
			}
		}
	})
}

// Pages go on where the page before ended, in every order and both directions.
func TestPagesOfFind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		r := newRights(t, w)
		s, err := r.keeper.Stand(t.Context(), r.d, r.people["leader"], "cho-nuoi")
		ok(t, err)
		for _, ask := range []registers.Ask{{}, {Down: true}, {By: "name"}, {By: "weight", Down: true}} {
			ask.Limit = 100
			whole, err := r.keeper.Find(t.Context(), r.d, s, ask)
			ok(t, err)
			ask.Limit = 1
			var ids []string
			for {
				p, err := r.keeper.Find(t.Context(), r.d, s, ask)
				ok(t, err)
				ids = append(ids, p.Records[0].ID)
				if ask.After = p.Next; p.Next == "" {
					break
				}
			}
			var want []string
			for _, one := range whole.Records {
				want = append(want, one.ID)
			}
			if !slices.Equal(ids, want) || len(want) != 4 {
				t.Errorf("%+v: one by one %v, at once %v", ask, ids, want)
			}
		}
	})
}

// Nobody writes where, or what, they may not; what is not seen is not there.
func TestWritingByRights(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		r := newRights(t, w)
		ids := map[string]string{}
		all, err := w.keeper.List(t.Context(), w.d, w.all, "cho-nuoi", registers.Query{})
		ok(t, err)
		for _, one := range all.Records {
			ids[asText(one.Values["name"])] = one.ID
		}
		stand := func(who string) registers.Standing {
			s, err := r.keeper.Stand(t.Context(), r.d, r.people[who], "cho-nuoi")
			ok(t, err)
			return s
		}
		for _, tt := range []struct {
			who  string
			do   func(tx *db.Tx, s registers.Standing) error
			want string
		}{
			{"officer", r.enter("east", map[string]any{"name": "Đốm"}), ""},
			{"officer", r.enter("west", map[string]any{"name": "Đốm"}), "form.invalid [unit registers.value.unit]"},
			{"leader", r.enter("east", map[string]any{"name": "Đốm"}), "access.not_allowed"},
			{"nobody", r.enter("east", map[string]any{"name": "Đốm"}), "access.not_allowed"},
			{"officer", r.amend(ids["Mực"], map[string]any{"note": "già"}), ""},
			{"officer", r.amend(ids["Vện"], map[string]any{"weight": "10"}), ""},
			{"officer", r.amend(ids["Cò"], map[string]any{"note": "già"}), "access.not_allowed"},
			{"owner", r.amend(ids["Vàng"], map[string]any{"name": "Vằn"}), "access.not_allowed"},
			{"nobody", r.takeOut(ids["Vàng"]), "access.not_allowed"},
			{"officer", r.takeOut("0"), "registers.not_found"},
			{"officer", r.takeOut(ids["Vàng"]), ""},
		} {
			err := r.d.Write(t.Context(), func(tx *db.Tx) error { return tt.do(tx, stand(tt.who)) })
			if got := fmt.Sprint(err); tt.want == "" && err != nil || tt.want != "" && !strings.HasSuffix(got, tt.want) {
				t.Errorf("%s: %s, want %q", tt.who, got, tt.want)
			}
		}
		for who, want := range map[string]int{"officer": 3, "leader": 2, "nobody": 1} {
			past, err := r.keeper.Past(t.Context(), r.d, stand(who), ids["Mực"])
			ok(t, err)
			if len(past) != 1 || len(past[0].Values) != want {
				t.Errorf("%s sees of the past %v", who, past)
			}
		}
	})
}

func (r rights) enter(unit string, values map[string]any) func(*db.Tx, registers.Standing) error {
	return func(tx *db.Tx, s registers.Standing) error {
		_, err := r.keeper.Enter(context.Background(), tx, s, unit, values)
		return err
	}
}

func (r rights) amend(id string, values map[string]any) func(*db.Tx, registers.Standing) error {
	return func(tx *db.Tx, s registers.Standing) error {
		_, err := r.keeper.Amend(context.Background(), tx, s, id, 1, values)
		return err
	}
}

func (r rights) takeOut(id string) func(*db.Tx, registers.Standing) error {
	return func(tx *db.Tx, s registers.Standing) error {
		return r.keeper.TakeOut(context.Background(), tx, s, id, 1)
	}
}
