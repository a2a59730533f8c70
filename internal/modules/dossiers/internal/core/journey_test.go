// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// each runs f in a fresh world on each database.
func each(t *testing.T, f func(t *testing.T, w *dossierstest.World, c *dbtest.Clock)) {
	t.Helper()
	dbtest.Each(t, dossierstest.Migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		f(t, dossierstest.New(t, d), c)
	})
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// only leaves what was made alone.
func only[T any](_ T, err error) error { return err }

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func content(t *testing.T) func(files.Content, files.File, error) []byte {
	t.Helper()
	return func(r files.Content, _ files.File, err error) []byte {
		t.Helper()
		ok(t, err)
		raw := must[[]byte](t)(io.ReadAll(r))
		ok(t, r.Close())
		return raw
	}
}

// The whole way of one dossier, from a draft on two devices to the hand of its owner.
func TestTheWholeJourney(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		draft := must[core.Draft](t)(s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward}))
		if draft.Parties.Owner.Name != "Nguyễn Văn Bảy" || draft.Channel != dossiers.Online {
			t.Fatalf("a draft begins with %+v", draft)
		}
		_, result, err := s.SaveStep(ctx, w.Citizen, draft.ID, "owner", map[string][]string{"full_name": {"Nguye\u0302\u0303n  Va\u0306n Ba\u0309y"}})
		ok(t, err)
		if len(result.Errors) > 0 {
			t.Errorf("the step has problems %v", result.Errors)
		}
		if _, err := s.Submit(ctx, w.Citizen, draft.ID); !strings.Contains(err.Error(), "paper-to-khai dossiers.paper_missing") {
			t.Errorf("without the paper: %v", err)
		}
		attached := must[core.Attachment](t)(s.Attach(ctx, w.Citizen, draft.ID, "to-khai", "to\u031b\u0300 khai.pdf", strings.NewReader(dossierstest.PDF)))
		again := must[core.Draft](t)(s.GetDraft(ctx, w.Citizen, draft.ID)) // the other device
		if again.Answers["full_name"] != "Nguyễn Văn Bảy" || len(again.Papers) != 1 || again.Papers[0].File.Name != "tờ khai.pdf" {
			t.Errorf("the other device sees %v, %+v", again.Answers, again.Papers)
		}
		sent := must[core.Submitted](t)(s.Submit(ctx, w.Citizen, draft.ID))
		if !regexp.MustCompile(`^\w{4}-\w{4}-\w{4}$`).MatchString(sent.Reference) {
			t.Errorf("the reference is %q", sent.Reference)
		}
		id := sent.ID
		if inbox := must[core.Page[core.Item]](t)(s.Inbox(ctx, w.Clerk, "")); len(inbox.Items) != 1 || inbox.Items[0].Owner != "Nguyễn Văn Bảy" {
			t.Errorf("the inbox has %+v", inbox)
		}

		accepted := must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, id))
		// Monday, 2 March 2026, 9:30; three working days are promised, five the law.
		if accepted.Code != "Z01.103-260302-0001" || !accepted.Due.Equal(time.Date(2026, 3, 5, 2, 30, 0, 0, time.UTC)) {
			t.Errorf("accepted as %+v", accepted)
		}
		if did, err := jobs.Work(ctx, w.DB, map[jobs.Kind]jobs.Handler{core.JobReceipt: s.MakeReceipt}); !did || err != nil {
			t.Errorf("the receipt job: %v, %v", did, err)
		}
		receipt := content(t)(s.Receipt(ctx, w.Citizen, id, access.Own))
		if !bytes.HasPrefix(receipt, []byte("%PDF")) || w.Audited(t, dossiers.AuditReceiptMade, string(id)) != 1 {
			t.Error("the receipt is no document, or was made twice")
		}
		full := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if full.Statutory.Sub(full.Original.Time) != 4*24*time.Hour { // five working days end on Monday, three on Thursday
			t.Errorf("due by law %v, promised %v", full.Statutory, full.Original)
		}
		if got := content(t)(s.OpenFile(ctx, w.Officer, id, attached.File.ID, access.Handling)); string(got) != dossierstest.PDF {
			t.Errorf("the paper has %q", got)
		}

		ok(t, s.Claim(ctx, w.Officer, id, ""))
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{Note: "đủ điều kiện"}))
		must[core.Result](t)(s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú"}))
		if preview := must[[]byte](t)(s.PreviewResult(ctx, w.Officer, id)); !bytes.HasPrefix(preview, []byte("%PDF")) {
			t.Error("the preview is no document")
		}
		ok(t, only(s.SendToSign(ctx, w.Officer, id, w.Leader.Account)))
		ok(t, s.Return(ctx, w.Leader, id, "", "Ghi rõ từ ngày nào"))
		if full := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)); !full.Step.Mine || !full.Step.Drafts || full.Reason != "Ghi rõ từ ngày nào" {
			t.Errorf("returned, the officer sees %+v", full.Step)
		}
		must[core.Result](t)(s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú từ ngày 01/7/2025"}))
		ok(t, only(s.SendToSign(ctx, w.Officer, id, w.Leader.Account)))
		ok(t, only(s.Sign(ctx, w.Leader, id)))
		issued := must[core.IssuedInfo](t)(s.Issue(ctx, w.Records, id))
		if issued.Number != "01/GXN-UBND" {
			t.Errorf("the number is %q", issued.Number)
		}
		document := content(t)(s.ResultFile(ctx, w.Citizen, id, access.Own))
		if report, err := w.Deps.Signatures(ctx, document); err != nil || !report.Valid() || len(report.Signatures) != 3 {
			t.Errorf("the issued document: %v, %+v", err, report)
		}
		sum := sha256.Sum256(document)
		if number, at, agency, found, err := s.IssuedFile(ctx, hex.EncodeToString(sum[:])); err != nil || !found || number != issued.Number || at.IsZero() || agency == "" {
			t.Errorf("the issued document is not known again: %q %v %q %v", number, at, agency, err)
		}
		if _, _, _, found, err := s.IssuedFile(ctx, strings.Repeat("0", 64)); err != nil || found {
			t.Errorf("another document is: %v", err)
		}
		c.Advance(30 * 24 * time.Hour) // long overdue: the result is handed over all the same
		ok(t, s.Deliver(ctx, w.Colleague, id, core.Handover{Receiver: "Nguyễn Văn Bảy"}))

		for _, key := range []string{sent.Reference, strings.ToLower(accepted.Code)} {
			track := must[core.Tracking](t)(s.Track(ctx, key))
			if track.Status != dossiers.Delivered || len(track.Steps) < 8 || track.Steps[1].Kind != core.KindAccepted {
				t.Errorf("tracking shows %+v", track)
			}
			if text := dossierstest.JSON(t, track); strings.Contains(text, "Bảy") || strings.Contains(text, "089058") || strings.Contains(text, "Hưng") {
				t.Errorf("tracking shows people: %s", text)
			}
		}
		for event, want := range map[string]int{
			"submitted": 1, "accepted": 1, "claimed": 1, "step_done": 1, "drafted": 2, "sent_to_sign": 2, "initialled": 2, "returned": 1, "signed": 1,
			"numbered": 1, "issued": 1, "delivered": 1, "person_read": 3, "file_read": 2, "receipt_read": 1,
		} {
			if n := w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2`, "dossiers."+event, string(id)); n != want {
				t.Errorf("%s was recorded %d times, want %d", event, n, want)
			}
		}
		for _, event := range []string{"accepted", "issued", "delivered"} {
			if n := w.Count(t, `SELECT COUNT(*) FROM events_outbox WHERE name = $1`, "dossiers."+event+".v1"); n != 1 {
				t.Errorf("%s was published %d times", event, n)
			}
		}
	})
}
