// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

func ask(units ...string) core.Consultation {
	c := core.Consultation{Question: "Hồ sơ có vướng quy hoạch không?", Days: 2}
	for _, u := range units {
		unit, post, _ := strings.Cut(u, " ")
		c.Targets = append(c.Targets, core.Target{Unit: dossierstest.ID(unit), Post: post})
	}
	return c
}

// Whoever is asked sees exactly that dossier, reads its papers and nothing
// else, and sees nothing of it any more once the answer is given.
func TestWhoIsAskedSeesOneDossierUntilTheAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id, other := w.Accepted(t), w.Accepted(t)
		file := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)).Papers[0].File.ID
		of := must[core.Full](t)(s.Get(ctx, w.Officer, other, access.Handling)).Papers[0].File.ID
		read := func(d dossiers.ID, paper string) error {
			r, _, err := s.OpenFile(ctx, w.DeptOfficer, d, dossierstest.FileID(paper), access.Handling)
			if err == nil {
				ok(t, r.Close())
			}
			return err
		}
		refused(t, "before it is asked", read(id, string(file)), dossiers.ErrNotFound)
		o := must[[]string](t)(s.Consult(ctx, w.Officer, id, ask(dossierstest.Dept)))[0]

		page := must[core.Page[core.AskedItem]](t)(s.ListAsked(ctx, w.DeptOfficer, ""))
		if n := must[int64](t)(s.CountAsked(ctx, w.DeptOfficer)); n != 1 || len(page.Items) != 1 || page.Items[0].Dossier.ID != id || page.Items[0].Question == "" {
			t.Fatalf("%d asked, %+v", n, page)
		}
		c := must[core.AskedCase](t)(s.GetAsked(ctx, w.DeptOfficer, o))
		if len(c.Papers) != 1 || c.Answers["reason"] == nil || strings.Contains(dossierstest.JSON(t, c.Papers)+dossierstest.JSON(t, c.Dossier), "089058000001") {
			t.Errorf("what is seen: %+v", c)
		}
		if w.Audited(t, dossiers.AuditPersonRead, string(id)) == 0 {
			t.Error("that it was read is not recorded")
		}
		ok(t, read(id, string(file)))
		refused(t, "another dossier", read(other, string(of)), dossiers.ErrNotFound)
		refused(t, "the paper of another through this one", read(id, string(of)), dossiers.ErrNoPaper)
		for what, err := range map[string]error{
			"the case":       only(s.Get(ctx, w.DeptOfficer, id, access.Handling)),
			"its step":       s.Finish(ctx, w.DeptOfficer, id, core.Done{}),
			"taking it":      s.Claim(ctx, w.DeptOfficer, id, ""),
			"a supplement":   s.AskSupplement(ctx, w.DeptOfficer, id, core.Ask{Missing: []core.Missing{{What: "a", Why: "b"}}}),
			"closing it":     s.CloseOpinion(ctx, w.DeptOfficer, o, "không cần hỏi nữa"),
			"asking further": only(s.Consult(ctx, w.DeptOfficer, id, ask(dossierstest.Other))),
			"another's":      s.AnswerOpinion(ctx, w.OtherOfficer, o, core.Advice{Outcome: workflow.Agreed, Words: "có"}),
			"another's case": only(s.GetAsked(ctx, w.OtherOfficer, o)),
			"the receipt":    third(s.Receipt(ctx, w.DeptOfficer, id, access.Handling)),
		} {
			if k := errs.KindOf(err); err == nil || k != errs.NotFound && k != errs.Forbidden {
				t.Errorf("%s: %v", what, err)
			}
		}

		refused(t, "ending the step meanwhile", s.Finish(ctx, w.Officer, id, core.Done{}), workflow.ErrAsked)
		if f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)); f.Can.Finish || len(f.Opinions) != 1 || !f.Opinions[0].Open() {
			t.Errorf("can %+v with %+v", f.Can, f.Opinions)
		}
		ok(t, s.AnswerOpinion(ctx, w.DeptOfficer, o, core.Advice{Outcome: workflow.Disagreed, Words: "Vướng quy hoạch đất ở.", FileName: "y-kien.pdf", File: strings.NewReader(dossierstest.PDF)}))
		refused(t, "after the answer", read(id, string(file)), dossiers.ErrNotFound)
		refused(t, "the case after the answer", only(s.GetAsked(ctx, w.DeptOfficer, o)), dossiers.ErrNoOpinion)
		refused(t, "answering twice", s.AnswerOpinion(ctx, w.DeptOfficer, o, core.Advice{Outcome: workflow.Agreed, Words: "có"}), dossiers.ErrNoOpinion)

		f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if g := f.Opinions[0]; g.State != workflow.Disagreed || g.Words != "Vướng quy hoạch đất ở." || g.Ender != w.DeptOfficer.Name || g.File == nil || !f.Can.Finish {
			t.Errorf("who asked sees %+v, can %+v", g, f.Can)
		}
		if body := content(t)(s.OpenOpinionFile(ctx, w.Officer, o, access.Handling)); string(body) != dossierstest.PDF {
			t.Errorf("its file has %d bytes", len(body))
		}
		refused(t, "the file for who answered", third(s.OpenOpinionFile(ctx, w.DeptOfficer, o, access.Handling)), dossiers.ErrNotFound)
		refused(t, "the file for the citizen", third(s.OpenOpinionFile(ctx, w.Citizen, o, access.Own)), dossiers.ErrNoOpinion)
		if own := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own)); len(own.Opinions) != 0 || strings.Contains(dossierstest.JSON(t, own.Timeline), "opinion") {
			t.Errorf("the citizen sees %+v, %+v", own.Opinions, own.Timeline)
		}
		if !strings.Contains(dossierstest.JSON(t, f.Timeline), core.KindOpinionGiven) {
			t.Error("the history says nothing of the opinion")
		}
		var kept string
		ok(t, w.DB.QueryRow(ctx, `SELECT question_sealed || words_sealed FROM dossiers_opinions`).Scan(&kept))
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_tasks WHERE note LIKE '%vướng%'`); n != 0 || strings.Contains(kept, "vướng") {
			t.Error("the words are readable in the database")
		}
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
	})
}

func third[A, B any](_ A, _ B, err error) error { return err }

// Silence is no consent: an opinion nobody gives is overdue, keeps the step
// where it is, and is closed by who asked with a reason that stays.
func TestSilenceIsNoConsent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Accepted(t)
		asked := must[[]string](t)(s.Consult(ctx, w.Officer, id, ask(dossierstest.Dept, dossierstest.Other+" leader")))
		if n := must[int64](t)(s.CountAsked(ctx, w.OtherOfficer)); n != 0 {
			t.Errorf("a question to the leader is shown to %d others", n)
		}
		if n := must[int64](t)(s.CountAsked(ctx, w.OtherLeader)); n != 1 {
			t.Errorf("the leader has %d", n)
		}
		c.Advance(7 * 24 * time.Hour)
		f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if !f.Opinions[0].Late || !f.Opinions[0].Open() || f.Can.Finish {
			t.Errorf("a week later %+v, can %+v", f.Opinions, f.Can)
		}
		refused(t, "ending the step", s.Finish(ctx, w.Officer, id, core.Done{}), workflow.ErrAsked)
		refused(t, "closing without a reason", s.CloseOpinion(ctx, w.Officer, asked[0], ""), dossiers.ErrReasonNeeded)
		refused(t, "closing what a colleague asked", s.CloseOpinion(ctx, w.Second, asked[0], "quá hạn mà chưa trả lời"), dossiers.ErrClaimed)
		ok(t, s.CloseOpinion(ctx, w.Officer, asked[0], "quá hạn mà chưa trả lời"))
		refused(t, "closing it again", s.CloseOpinion(ctx, w.Officer, asked[0], "quá hạn mà chưa trả lời"), dossiers.ErrOpinionOver)
		refused(t, "one is still open", s.Finish(ctx, w.Officer, id, core.Done{}), workflow.ErrAsked)
		ok(t, s.AnswerOpinion(ctx, w.OtherLeader, asked[1], core.Advice{Outcome: workflow.Agreed, Words: "Nhất trí."}))
		f = must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if f.Opinions[0].State != workflow.Unanswered || f.Opinions[0].Words == "" || !f.Opinions[1].Late || f.Opinions[1].State != workflow.Agreed {
			t.Errorf("%+v", f.Opinions)
		}
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
	})
}

// Every mistake of a question is told at its place.
func TestAskingIsChecked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Accepted(t)
		for name, c := range map[string]struct {
			c    core.Consultation
			want string
		}{
			"nobody":      {core.Consultation{Question: "a", Days: 1}, "units dossiers.opinion.nobody"},
			"no question": {core.Consultation{Targets: ask(dossierstest.Dept).Targets, Days: 1}, "question form.required"},
			"no time":     {core.Consultation{Targets: ask(dossierstest.Dept).Targets, Question: "a"}, "days dossiers.ask.days"},
			"nowhere":     {ask("khong-co"), "units[0] dossiers.wrong_unit"},
			"nobody there": {
				ask(dossierstest.Dept, "tinh"), "units[1] dossiers.nobody_there",
			},
			"no such post there": {ask(dossierstest.Dept + " leader"), "units[0] dossiers.nobody_there"},
			"twice":              {ask(dossierstest.Dept, dossierstest.Dept), "units[1] dossiers.opinion.twice"},
		} {
			_, err := s.Consult(ctx, w.Officer, id, c.c)
			e, _ := errors.AsType[*errs.Error](err)
			if e == nil || len(e.Fields) == 0 || e.Fields[0].Name+" "+e.Fields[0].Code != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, a := range []identity.Actor{w.Clerk, w.Citizen, w.OtherOfficer, w.Records} {
			if _, err := s.Consult(ctx, a, id, ask(dossierstest.Dept)); err == nil {
				t.Errorf("%s asked", a.Name)
			}
		}
	})
}
