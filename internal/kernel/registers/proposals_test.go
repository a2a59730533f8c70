// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const prices = `registers:
  - id: gia
    title: Sổ giá
    version: 1
    fields:
      - {key: name, label: Mặt hàng, type: text, required: true, unique: true}
      - {key: price, label: Giá, type: money}
      - {key: phone, label: Điện thoại, type: phone}
    approval: true
    rights:
      - {id: write, name: Đề nghị, roles: [officer], may: [view, add, change, hide]}
      - {id: agree, name: Duyệt, roles: [leader], may: [view, approve], except: [phone]}
`

// Nothing is written before another person agrees; then it is the author's.
func TestAnotherPersonAgrees(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p0 := newPrices(t, w)
		w, people := p0.world, p0.people
		do := func(who string, f func(tx *db.Tx, s registers.Standing) error) error {
			return w.d.Write(t.Context(), func(tx *db.Tx) error {
				s, err := w.keeper.Stand(t.Context(), tx, people[who], "gia")
				if err != nil {
					return err
				}
				return f(tx, s)
			})
		}
		propose := func(who string, act registers.Act, record string, seen int64, values map[string]any) (p registers.Proposal, err error) {
			err = do(who, func(tx *db.Tx, s registers.Standing) (e error) {
				p, e = w.keeper.Propose(t.Context(), tx, s, act, "east", record, seen, values)
				return e
			})
			return p, err
		}
		decide := func(who, proposal string, yes bool, words string) (p registers.Proposal, err error) {
			err = do(who, func(tx *db.Tx, s registers.Standing) (e error) {
				p, e = w.keeper.Decide(t.Context(), tx, s, proposal, yes, words)
				return e
			})
			return p, err
		}
		err := do("officer", func(tx *db.Tx, s registers.Standing) error {
			_, err := w.keeper.Enter(t.Context(), tx, s, "east", map[string]any{"name": "Lúa"})
			return err
		})
		if !errors.Is(err, registers.ErrApproval) {
			t.Errorf("written at once: %v", err)
		}
		if _, err := propose("officer", registers.Add, "", 0, map[string]any{"price": -1, "phone": "x"}); !slices.Equal(fields(t, err), []string{"name:required", "phone:phone"}) {
			t.Errorf("a wrong proposal: %v", err)
		}
		if _, err := propose("other", registers.Add, "", 0, map[string]any{"name": "Lúa"}); err == nil {
			t.Error("proposed for another unit")
		}
		p, err := propose("officer", registers.Add, "", 0, map[string]any{"name": "Lúa", "price": 7200, "phone": "0900000001"})
		ok(t, err)
		if n := w.count(t, `SELECT COUNT(*) FROM reg_gia`); n != 0 {
			t.Error("it is written already")
		}
		if n := w.count(t, `SELECT COUNT(*) FROM registers_proposals WHERE values_sealed LIKE '%0900000001%' OR values_sealed LIKE '%Lúa%'`); n != 0 {
			t.Error("a proposal stands in the clear")
		}
		for who, want := range map[string]error{"far": registers.ErrNoneSuch, "officer": registers.ErrNoneSuch} {
			if _, err := decide(who, p.ID, true, ""); !errors.Is(err, want) {
				t.Errorf("%s decides: %v, want %v", who, err, want)
			}
		}
		if _, err := decide("leader", p.ID, false, ""); !errors.Is(err, registers.ErrNoReason) {
			t.Errorf("refused without a word: %v", err)
		}
		done, err := decide("leader", p.ID, true, "")
		ok(t, err)
		rec := w.personal(t, "gia", done.Record)
		if rec.CreatedBy != people["officer"].Account || fmt.Sprintf("%v %v", rec.Values["price"], rec.Values["phone"]) != "7200 0900000001" {
			t.Errorf("written as %s: %v", rec.CreatedBy, rec.Values)
		}
		if _, err := decide("leader", p.ID, true, ""); !errors.Is(err, registers.ErrDecided) {
			t.Errorf("decided twice: %v", err)
		}

		// A change that somebody was faster with, one refused, one withdrawn, and an end.
		late, err := propose("officer", registers.Amend, rec.ID, 1, map[string]any{"price": 7300})
		ok(t, err)
		quick, err := propose("officer", registers.Amend, rec.ID, 1, map[string]any{"price": 7400})
		ok(t, err)
		_, err = decide("leader", quick.ID, true, "")
		ok(t, err)
		if _, err := decide("leader", late.ID, true, ""); !errors.Is(err, registers.ErrChanged) {
			t.Errorf("agreed to what is no more: %v", err)
		}
		_, err = decide("leader", late.ID, false, "Đã có giá mới hơn")
		ok(t, err)
		gone, err := propose("officer", registers.Hide, rec.ID, 2, nil)
		ok(t, err)
		ok(t, do("officer", func(tx *db.Tx, s registers.Standing) error {
			_, err := w.keeper.Withdraw(t.Context(), tx, s, gone.ID)
			return err
		}))
		if _, err := decide("leader", gone.ID, true, ""); errs.KindOf(err) != errs.Conflict {
			t.Errorf("agreed to what was withdrawn: %v", err)
		}
		gone, err = propose("officer", registers.Hide, rec.ID, 2, nil)
		ok(t, err)
		s, err := w.keeper.Stand(t.Context(), w.d, people["leader"], "gia")
		ok(t, err)
		if waiting, err := w.keeper.ListProposals(t.Context(), w.d, s, registers.ForMe, "", 10); err != nil || len(waiting.Proposals) != 1 || waiting.Proposals[0].ID != gone.ID {
			t.Errorf("waiting: %v %v", waiting, err)
		}
		_, err = decide("leader", gone.ID, true, "")
		ok(t, err)
		if n := w.count(t, `SELECT COUNT(*) FROM reg_gia WHERE state = 'active'`); n != 0 {
			t.Error("it was to be taken out")
		}
	})
}
