// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const stalls = `registers:
  - id: khu
    title: Khu
    version: 1
    fields:
      - {key: code, label: Mã, type: text, required: true, unique: true, max: 20}
    rights:
      - {id: keep, name: Ghi, roles: [officer], may: [view, add]}
  - id: quay
    title: Quầy
    version: 1
    key: [zone, number]
    fields:
      - {key: zone, label: Khu, type: text, required: true, max: 20}
      - {key: number, label: Số, type: integer, required: true}
      - {key: name, label: Tên, type: text, required: true, max: 10}
      - {key: tax, label: Mã số, type: text, unique: true, max: 20}
      - {key: size, label: Rộng, type: decimal(1)}
      - {key: price, label: Giá, type: money}
      - {key: total, label: Cộng, type: integer, compute: "number * 2"}
      - {key: phone, label: Điện thoại, type: phone}
      - {key: kind, label: Loại, type: choice, options: [{value: a, label: A}]}
      - {key: near, label: Gần, type: unit}
      - {key: area, label: Khu đất, type: reference, register: khu}
      - {key: secret, label: Kín, type: text}
    checks:
      - {field: price, holds: "price >= 0", message: Giá không âm}
      - {field: size, holds: "size < 100.0", message: Rộng quá, level: warn}
    rights:
      - {id: keep, name: Ghi, roles: [officer], may: [view, add, change, import, hide], except: [secret]}
      - {id: all, name: Xem, roles: [leader], everywhere: true, may: [view]}
      - {id: more, name: Thêm, roles: [leader], everywhere: true, may: [view, add]}
      - {id: bring, name: Nhập, roles: [leader], everywhere: true, may: [view, import]}
`

// hall is a world with the registers above; the officer works in the east.
type hall struct {
	world

	officer, leader identity.Actor
	areas           map[string]string // unit → record of khu
}

func newHall(t *testing.T, w world) hall {
	t.Helper()
	h := hall{world: w, areas: map[string]string{}}
	w.write(t, func(tx *db.Tx) error {
		_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}}, nil)
		return err
	})
	east := identity.Place{Unit: "east", Subtree: true}
	h.officer, h.leader = identity.NewActor("o", "").Grant("registers.khu.keep", east), identity.NewActor("l", "")
	for _, d := range decodeAll(t, stalls) {
		w.apply(t, d)
	}
	h.officer = h.officer.Grant("registers.quay.keep", east)
	h.leader = h.leader.Grant("registers.quay.all", identity.Place{Unit: "province"}).Grant("registers.quay.bring", identity.Place{Unit: "province"})
	for _, unit := range []string{"east", "west"} {
		w.write(t, func(tx *db.Tx) error {
			rec, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, "khu", unit, map[string]any{"code": unit})
			h.areas[unit] = rec.ID
			return err
		})
	}
	return h
}

func (h hall) stand(t *testing.T, a identity.Actor) registers.Standing {
	t.Helper()
	s, err := h.keeper.Stand(t.Context(), h.d, a, "quay")
	ok(t, err)
	return s
}

func named(lines []registers.Entry) []string {
	all := map[string]bool{}
	for _, l := range lines {
		for key := range l.Values {
			all[key] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// bring weighs and writes lines as one import.
func (h hall) bring(t *testing.T, a identity.Actor, batch string, lines ...registers.Entry) (all []*registers.Weighed) {
	t.Helper()
	s := h.stand(t, a)
	h.write(t, func(tx *db.Tx) error {
		b, err := h.keeper.Bulk(s, named(lines))
		if err != nil {
			return err
		}
		if all, err = b.Weigh(t.Context(), tx, lines); err != nil {
			return err
		}
		if err := b.Write(t.Context(), tx, all); err != nil {
			return err
		}
		return registers.Wrote(t.Context(), tx, batch, all)
	})
	return all
}

func codes(problems []errs.Field) (all []string) {
	for _, p := range problems {
		all = append(all, p.Name+" "+p.Code)
	}
	slices.Sort(all)
	return all
}

func stall(n int, more ...any) registers.Entry {
	l := registers.Entry{N: int64(n), Unit: "east", Values: map[string]any{"zone": "A", "number": fmt.Sprint(n), "name": "Q"}}
	for i := 0; i < len(more); i += 2 {
		if unit, is := more[i+1].(string); is && more[i] == "unit" {
			l.Unit = unit
			continue
		}
		l.Values[fmt.Sprint(more[i])] = more[i+1]
	}
	return l
}

// What is wrong with a line is what Enter would say of it, whatever it is.
func TestALineIsWeighedAsItWouldBeEntered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		h := newHall(t, w)
		s := h.stand(t, h.officer)
		h.bring(t, h.officer, "i0", stall(1, "tax", "T1"))
		h.write(t, func(tx *db.Tx) error { // one that the officer does not see
			_, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, "quay", "west", map[string]any{"zone": "W", "number": 9, "name": "W", "tax": "T9"})
			return err
		})
		lines := []registers.Entry{
			stall(10), stall(11, "name", ""), stall(12, "name", "mười một chữ cái"), stall(13, "size", "1.25"), stall(14, "price", "-5"), stall(15, "size", "500"),
			stall(16, "phone", "12"), stall(17, "kind", "b"), stall(18, "near", "nowhere"), stall(19, "near", "west"), stall(20, "area", h.areas["west"]),
			stall(21, "area", h.areas["east"]), stall(22, "area", "none"), stall(23, "unit", "west"), stall(24, "unit", "none"), stall(25, "tax", "T1"), stall(26, "tax", "T9"),
			stall(27, "secret", "x"), stall(28, "total", 3), stall(29, "none", 3), stall(30, "zone", "W", "number", "9"), stall(31, "number", "x", "price", "y"),
		}
		b, err := w.keeper.Bulk(s, []string{"zone", "number"})
		ok(t, err)
		weighed, err := b.Weigh(t.Context(), w.d, lines)
		ok(t, err)
		right := 0
		for i, one := range weighed {
			err := w.d.Write(t.Context(), func(tx *db.Tx) error {
				if _, err := w.keeper.Enter(t.Context(), tx, s, lines[i].Unit, lines[i].Values); err != nil {
					return err
				}
				return errUndo
			})
			var want []string
			if e, is := errors.AsType[*errs.Error](err); is {
				want = codes(e.Fields)
			}
			if errors.Is(err, errUndo) {
				right++
			}
			got := codes(one.Problems)
			if lines[i].N == 30 { // the key is in each of its fields for who enters it, and in the first for a line
				want = want[1:]
				got = got[:1]
				want[0], got[0] = want[0][len(want[0])-5:], got[0][len(got[0])-5:]
			}
			if errors.Is(err, errUndo) != (one.Verdict == registers.IsNew) || !reflect.DeepEqual(got, want) {
				t.Errorf("line %d: %s %q, entered: %q %v", lines[i].N, one.Verdict, got, want, err)
			}
			if len(one.Warnings) > 0 != (lines[i].N == 15) {
				t.Errorf("line %d warns %v", lines[i].N, one.Warnings)
			}
		}
		if right != 4 {
			t.Errorf("%d lines are right", right)
		}
	})
}

var errUndo = errors.New("nothing of it stays")

func TestWhoMayImport(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		h := newHall(t, w)
		if _, err := w.keeper.Bulk(h.stand(t, h.leader), nil); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("a right to import alone lets in: %v", err)
		}
		h.write(t, func(tx *db.Tx) error {
			_, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, "quay", "west", map[string]any{"zone": "W", "number": 9, "name": "W"})
			return err
		})
		both := h.officer.Grant("registers.quay.all", identity.Place{Unit: "province"}) // sees the west, and may not write there
		s := h.stand(t, both)
		b, err := w.keeper.Bulk(s, []string{"zone", "number"})
		ok(t, err)
		all, err := b.Weigh(t.Context(), w.d, []registers.Entry{stall(9, "zone", "W")})
		ok(t, err)
		if got := codes(all[0].Problems); !reflect.DeepEqual(got, []string{"zone registers.value.unreachable"}) {
			t.Errorf("%q", got)
		}
		wide := h.officer.Grant("registers.quay.more", identity.Place{Unit: "province"}) // adds everywhere, imports in the east
		b, err = w.keeper.Bulk(h.stand(t, wide), []string{"zone", "number"})
		ok(t, err)
		all, err = b.Weigh(t.Context(), w.d, []registers.Entry{stall(1, "unit", "west"), stall(2)})
		ok(t, err)
		if got := codes(all[0].Problems); !reflect.DeepEqual(got, []string{"unit registers.value.unit"}) || all[1].Verdict != registers.IsNew {
			t.Errorf("%q %q", got, all[1].Verdict)
		}
		d := s.Definition
		d.Approval = true
		s.Definition = d
		if _, err := w.keeper.Bulk(s, nil); !errors.Is(err, registers.ErrImportApproval) {
			t.Errorf("a register of proposals: %v", err)
		}
	})
}

func TestABatchIsWrittenAndTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		h := newHall(t, w)
		audits := w.count(t, `SELECT COUNT(*) FROM audit_records`)
		first := h.bring(t, h.officer, "i1", stall(1, "tax", "T1", "phone", "0296 385 2222"), stall(2, "tax", "T2"), stall(3))
		second := h.bring(t, h.officer, "i2", stall(1, "name", "Mới", "tax", "T5"), stall(2, "tax", "T2"), stall(3, "size", "7"), stall(4), stall(5, "tax", "T6"))
		w.order(t)
		told, err := w.keeper.Changes(ctx, w.d, h.stand(t, h.officer), "", 20)
		ok(t, err)
		kinds := map[string]string{}
		for _, c := range told.Items {
			kinds[c.Record] += fmt.Sprint(c.Kind, " ", c.Version)
		}
		for _, one := range first {
			if !strings.HasPrefix(kinds[one.Record], registers.FeedAdded+" 1") {
				t.Errorf("who follows the register is told %q of %s", kinds[one.Record], one.Record)
			}
		}
		for _, one := range second {
			if want := map[registers.Verdict]string{registers.IsNew: registers.FeedAdded + " 1", registers.IsChanged: registers.FeedAdded + " 1" + registers.FeedChanged + " 2"}[one.Verdict]; want != "" && kinds[one.Record] != want {
				t.Errorf("who follows the register is told %q of a line that is %v", kinds[one.Record], one.Verdict)
			}
		}
		var verdicts []registers.Verdict
		for _, one := range second {
			verdicts = append(verdicts, one.Verdict)
		}
		if want := []registers.Verdict{registers.IsChanged, registers.IsSame, registers.IsChanged, registers.IsNew, registers.IsNew}; !reflect.DeepEqual(verdicts, want) {
			t.Errorf("%q", verdicts)
		}
		if one := second[0]; !reflect.DeepEqual(one.Changes, []string{"name", "tax"}) || one.Old["name"] != "Q" || one.Record != first[0].Record || one.Version != 2 {
			t.Errorf("%+v", one)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records`); n != audits {
			t.Errorf("%d records in the audit log for single rows", n-audits)
		}
		now := w.personal(t, "quay", first[0].Record)
		if now.Values["name"] != "Mới" || now.Values["total"] != int64(2) || now.Values["phone"] != "02963852222" {
			t.Errorf("%+v", now.Values)
		}
		// Somebody changes the third since, and gives the first's old number to another.
		ok(t, w.update(t, "quay", second[2].Record, 2, map[string]any{"name": "Sau"}))
		h.bring(t, h.officer, "i3", stall(6, "tax", "T1"))

		s := h.stand(t, h.officer)
		batch := registers.Batch{ID: "i2", Register: "quay", Place: -1}
		undo := func(limit int) (done bool) {
			h.write(t, func(tx *db.Tx) (err error) {
				var b registers.Batch
				if b, done, err = w.keeper.Undo(ctx, tx, s, batch, limit); err == nil {
					batch = b
				}
				return err
			})
			return done
		}
		if undo(2) || !undo(10) || batch.Undone != 2 || batch.Kept != 2 {
			t.Errorf("%+v", batch)
		}
		kept, err := w.keeper.ListNotes(ctx, w.d, "i2", registers.NoteKept, -1, 10)
		if err != nil || len(kept) != 2 || string(kept[0].Text) != `{"why":"taken"}` || string(kept[1].Text) != `{"why":"changed"}` {
			t.Errorf("%+v %v", kept, err)
		}
		if _, err := w.keeper.Get(ctx, w.d, w.all, "quay", second[3].Record); !errors.Is(err, registers.ErrNotFound) {
			t.Errorf("a record that was added is still there: %v", err)
		}
		// What named it is free: the mended table is brought again.
		again := h.bring(t, h.officer, "i4", stall(4), stall(5, "tax", "T6"))
		if again[0].Verdict != registers.IsNew || again[1].Verdict != registers.IsNew {
			t.Errorf("brought again: %v %v", again[0].Problems, again[1].Problems)
		}
		batch = registers.Batch{ID: "i4", Register: "quay", Place: -1}
		elsewhere := h.officer.Only(func(identity.Permission) bool { return false }).Grant("registers.quay.keep", identity.Place{Unit: "west"})
		s = h.stand(t, elsewhere)
		if !undo(10) || batch.Kept != 2 {
			t.Errorf("taken back from elsewhere: %+v", batch)
		}
		// What was changed and nobody else touched is what it was, with its history.
		h.bring(t, h.officer, "i5", stall(2, "name", "Hai", "phone", "0909123456"))
		s, batch = h.stand(t, h.officer), registers.Batch{ID: "i5", Register: "quay", Place: -1}
		undo(10)
		back := w.personal(t, "quay", first[1].Record)
		past, err := w.keeper.History(ctx, w.d, w.all, "quay", first[1].Record)
		if err != nil || back.Values["name"] != "Q" || back.Values["phone"] != nil || back.Version != 3 || len(past) != 2 || past[0].Values["name"] != "Hai" {
			t.Errorf("%+v %+v %v", back, past, err)
		}
	})
}
