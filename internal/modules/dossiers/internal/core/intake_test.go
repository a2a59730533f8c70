// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"net/url"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

// written is what a clerk wrote down while there was no line.
func written(key string) core.TakenIn {
	return core.TakenIn{
		Key: key, Procedure: "xac-nhan-cu-tru",
		Parties: core.Parties{Basis: dossiers.Self, Owner: core.Party{Kind: identity.Individual, Name: "Trương Thị Ngắt", Number: "089149000771", Phone: "0900000771"}},
		Inputs:  url.Values{"full_name": {"Trương Thị Ngắt"}, "reason": {"Vay vốn"}},
		Handed:  map[string]core.Handed{"to-khai": {Original: 1}},
	}
}

// Moment 3: whatever the line does, a form of the counter is one dossier.
func TestAFormOfTheCounterIsOneDossier(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		first := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, written("a")))
		if first.Done == nil {
			t.Fatalf("it stayed a draft: %v", first.Why)
		}
		var group sync.WaitGroup
		for range 4 { // the answer was lost, and two tabs send
			group.Go(func() {
				again, err := s.TakeIn(ctx, w.Clerk, written("a"))
				if err != nil || again.Done == nil || again.Done.ID != first.ID || again.Done.Reference != first.Done.Reference {
					t.Errorf("again: %+v, %v", again, err)
				}
			})
		}
		for range 4 {
			group.Go(func() {
				if _, err := s.TakeIn(ctx, w.Clerk, written("b")); err != nil {
					t.Errorf("at once: %v", err)
				}
			})
		}
		group.Wait()
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers`); n != 2 {
			t.Errorf("%d dossiers", n)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_drafts`); n != 0 {
			t.Errorf("%d drafts are left", n)
		}
		if w.Audited(t, dossiers.AuditSubmitted, string(first.ID)) != 1 {
			t.Error("that it was sent is not recorded once")
		}
		full := must[core.Full](t)(s.Get(ctx, w.Clerk, first.ID, access.Handling))
		if full.Owner.Name != "Trương Thị Ngắt" || full.Channel != dossiers.Counter || full.Received != dossierstest.Ward {
			t.Errorf("it is %+v", full.Summary)
		}
		other := written("a")
		other.Inputs.Set("reason", "Việc khác")
		_, err := s.TakeIn(ctx, w.Clerk, other)
		refused(t, "another form with the key", err, dossiers.ErrKeyUsed)
		if mine := must[core.Taken](t)(s.TakeIn(ctx, w.Colleague, written("a"))); mine.ID == first.ID {
			t.Error("the key of somebody else leads to their dossier")
		}
	})
}

// What is wrong is kept as a draft, once, and what a clerk has mended stays.
func TestAWrongFormOfTheCounterIsADraft(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		in := written("c")
		in.Inputs, in.Parties.Owner.Phone = url.Values{"full_name": {"Trương Thị Ngắt"}}, "12"
		first := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in))
		if first.Done != nil || first.Why == nil {
			t.Fatalf("it was sent: %+v", first)
		}
		d := must[core.Draft](t)(s.GetDraft(ctx, w.Clerk, first.ID))
		if d.Parties.Owner.Name != "Trương Thị Ngắt" || len(d.Papers) != 1 || d.Answers["full_name"] != "Trương Thị Ngắt" {
			t.Errorf("the draft holds %+v, %v", d.Parties, d.Answers)
		}
		parties := d.Parties
		parties.Owner.Phone = "0900000772"
		must[core.Draft](t)(s.SaveParties(ctx, w.Clerk, first.ID, parties))
		again := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in))
		if again.ID != first.ID || again.Done == nil || w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers`) != 1 || w.Count(t, `SELECT COUNT(*) FROM dossiers_drafts`) != 0 {
			t.Errorf("mended, again it is %+v", again)
		}
		if full := must[core.Full](t)(s.Get(ctx, w.Clerk, first.ID, access.Handling)); full.Owner.Phone != "0900000772" {
			t.Errorf("what was mended is %s again", full.Owner.Phone)
		}
		for name, a := range map[string]identity.Actor{"a citizen": w.Citizen, "an officer": w.Officer} {
			_, err := s.TakeIn(ctx, a, written("d"))
			refused(t, name, err, access.ErrNotAllowed)
		}
		in.Key = ""
		if _, err := s.TakeIn(ctx, w.Clerk, in); err == nil {
			t.Error("without a key")
		}
		in = written("e")
		in.Procedure = "khong-co"
		if _, err := s.TakeIn(ctx, w.Clerk, in); err == nil {
			t.Error("a procedure that is none")
		}
		in = written("f")
		in.Handed = map[string]core.Handed{"la": {Original: 1}}
		_, err := s.TakeIn(ctx, w.Clerk, in)
		refused(t, "a paper that is none", err, dossiers.ErrNoPaper)
	})
}
