// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// race runs f for each actor at the same moment and returns how many succeeded
// and what the others were told.
func race(actors []identity.Actor, f func(identity.Actor) error) (done int, told []error) {
	var (
		wg sync.WaitGroup
		mu sync.Mutex
	)
	for _, a := range actors {
		wg.Go(func() {
			err := f(a)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else {
				told = append(told, err)
			}
		})
	}
	wg.Wait()
	return done, told
}

// names reports whether an error says who was faster, and when.
func names(t *testing.T, err error, who, key string) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Conflict {
		t.Errorf("not a conflict: %v", err)
		return
	}
	if e.Args["who"] != who {
		t.Errorf("%v names %v, want %s", err, e.Args["who"], who)
	}
	if key != "" {
		if at, ok := e.Args[key].(i18n.Text); !ok || at.VI != "02/03/2026, 9 giờ 30" {
			t.Errorf("%v says %v", err, e.Args[key])
		}
	}
}

func TestTwoClerksAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		id := w.Submit(t)
		winner := ""
		var mu sync.Mutex
		done, told := race([]identity.Actor{w.Clerk, w.Colleague, w.Clerk, w.Colleague}, func(a identity.Actor) error {
			_, err := w.Service.Accept(t.Context(), a, id)
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				winner = a.Name
			}
			return err
		})
		if done != 1 || len(told) != 3 {
			t.Fatalf("%d accepted it, %v", done, told)
		}
		for _, err := range told {
			refused(t, "the second clerk", err, dossiers.ErrAlreadyAccepted)
			names(t, err, winner, "when")
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_instances`); n != 1 || w.Audited(t, dossiers.AuditAccepted, string(id)) != 1 {
			t.Errorf("%d processes began", n)
		}
		if n := w.Count(t, `SELECT last FROM sequence_counters WHERE name = 'dossiers Z01.103'`); n != 1 {
			t.Errorf("%d numbers were used", n)
		}
	})
}

// Codes of a day are unique and have no gap, whatever happens at once.
func TestCodesOfADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		var ids []dossiers.ID
		for range 6 {
			ids = append(ids, w.Submit(t))
		}
		var wg sync.WaitGroup
		for _, id := range ids {
			for _, clerk := range []identity.Actor{w.Clerk, w.Colleague} {
				wg.Go(func() {
					if _, err := w.Service.Accept(t.Context(), clerk, id); err != nil && !errors.Is(err, dossiers.ErrAlreadyAccepted) {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if n := w.Count(t, `SELECT COUNT(DISTINCT code) FROM dossiers_dossiers WHERE code BETWEEN 'Z01.103-260302-0001' AND 'Z01.103-260302-0006'`); n != 6 {
			t.Errorf("%d codes", n)
		}
	})
}

func TestTwoLeadersAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, id := t.Context(), w.ToSign(t)
		_, err := w.Service.Sign(ctx, w.Deputy, id)
		refused(t, "a leader who was not asked", err, dossiers.ErrOtherSigner)
		names(t, err, "Võ Thị Thanh Hà", "")
		done, told := race([]identity.Actor{w.Leader, w.Leader, w.Leader}, func(a identity.Actor) error { return only(w.Service.Sign(ctx, a, id)) })
		if done != 1 {
			t.Fatalf("%d signed, %v", done, told)
		}
		for _, err := range told {
			refused(t, "the second signature", err, dossiers.ErrAlreadySigned)
			names(t, err, "Võ Thị Thanh Hà", "when")
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM files_files WHERE name LIKE 'da-ky-%'`); n != 1 || w.Audited(t, dossiers.AuditSigned, string(id)) != 1 {
			t.Errorf("%d signed files were kept", n)
		}
	})
}

func TestTwoRecordsClerksAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, id := t.Context(), w.Signed(t)
		done, told := race([]identity.Actor{w.Records, w.Archivist, w.Records}, func(a identity.Actor) error {
			_, err := w.Service.Issue(ctx, a, id)
			return err
		})
		if done != 1 {
			t.Fatalf("%d issued it, %v", done, told)
		}
		for _, err := range told {
			if !errors.Is(err, dossiers.ErrAlreadyIssued) && !errors.Is(err, dossiers.ErrResultChanged) {
				t.Errorf("the second was told %v", err)
			}
		}
		if n := w.Count(t, `SELECT last FROM sequence_counters WHERE name LIKE 'documents %'`); n != 1 {
			t.Errorf("%d numbers were used", n)
		}
		_, err := w.Service.Issue(ctx, w.Archivist, id)
		refused(t, "issued again", err, dossiers.ErrAlreadyIssued)
		if n := w.Count(t, `SELECT COUNT(*) FROM files_files WHERE name LIKE 'ban-hanh-%'`); n != 1 {
			t.Errorf("%d issued files were kept", n)
		}
	})
}

// A double click, a retry after a lost answer, and two at once: one dossier.
func TestADraftSentTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		d := must[core.Draft](t)(s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward}))
		_, _, err := s.SaveAnswers(ctx, w.Citizen, d.ID, []byte(`{"full_name": "Nguyễn Văn Bảy"}`))
		ok(t, err)
		must[core.Attachment](t)(s.Attach(ctx, w.Citizen, d.ID, "to-khai", "a.pdf", strings.NewReader(dossierstest.PDF)))
		var (
			mu   sync.Mutex
			refs = map[string]bool{}
		)
		done, told := race([]identity.Actor{w.Citizen, w.Citizen, w.Citizen, w.Citizen}, func(a identity.Actor) error {
			sent, err := s.Submit(ctx, a, d.ID)
			mu.Lock()
			defer mu.Unlock()
			refs[sent.Reference] = true
			return err
		})
		if done != 4 || len(refs) != 1 {
			t.Errorf("%d got an answer with %d references, %v", done, len(refs), told)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers`); n != 1 || w.Audited(t, dossiers.AuditSubmitted, string(d.ID)) != 1 {
			t.Errorf("%d dossiers", n)
		}
		_, err = s.GetDraft(ctx, w.Citizen, d.ID)
		refused(t, "the draft", err, dossiers.ErrDraftSent)
		_, err = s.Submit(ctx, w.Neighbour, d.ID)
		refused(t, "somebody else", err, dossiers.ErrDraftNotFound)
	})
}

// Programs send a key: the same again is the same dossier, another is refused.
func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		owner := core.Party{Kind: identity.Individual, Name: "Trần Văn Tám", Number: "089058000077"}
		a := core.Application{
			Procedure: "xac-nhan-cu-tru", Parties: &core.Parties{Owner: owner}, Answers: []byte(`{"full_name": "Trần Văn Tám"}`),
			Handed: map[string]core.Handed{"to-khai": {Original: 1}},
		}
		var (
			mu  sync.Mutex
			ids = map[dossiers.ID]bool{}
		)
		done, told := race([]identity.Actor{w.Clerk, w.Clerk, w.Clerk}, func(c identity.Actor) error {
			sent, err := s.File(ctx, c, a, "k1")
			mu.Lock()
			defer mu.Unlock()
			ids[sent.ID] = true
			return err
		})
		if done != 3 || len(ids) != 1 {
			t.Errorf("%d answers with %d dossiers: %v", done, len(ids), told)
		}
		other := a
		other.Answers = []byte(`{"full_name": "Trần Văn Chín"}`)
		_, err := s.File(ctx, w.Clerk, other, "k1")
		refused(t, "another body", err, dossiers.ErrKeyUsed)
		if _, err := s.File(ctx, w.Colleague, a, "k1"); err != nil { // keys are one's own
			t.Error(err)
		}
		must[core.Submitted](t)(s.File(ctx, w.Clerk, other, "k2"))
		if n := w.Count(t, `SELECT COUNT(*) FROM identity_persons WHERE name = 'Trần Văn Tám'`); n != 1 {
			t.Errorf("%d persons of one number", n)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers WHERE channel = 1 AND helper <> ''`); n != 3 {
			t.Errorf("%d dossiers of the counter", n)
		}
		_, err = s.File(ctx, w.Citizen, a, "k3")
		if err == nil {
			t.Error("sheets were handed over online")
		}
	})
}
