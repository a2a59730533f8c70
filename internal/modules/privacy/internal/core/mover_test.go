// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/db"
)

// Two who are found to be one have one's consents, requests, restrictions and
// archives; what both have stays where it is, and comes back with the rest.
func TestWhatTwoPersonsHaveBecomesOnes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.agree(t, w.citizen)
		ask := func(a actorOf, k privacy.Kind) string {
			t.Helper()
			id, err := w.svc.FileRequest(ctx, a, core.Ask{Kind: k, Words: "Vì lý do riêng"})
			must(t, err)
			return id
		}
		ask(w.citizen, privacy.Correct)
		moved := map[privacy.Pointer]bool{}
		move := func(from, to actorOf, only map[privacy.Pointer]bool) error {
			return w.db.Write(ctx, func(tx *db.Tx) error {
				things, err := w.svc.Pointers(ctx, tx, from.Person)
				if err != nil {
					return err
				}
				for _, p := range things {
					if only != nil && !only[p] {
						continue
					}
					ok, err := w.svc.Repoint(ctx, tx, p, from.Person, to.Person)
					if err != nil {
						return err
					}
					if ok {
						moved[p] = true
					}
				}
				return nil
			})
		}
		must(t, move(w.citizen, w.other, nil))
		if len(moved) != 2 || w.given(t, w.citizen, "tin") || !w.given(t, w.other, "tin") {
			t.Errorf("moved: %v", moved)
		}
		must(t, move(w.other, w.citizen, moved))
		if !w.given(t, w.citizen, "tin") || w.given(t, w.other, "tin") {
			t.Error("it is not put back")
		}

		w.agree(t, w.other) // now both have agreed to the same
		clear(moved)
		must(t, move(w.citizen, w.other, nil))
		if len(moved) != 1 || !w.given(t, w.citizen, "tin") || !w.given(t, w.other, "tin") {
			t.Errorf("what both have: %v", moved)
		}
		must(t, move(w.other, w.citizen, moved))

		ask(w.other, privacy.Correct) // and both ask for the same
		refused(t, "two open requests of a kind", move(w.citizen, w.other, nil), privacy.ErrTwoOpen)
	})
}
