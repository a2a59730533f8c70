// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

// sender has written a letter, and says where to reach them.
func sender() core.Parties {
	return core.Parties{Basis: dossiers.Self, Owner: core.Party{Kind: identity.Individual, Name: "Trương Thị Ngắt", Number: "089149000771", Phone: "0900000771", Source: core.FromCard, Born: "1949-01-01"}}
}

// A clerk opens an envelope: it is a draft of the post, treated as one of the counter,
// and the receipt goes back by a letter.
func TestAnEnvelopeBecomesADossier(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		today := w.DB.Now().Format(time.DateOnly)
		open := core.NewDraft{Procedure: "xac-nhan-cu-tru", Mail: &core.Mail{Consignment: " ra 123-456.789 vn", Came: today}}
		theirs := open
		theirs.Unit = dossierstest.Ward
		_, err := s.StartDraft(ctx, w.Citizen, theirs)
		refused(t, "a citizen opens it", err, access.ErrNotAllowed)
		for _, wrong := range []struct {
			mail core.Mail
			says string
		}{
			{core.Mail{Consignment: "RA1"}, "came form.required"},
			{core.Mail{Came: "hôm qua"}, "came form.not_a_date"},
			{core.Mail{Came: w.DB.Now().AddDate(0, 0, 2).Format(time.DateOnly)}, "came dossiers.came_future"},
			{core.Mail{Consignment: "RÀ 1", Came: today}, "consignment dossiers.consignment_wrong"},
			{core.Mail{Consignment: strings.Repeat("A", 31), Came: today}, "consignment dossiers.consignment_wrong"},
		} {
			if _, err := s.StartDraft(ctx, w.Clerk, core.NewDraft{Procedure: "xac-nhan-cu-tru", Mail: &wrong.mail}); err == nil || !strings.Contains(err.Error(), wrong.says) {
				t.Errorf("%+v: %v", wrong.mail, err)
			}
		}
		d := must[core.Draft](t)(s.StartDraft(ctx, w.Clerk, open))
		if d.Channel != dossiers.Post || d.Mail == nil || d.Mail.Consignment != "RA123456789VN" || d.Mail.Came != today || d.Mail.Opener != w.Clerk.Name {
			t.Fatalf("opened as %+v, %+v", d.Channel, d.Mail)
		}
		if w.Audited(t, dossiers.AuditMailOpened, string(d.ID)) != 1 || w.Count(t, `SELECT COUNT(*) FROM events_outbox WHERE name = 'dossiers.mail_opened.v1'`) != 1 {
			t.Error("that it was opened is not recorded and told once")
		}
		nowhere := sender()
		nowhere.Owner.Phone = ""
		_, err = s.SaveParties(ctx, w.Clerk, d.ID, nowhere)
		if err == nil || !strings.Contains(err.Error(), "owner.phone dossiers.reach_missing") {
			t.Errorf("nobody can be told: %v", err)
		}
		saved := must[core.Draft](t)(s.SaveParties(ctx, w.Clerk, d.ID, sender()))
		if saved.Parties.Owner.Source != "" {
			t.Error("a card lay in the envelope")
		}
		if _, _, err := s.SaveAnswers(ctx, w.Clerk, d.ID, []byte(`{"full_name": "Trương Thị Ngắt"}`)); err != nil {
			t.Fatal(err)
		}
		ok(t, s.HandIn(ctx, w.Clerk, d.ID, "to-khai", core.Handed{Original: 1}))
		refused(t, "a receipt before it is accepted", s.SendLetter(ctx, w.Clerk, d.ID, "RB1"), dossiers.ErrNotFound)
		must[core.Submitted](t)(s.Submit(ctx, w.Clerk, d.ID))
		refused(t, "a receipt before it is accepted", s.SendLetter(ctx, w.Clerk, d.ID, "RB1"), dossiers.ErrNoReceipt)
		must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, d.ID))
		full := must[core.Full](t)(s.Get(ctx, w.Clerk, d.ID, access.Handling))
		if full.Channel != dossiers.Post || full.Helper != w.Clerk.Name || full.Mail == nil || full.Mail.Consignment != "RA123456789VN" || full.Papers[0].Original != 1 {
			t.Errorf("accepted as %+v, %+v", full.Summary, full.Mail)
		}
		page := must[core.Page[core.MailItem]](t)(s.ListMail(ctx, w.Colleague, "ra123456789vn", ""))
		if len(page.Items) != 1 || page.Items[0].Code != full.Code || page.Items[0].Status != dossiers.Processing && page.Items[0].Status != dossiers.Accepted {
			t.Errorf("listed as %+v", page.Items)
		}
		if page := must[core.Page[core.MailItem]](t)(s.ListMail(ctx, w.OtherClerk, "", "")); len(page.Items) != 0 {
			t.Errorf("the other ward sees %+v", page.Items)
		}
		_, err = s.ListMail(ctx, w.Citizen, "", "")
		refused(t, "a citizen lists", err, access.ErrNotAllowed)
		refused(t, "from elsewhere", s.SendLetter(ctx, w.OtherClerk, d.ID, "RB1"), dossiers.ErrNotFound)
		refused(t, "of one that did not come by post", s.SendLetter(ctx, w.Clerk, w.Accepted(t), "RB1"), dossiers.ErrNotByPost)
		var group sync.WaitGroup
		results := make([]error, 2)
		for i, who := range []identity.Actor{w.Clerk, w.Colleague} {
			group.Go(func() { results[i] = s.SendLetter(ctx, who, d.ID, []string{"RB1", "RB2"}[i]) })
		}
		group.Wait()
		if (results[0] == nil) == (results[1] == nil) || w.Audited(t, dossiers.AuditLetterSent, string(d.ID)) != 1 {
			t.Errorf("two at once: %v", results)
		}
	})
}

// Who throws a draft away forgets its envelope, and a form of the counter can come in one.
func TestAnEnvelopeIsThrownAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		mail := core.Mail{Came: w.DB.Now().Format(time.DateOnly)}
		d := must[core.Draft](t)(s.StartDraft(ctx, w.Clerk, core.NewDraft{Procedure: "xac-nhan-cu-tru", Mail: &mail}))
		ok(t, s.DiscardDraft(ctx, w.Clerk, d.ID))
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_mail`); n != 0 {
			t.Errorf("%d envelopes are left", n)
		}
		form := written("thu")
		form.Mail = &core.Mail{Consignment: "RC9", Came: mail.Came}
		taken := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, form))
		if taken.Done == nil {
			t.Fatalf("it stayed a draft: %v", taken.Why)
		}
		if full := must[core.Full](t)(s.Get(ctx, w.Clerk, taken.ID, access.Handling)); full.Channel != dossiers.Post || full.Mail == nil || full.Mail.Consignment != "RC9" {
			t.Errorf("it is %+v, %+v", full.Summary, full.Mail)
		}
	})
}
