// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/signing/requests/requeststest"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// remotely runs a test in a world where some sign on a phone.
func remotely(t *testing.T, holders []keystore.Holder, f func(t *testing.T, r *dossierstest.Remote)) {
	t.Helper()
	dbtest.Each(t, dossierstest.Migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		f(t, dossierstest.NewRemote(t, d, c, holders...))
	})
}

func leader() []keystore.Holder { return []keystore.Holder{{Account: "ha"}} }

func everybody() []keystore.Holder {
	return []keystore.Holder{{Account: "ha"}, {Account: "hung"}, {Unit: dossierstest.Ward}}
}

func fullOf(t *testing.T, r *dossierstest.Remote, a identity.Actor, id dossiers.ID) core.Full {
	t.Helper()
	return must[core.Full](t)(r.Service.Get(t.Context(), a, id, access.Handling))
}

// started asks for a signature and returns its request.
func started(t *testing.T) func(done core.Signing, err error) string {
	return func(done core.Signing, err error) string {
		t.Helper()
		ok(t, err)
		if done.Request == "" {
			t.Fatal("nothing was asked for")
		}
		return done.Request
	}
}

// The whole chain on phones: initial, signature, number and date, seal.
func TestTheChainElsewhere(t *testing.T) {
	t.Parallel()
	remotely(t, everybody(), func(t *testing.T, r *dossierstest.Remote) {
		ctx, s, id := t.Context(), r.Service, r.Accepted(t)
		ok(t, s.Finish(ctx, r.Officer, id, core.Done{}))
		must[core.Result](t)(s.SaveResultDraft(ctx, r.Officer, id, map[string]string{"finding": "Thường trú"}))
		started(t)(s.SendToSign(ctx, r.Officer, id, r.Leader.Account))

		waits := fullOf(t, r, r.Officer, id)
		if waits.Waits == nil || !waits.Waits.Mine || waits.Can != (core.Can{}) || waits.Step.Action != "draft" {
			t.Errorf("while it waits: %+v, can %+v", waits.Waits, waits.Can)
		}
		_, err := s.SaveResultDraft(ctx, r.Officer, id, map[string]string{"finding": "khác"})
		refused(t, "an edit while it waits", err, dossiers.ErrSigning)
		names(t, err, "Phạm Quốc Hưng", "")
		desk := must[core.Desk](t)(s.Desk(ctx, r.Officer, core.DeskFilter{}, ""))
		if len(desk.Items) != 1 || !desk.Items[0].Signing {
			t.Errorf("the desk shows %+v", desk.Items)
		}
		r.Approve(t)
		request := started(t)(s.Sign(ctx, r.Leader, id))
		refused(t, "returned while it waits", s.Return(ctx, r.Leader, id, "", "Xem lại nơi cư trú"), dossiers.ErrSigning)
		view := must[core.SigningState](t)(s.GetSigning(ctx, r.Leader, request))
		if view.State != requests.Created || len(view.Compare) != 6 || len(view.Items) != 1 || view.Act != "sign" || view.Settled() {
			t.Errorf("the leader sees %+v", view)
		}
		_, err = s.GetSigning(ctx, r.Deputy, request)
		refused(t, "somebody else's request", err, dossiers.ErrNoRequest)
		r.Approve(t)
		if view := must[core.SigningState](t)(s.GetSigning(ctx, r.Leader, request)); !view.Settled() || view.Items[0].State != "used" {
			t.Errorf("afterwards: %+v", view)
		}
		issue := must[core.IssuedInfo](t)(s.Issue(ctx, r.Records, id))
		if issue.Request == "" || issue.Number != "01/GXN-UBND" {
			t.Fatalf("issued at once: %+v", issue)
		}
		_, err = s.Issue(ctx, r.Archivist, id)
		refused(t, "the second who seals", err, dossiers.ErrSigning)
		names(t, err, "Huỳnh Minh Tâm", "")
		r.Approve(t)
		full := fullOf(t, r, r.Clerk, id)
		if full.Status != dossiers.Finished || full.Result.Number != "01/GXN-UBND" {
			t.Fatalf("it ended as %v %+v", full.Status, full.Result)
		}
		document := content(t)(s.ResultFile(ctx, r.Citizen, id, access.Own))
		rep, err := r.Deps.Signatures(ctx, document)
		if err != nil || !rep.Valid() || len(rep.Signatures) != 3 || !rep.Signatures[0].Certify || !rep.Signatures[2].Whole || len(rep.Free) != 0 {
			t.Errorf("the chain: %v, %+v", err, rep)
		}
		for event, want := range map[string]int{"initialled": 1, "sent_to_sign": 1, "signed": 1, "numbered": 1, "issued": 1, "signature_unused": 0} {
			if n := r.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2`, "dossiers."+event, string(id)); n != want {
				t.Errorf("%s was recorded %d times, want %d", event, n, want)
			}
		}
		if n, _ := r.Phone.Transactions(); n != 3 {
			t.Errorf("the phones were asked %d times", n)
		}
	})
}

// pdfsig agrees with us about the chain made with keys of this machine.
func TestPopplerAgreesAboutTheChain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, dossierstest.Migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		if d.Dialect() != db.SQLite {
			return // one document is as good as the other
		}
		c.Advance(time.Until(c.Now())) // pdfsig asks the machine's clock
		w := dossierstest.New(t, d)
		id := w.Issued(t)
		path := pdftest.Save(t, content(t)(w.Service.ResultFile(t.Context(), w.Clerk, id, access.Handling)))
		said, err := pdftest.Run(t, "poppler-utils", "pdfsig", "-nocert", path)
		if err != nil || strings.Count(said, "Signature is Valid.") != 3 || strings.Count(said, "  - Total document signed") != 1 ||
			strings.Index(said, "  - Total document signed") < strings.LastIndex(said, "Not total document signed") {
			t.Errorf("pdfsig says %v\n%s", err, said)
		}
	})
}

// One approval for many; what cannot be asked for is told and stops nothing.
func TestManyWithOneApproval(t *testing.T) {
	t.Parallel()
	remotely(t, leader(), func(t *testing.T, r *dossierstest.Remote) {
		ctx, s := t.Context(), r.Service
		one, two, gone, three := r.ToSign(t), r.ToSign(t), r.Accepted(t), r.ToSign(t)
		done, all, err := s.SignMany(ctx, r.Leader, []dossiers.ID{three, one, gone, two})
		ok(t, err)
		if done.Request == "" || len(all) != 4 || all[2].Waiting || !errors.Is(all[2].Err, dossiers.ErrNotYourTurn) {
			t.Fatalf("%+v", all)
		}
		for _, i := range []int{0, 1, 3} {
			if !all[i].Waiting || all[i].Err != nil {
				t.Errorf("%d: %+v", i, all[i])
			}
		}
		again, all, err := s.SignMany(ctx, r.Leader, []dossiers.ID{one, two})
		if err != nil || again.Request != "" || !errors.Is(all[0].Err, dossiers.ErrSigning) {
			t.Errorf("asked twice: %+v, %v", all, err)
		}
		ok(t, s.Withdraw(ctx, r.Citizen, two, "không cần nữa, xin rút")) // a citizen need not wait
		r.Approve(t)
		for _, id := range []dossiers.ID{one, three} {
			if full := fullOf(t, r, r.Records, id); full.Step.Action != "issue" || full.Waits != nil {
				t.Errorf("after the approval: %s, %+v", full.Step.Action, full.Waits)
			}
		}
		view := must[core.SigningState](t)(s.GetSigning(ctx, r.Leader, done.Request))
		if n, _ := r.Phone.Transactions(); n != 1 || !view.Settled() || len(view.Items) != 3 {
			t.Errorf("%d transactions, %+v", n, view)
		}
		if r.Audited(t, dossiers.AuditSigned, string(two)) != 0 {
			t.Error("a withdrawn dossier was signed")
		}
	})
}

// What does not come, comes too late or comes in vain leaves the dossier where it
// was, with the reason, and nothing is issued.
func TestSignaturesThatAreNotUsed(t *testing.T) {
	t.Parallel()
	remotely(t, leader(), func(t *testing.T, r *dossierstest.Remote) {
		ctx, s := t.Context(), r.Service
		open := func(name string, id dossiers.ID, why string) {
			t.Helper()
			full := fullOf(t, r, r.Records, id)
			if full.Step.Action != "sign" || full.Waits != nil || full.Unsigned != why || r.Audited(t, dossiers.AuditSigned, string(id)) != 0 {
				t.Errorf("%s: at %s, waits %+v, because %s", name, full.Step.Action, full.Waits, full.Unsigned)
			}
		}
		declined := r.ToSign(t)
		started(t)(s.Sign(ctx, r.Leader, declined))
		r.Pass(t, 6*time.Second)
		r.Phone.Decline()
		r.Pass(t, 15*time.Second)
		open("declined", declined, "dossiers.signing.refused")

		late := r.ToSign(t)
		started(t)(s.Sign(ctx, r.Leader, late))
		r.Pass(t, 6*time.Minute)
		open("expired", late, "dossiers.signing.expired")
		r.Approve(t) // on the phone it was still there
		r.Pass(t, 4*time.Minute)
		open("approved too late", late, "dossiers.signing.expired")

		back := r.ToSign(t)
		request := started(t)(s.Sign(ctx, r.Leader, back))
		refused(t, "cancelled by another", s.CancelSigning(ctx, r.Deputy, request), dossiers.ErrNoRequest)
		r.Pass(t, 6*time.Second)
		ok(t, s.CancelSigning(ctx, r.Leader, request))
		refused(t, "cancelled twice", s.CancelSigning(ctx, r.Leader, request), requests.ErrEnded)
		ok(t, s.Return(ctx, r.Leader, back, "", "Ghi rõ từ ngày nào"))
		r.Approve(t) // a late answer for a dossier that was returned
		r.Pass(t, 9*time.Minute)
		if full := fullOf(t, r, r.Officer, back); full.Step.Action != "draft" || full.Result.State != core.Drafted {
			t.Errorf("returned: %s %s", full.Step.Action, full.Result.State)
		}

		// The delegation ends while the phone is in the hand.
		over := r.ToSign(t)
		started(t)(s.Sign(ctx, r.Leader, over))
		r.Pass(t, 6*time.Second)
		ok(t, r.DB.Write(ctx, func(tx *db.Tx) error {
			return access.Assign(ctx, tx, access.Assignment{Account: "ha", Role: "leader", Unit: dossierstest.Ward, Subtree: true, Until: db.At(tx.Now.Add(-time.Minute))})
		}))
		r.Approve(t)
		open("the right has ended", over, access.ErrNotAllowed.Code)
		if r.Audited(t, dossiers.AuditUnused, string(over)) != 1 {
			t.Error("that it was not used is not recorded")
		}
		ok(t, r.DB.Write(ctx, func(tx *db.Tx) error {
			return access.Assign(ctx, tx, access.Assignment{Account: "ha", Role: "leader", Unit: dossierstest.Ward, Subtree: true})
		}))
		started(t)(s.Sign(ctx, r.Leader, over)) // with the right it goes on
		r.Approve(t)
		if full := fullOf(t, r, r.Records, over); full.Step.Action != "issue" || full.Unsigned != "" {
			t.Errorf("signed again: %s, %q", full.Step.Action, full.Unsigned)
		}

		// A citizen who takes the dossier back does not leave the phone waiting.
		taken := r.ToSign(t)
		request = started(t)(s.Sign(ctx, r.Leader, taken))
		ok(t, s.Withdraw(ctx, r.Citizen, taken, "không cần nữa, xin rút"))
		if v := must[core.SigningState](t)(s.GetSigning(ctx, r.Leader, request)); v.State != requests.Cancelled || v.Items[0].Why != "dossiers.signing.withdrawn" {
			t.Errorf("withdrawn while it waited: %+v", v)
		}

		// The document is another one when the signature comes.
		changed := r.ToSign(t)
		started(t)(s.Sign(ctx, r.Leader, changed))
		ok(t, r.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE dossiers_results SET version = version + 1 WHERE dossier_id = $1`, string(changed))
			return err
		}))
		r.Approve(t)
		open("a changed draft", changed, dossiers.ErrResultChanged.Code)

		// A provider whose certificate nobody here trusts.
		strange := requeststest.New(t, "Người lạ", r.DB.Now().Time)
		r.Phone.Use(strange.Issue(t, "Người lạ", r.DB.Now().Time))
		wrong := r.ToSign(t)
		started(t)(s.Sign(ctx, r.Leader, wrong))
		r.Approve(t)
		open("another key", wrong, requests.ErrSignature.Code)
		r.Phone.Set(func(p *requeststest.Phone) { p.Fails = requests.ErrSuspended })
		started(t)(s.Sign(ctx, r.Leader, wrong))
		r.Pass(t, 6*time.Second)
		open("suspended", wrong, requests.ErrSuspended.Code)
	})
}

// Wherever the power is cut on the way there is one signature, and the dossier
// goes on once.
func TestPowerCutsOnTheWay(t *testing.T) {
	t.Parallel()
	remotely(t, leader(), func(t *testing.T, r *dossierstest.Remote) {
		ctx, s := t.Context(), r.Service
		for _, at := range []string{"sent", "answered", "asked", "embedded", "staged", "kept"} {
			id := r.ToSign(t)
			request := started(t)(s.Sign(ctx, r.Leader, id))
			if at != "sent" && at != "answered" {
				r.Pass(t, 6*time.Second)
			}
			r.Trip = at
			if _, err := r.Phone.Approve(); err != nil {
				t.Fatal(err)
			}
			r.Pass(t, 3*time.Minute)
			r.Approve(t)
			if full := fullOf(t, r, r.Records, id); full.Step.Action != "issue" || r.Trip != "" || r.Audited(t, dossiers.AuditSigned, string(id)) != 1 {
				t.Errorf("%s: %s, trip %q", at, full.Step.Action, r.Trip)
			}
			event := `{"id":"e","name":"requests.ended.v1","body":{"request":"` + request + `"}}`
			for range 2 { // told again and again
				ok(t, s.RequestEnded(ctx, []byte(event)))
			}
			if n := r.Count(t, `SELECT COUNT(*) FROM files_files WHERE subject_kind = 'dossier' AND name LIKE 'da-ky-%' AND subject_id = $1`, string(id)); n != 1 {
				t.Errorf("%s: %d signed files", at, n)
			}
		}
	})
}

// Two who act on one document at once: one wins, the other is told who.
func TestTwoAskAtOnce(t *testing.T) {
	t.Parallel()
	remotely(t, everybody(), func(t *testing.T, r *dossierstest.Remote) {
		ctx, id := t.Context(), r.Accepted(t)
		ok(t, r.Service.Finish(ctx, r.Officer, id, core.Done{}))
		must[core.Result](t)(r.Service.SaveResultDraft(ctx, r.Officer, id, map[string]string{"finding": "Thường trú"}))
		started(t)(r.Service.SendToSign(ctx, r.Officer, id, r.Leader.Account))
		r.Approve(t)
		started(t)(r.Service.Sign(ctx, r.Leader, id))
		r.Approve(t)
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for _, a := range []identity.Actor{r.Records, r.Archivist, r.Records, r.Archivist} {
			wg.Go(func() {
				_, err := r.Service.Issue(ctx, a, id)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if errs.KindOf(err) != errs.Conflict {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		r.Approve(t)
		if n, _ := r.Phone.Transactions(); won != 1 || n != 3 {
			t.Errorf("%d won, %d transactions", won, n)
		}
		if r.Audited(t, dossiers.AuditIssued, string(id)) != 1 || r.Count(t, `SELECT last FROM sequence_counters WHERE name LIKE 'documents %'`) != 1 {
			t.Error("issued twice, or a number was lost")
		}
	})
}
