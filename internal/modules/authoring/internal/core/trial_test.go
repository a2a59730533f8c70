// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/kernel/workflow/rehearsal"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// signature is a procedure of the packs with a fee table, done within a day.
const signature = "chung-thuc-chu-ky"

// pack is the province of the packs, read once.
var pack = sync.OnceValues(func() (*packs.Set, error) { return packs.Load(os.DirFS("../../../../../packs"), "an-giang") })

// bench is where procedures are tried.
type bench struct {
	*core.Service
	w              *dossierstest.World
	set            *packs.Set
	author, reader identity.Actor
	change         authoring.ID
}

func may(name string, all ...identity.Permission) identity.Actor {
	a := identity.NewActor("acc-"+name, "")
	a.Name = name
	for _, p := range all {
		a = a.Grant(p, identity.Place{Unit: "tinh", Subtree: true})
	}
	return a
}

func tryEach(t *testing.T, f func(t *testing.T, b bench, now *dbtest.Clock)) {
	t.Helper()
	sets := append(slices.Clone(dossierstest.Migrations()), province.Migrations(), store.Migrations())
	dbtest.Each(t, sets, func(t *testing.T, d *db.DB, now *dbtest.Clock) {
		set, err := pack()
		if err != nil {
			t.Fatal(err)
		}
		w := dossierstest.New(t, d)
		b := bench{w: w, set: set, author: may("author", authoring.PermEdit), reader: may("approver", authoring.PermApprove)}
		b.Service = core.New(core.Deps{
			DB: d, Unusable: proceduresmod.Unusable, Name: func(context.Context, string) string { return "" },
			Running:   func(context.Context, db.Querier) (map[string]int64, error) { return nil, nil },
			Rehearsal: core.Rehearsal{Version: proceduresmod.VersionOf, Cases: w.Service, Catalogue: w.Procedures, Calendar: w.Deps.Calendar},
		})
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			week := calendar.Week{Days: map[time.Weekday][]calendar.Span{time.Monday: {{From: 480, To: 600}}}}
			if _, err := province.Apply(t.Context(), tx, province.Settings{
				Pack: "an-giang", Fingerprint: set.Fingerprint(), Calendar: calendar.Config{Weeks: []calendar.Week{week}},
			}); err != nil {
				return err
			}
			return province.KeepFiles(t.Context(), tx, set.Files())
		}); err != nil {
			t.Fatal(err)
		}
		if b.change, err = b.Create(t.Context(), b.author, core.General{Title: "Sửa chứng thực", Day: b.Today()}); err != nil {
			t.Fatal(err)
		}
		text, _ := set.ItemText("procedures", signature)
		if _, err := b.SaveItem(t.Context(), b.author, b.change, authoring.Procedures, signature, text, 0); err != nil {
			t.Fatal(err)
		}
		f(t, b, now)
	})
}

// left counts the rows of real dossiers, cases, messages, jobs and numbers.
func (b bench) left(t *testing.T) int {
	t.Helper()
	return b.w.Count(t, `SELECT (SELECT COUNT(*) FROM dossiers_dossiers) + (SELECT COUNT(*) FROM dossiers_drafts) + (SELECT COUNT(*) FROM dossiers_results)
		+ (SELECT COUNT(*) FROM workflow_definitions) + (SELECT COUNT(*) FROM workflow_instances) + (SELECT COUNT(*) FROM workflow_tasks)
		+ (SELECT COUNT(*) FROM workflow_tokens) + (SELECT COUNT(*) FROM workflow_timers) + (SELECT COUNT(*) FROM workflow_history)
		+ (SELECT COUNT(*) FROM jobs_queue) + (SELECT COUNT(*) FROM events_outbox) + (SELECT COUNT(*) FROM sequence_counters)`)
}

func finish(step string) rehearsal.Act { return rehearsal.Act{Do: rehearsal.Finish, At: step} }

// A procedure is tried from its form to its result, and nothing of it is in any
// list afterwards.
func TestTryOut(t *testing.T) {
	t.Parallel()
	tryEach(t, func(t *testing.T, b bench, _ *dbtest.Clock) {
		ctx, before := t.Context(), b.left(t)
		choices, err := b.TrialChoices(ctx, b.author, b.change)
		if err != nil || len(choices.Procedures) != 1 || len(choices.Places) != 2 || len(choices.NotYet) != 0 {
			t.Fatalf("%+v %v", choices, err)
		}
		id, err := b.StartTrial(ctx, b.author, b.change, core.NewTrial{Procedure: signature, Place: dossierstest.Ward, Channel: "counter", Fill: true})
		if err != nil {
			t.Fatal(err)
		}
		r, err := b.GetTrial(ctx, b.author, b.change, id)
		if err != nil || !r.Begun || len(r.Wrong.Errors) > 0 {
			t.Fatalf("made-up answers: %v %v", r.Wrong.Errors, err)
		}
		if r.Charge.Amount != 10_000 || r.Charge.Why == nil || r.Route.Authority.ID != dossierstest.Ward {
			t.Errorf("%+v %+v", r.Charge, r.Route)
		}
		if want := time.Date(2026, 3, 2, 10, 30, 0, 0, time.UTC); !r.Term.Due.Equal(want) { // received before 15:00: the same day, 17:30
			t.Errorf("due %v", r.Term.Due)
		}
		if len(r.State.Tasks) != 1 || r.State.Tasks[0].Step != "chung-kien" || r.Post("officer").VI == "officer" {
			t.Fatalf("%+v", r.State.Tasks)
		}
		steps := []rehearsal.Act{
			finish("chung-kien"),
			{Do: rehearsal.Return, At: "ky", Note: "Thiếu họ tên"},
			{Do: rehearsal.Pause, Note: "Thiếu giấy"},
			{Do: rehearsal.Pass, Until: rehearsal.ToDay},
			{Do: rehearsal.Resume},
			finish("chung-kien"), finish("ky"), finish("ban-hanh"), finish("tra-ket-qua"),
		}
		for _, act := range steps {
			if r, err = b.DoTrial(ctx, b.author, b.change, id, r.Rev, act); err != nil {
				t.Fatalf("%+v: %v", act, err)
			}
		}
		if !r.State.Ended || r.State.Last() != "tra-ket-qua" || len(r.Acts) != len(steps) {
			t.Errorf("%+v", r.State.Place)
		}
		pdf, err := b.TrialResult(ctx, b.reader, b.change, id)
		if err != nil {
			t.Fatal(err)
		}
		if text := pdftest.Text(t, pdf); !strings.Contains(text, "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ") || !strings.Contains(text, "NGUYỄN VĂN MẪU") {
			t.Errorf("%s", text)
		}
		if r, err = b.UndoTrial(ctx, b.author, b.change, id, r.Rev, false); err != nil || r.State.Ended || len(r.Acts) != len(steps)-1 {
			t.Errorf("taken back: %d acts, %v", len(r.Acts), err)
		}
		if n := b.left(t); n != before {
			t.Errorf("%d rows before, %d after", before, n)
		}
	})
}

// What cannot be done is refused and not kept; what is out of reach is not there.
func TestTryOutRefuses(t *testing.T) {
	t.Parallel()
	tryEach(t, func(t *testing.T, b bench, _ *dbtest.Clock) {
		ctx := t.Context()
		good := core.NewTrial{Procedure: signature, Place: dossierstest.Ward, Channel: "online", Fill: true}
		for name, tt := range map[string]struct {
			n    func(*core.NewTrial)
			want string
		}{
			"no procedure":    {func(n *core.NewTrial) { n.Procedure = "" }, "procedure"},
			"no place":        {func(n *core.NewTrial) { n.Place = "" }, "place"},
			"no such way":     {func(n *core.NewTrial) { n.Channel = "pigeon" }, "channel"},
			"long ago":        {func(n *core.NewTrial) { n.At = dbtest.Now().AddDate(-9, 0, 0) }, "day"},
			"nowhere":         {func(n *core.NewTrial) { n.Place = "nowhere" }, ""},
			"not a procedure": {func(n *core.NewTrial) { n.Procedure = "gone" }, ""},
		} {
			n := good
			tt.n(&n)
			_, err := b.StartTrial(ctx, b.author, b.change, n)
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || tt.want != "" && (len(e.Fields) != 1 || e.Fields[0].Name != tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := b.StartTrial(ctx, b.w.Citizen, b.change, good); err == nil {
			t.Error("a citizen tries procedures")
		}
		id, err := b.StartTrial(ctx, b.reader, b.change, good)
		if err != nil {
			t.Fatal(err)
		}
		r, err := b.GetTrial(ctx, b.reader, b.change, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.DoTrial(ctx, b.reader, b.change, id, r.Rev, finish("tra-ket-qua")); !errors.Is(err, rehearsal.ErrPlace) {
			t.Errorf("a step that is not open: %v", err)
		}
		if _, err := b.DoTrial(ctx, b.reader, b.change, id, r.Rev+1, finish("chung-kien")); !errors.Is(err, authoring.ErrTrialSeen) {
			t.Errorf("done in another window: %v", err)
		}
		if _, err := b.DoTrial(ctx, b.reader, b.change, id, r.Rev, rehearsal.Act{Do: rehearsal.Return, At: "chung-kien", Note: "x"}); !errors.Is(err, workflow.ErrNoReturn) {
			t.Errorf("nobody to return to: %v", err)
		}
		if r, err = b.GetTrial(ctx, b.reader, b.change, id); err != nil || len(r.Acts) != 0 {
			t.Errorf("refused acts are kept: %+v %v", r.Acts, err)
		}
		other, err := b.Create(ctx, b.author, core.General{Title: "Khác", Day: b.Today()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.GetTrial(ctx, b.author, other, id); !errors.Is(err, authoring.ErrNoTrial) {
			t.Errorf("a trial of another change: %v", err)
		}
		if err := b.KeepTrial(ctx, b.reader, b.change, id, core.Keeping{Name: "x", Expect: r.CameTo()}); err == nil {
			t.Error("who approves keeps tests")
		}
		if err := b.KeepTrial(ctx, b.author, b.change, id, core.Keeping{Name: "x"}); !errors.Is(err, authoring.ErrTrialEmp) {
			t.Errorf("a test of nothing: %v", err)
		}
		if _, _, err := b.SaveTrialStep(ctx, b.author, b.change, id, "nowhere", url.Values{}); !errors.Is(err, authoring.ErrTrialStep) {
			t.Errorf("a page that the form has not: %v", err)
		}
		first := r.Form.Steps(r.Typed)[0]
		r, wrong, err := b.SaveTrialStep(ctx, b.author, b.change, id, first, url.Values{})
		if err != nil || len(wrong.Errors) == 0 || r.Begun {
			t.Errorf("an empty page: %v %v", wrong.Errors, err)
		}
		if _, err := b.DoTrial(ctx, b.author, b.change, id, r.Rev, finish("chung-kien")); !errors.Is(err, authoring.ErrTrialPlan) {
			t.Errorf("a case of answers that the form refuses: %v", err)
		}
	})
}

// A kept trial is a test: it fails when fee, due day, flow or form come out
// otherwise, and says how.
func TestKeptTrials(t *testing.T) {
	t.Parallel()
	tryEach(t, func(t *testing.T, b bench, now *dbtest.Clock) {
		ctx := t.Context()
		id, err := b.StartTrial(ctx, b.author, b.change, core.NewTrial{Procedure: signature, Place: dossierstest.Ward, Channel: "counter", Fill: true})
		if err != nil {
			t.Fatal(err)
		}
		r, err := b.DoTrial(ctx, b.author, b.change, id, 0, finish("chung-kien"))
		if err != nil {
			t.Fatal(err)
		}
		want := r.CameTo()
		if *want.Fee != 10_000 || want.Due != "2026-03-02T17:30" || want.Last != "chung-kien" {
			t.Fatalf("%+v", want)
		}
		if err := b.KeepTrial(ctx, b.author, b.change, id, core.Keeping{Name: "Một giấy tờ", Expect: want}); err != nil {
			t.Fatal(err)
		}
		if n := b.w.Audited(t, authoring.AuditTrialKept, string(id)); n != 1 {
			t.Errorf("recorded %d times", n)
		}
		run := func(set *packs.Set) string {
			t.Helper()
			all, err := b.Trials(ctx, set, signature)
			if err != nil || len(all) != 1 {
				t.Fatalf("%+v %v", all, err)
			}
			var said []string
			for _, d := range all[0].Wrong {
				said = append(said, d.What+":"+d.Want+"→"+d.Got)
			}
			return strings.Join(said, " ")
		}
		now.Advance(400 * 24 * time.Hour) // it is the moment of the trial that counts, and tests are not forgotten
		if got := run(b.set); got != "" {
			t.Errorf("nothing has changed: %s", got)
		}
		alter := func(change func(set *packs.Set, p *packs.Procedure)) *packs.Set {
			set := *b.set
			set.Procedures, set.Flows = slices.Clone(set.Procedures), slices.Clone(set.Flows)
			for i := range set.Procedures {
				if set.Procedures[i].ID == signature {
					change(&set, &set.Procedures[i])
				}
			}
			return &set
		}
		for name, tt := range map[string]struct {
			set  *packs.Set
			want string
		}{
			"fee": {alter(func(_ *packs.Set, p *packs.Procedure) { p.Fee = packs.Fee{Kind: "amount", Amount: 20_000} }), "fee:10000→20000"},
			"term": {alter(func(_ *packs.Set, p *packs.Procedure) {
				p.Statutory = packs.Duration{Amount: 2, Unit: "days", Working: true}
				p.SameDay = false
			}), "due:2026-03-02T17:30→2026-03-04T09:30"},
			"step": {alter(func(set *packs.Set, _ *packs.Procedure) {
				for i, f := range set.Flows {
					if f.ID == signature {
						set.Flows[i].Steps = slices.Clone(f.Steps)
						set.Flows[i].Steps[0].Next = []string{"xem"}
						set.Flows[i].Steps[1].ID = "xem"
						set.Flows[i].Steps[2].Back = "xem"
					}
				}
			}), "broken:finish chung-kien→"},
			"gone": {alter(func(_ *packs.Set, p *packs.Procedure) { p.Flow = "gone" }), "broken:→"},
		} {
			if got := run(tt.set); !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s: %q, want %q", name, got, tt.want)
			}
		}
		if l, _, err := b.Check(ctx, b.author, b.change); err != nil || !slices.ContainsFunc(l.Points, func(p core.Point) bool {
			return p.Code == "tryout" && p.Mark == core.Fine && len(p.Lines) == 1
		}) {
			t.Errorf("%+v %v", l, err)
		}
		if err := b.KeepTrial(ctx, b.author, b.change, id, core.Keeping{Name: "Một giấy tờ", Expect: authoring.Expect{Last: "tra-ket-qua"}}); err != nil {
			t.Fatal(err)
		}
		if l, _, err := b.Check(ctx, b.author, b.change); err != nil || l.Clear() {
			t.Errorf("a test that fails stops nobody: %+v %v", l, err)
		}
		// A later change of the procedure has it too, and can look at it.
		later, err := b.Create(ctx, b.author, core.General{Title: "Sau", Day: b.Today()})
		if err != nil {
			t.Fatal(err)
		}
		text, _ := b.set.ItemText("procedures", signature)
		if _, err := b.SaveItem(ctx, b.author, later, authoring.Procedures, signature, text, 0); err != nil {
			t.Fatal(err)
		}
		if all, err := b.ListTrials(ctx, b.author, later); err != nil || len(all) != 1 || all[0].ID != id {
			t.Errorf("%+v %v", all, err)
		}
		if err := b.DropTrial(ctx, b.reader, later, id); err == nil {
			t.Error("who approves drops tests")
		}
		if err := errors.Join(b.DropTrial(ctx, b.author, later, id), b.DropTrial(ctx, b.author, later, id)); err != nil {
			t.Error(err)
		}
		if n := b.w.Audited(t, authoring.AuditTrialDropped, string(id)); n != 1 {
			t.Errorf("recorded %d times", n)
		}
	})
}

// What nobody keeps is forgotten.
func TestTrialsAreForgotten(t *testing.T) {
	t.Parallel()
	tryEach(t, func(t *testing.T, b bench, now *dbtest.Clock) {
		n := core.NewTrial{Procedure: signature, Place: dossierstest.Ward, Channel: "online", Fill: true}
		if _, err := b.StartTrial(t.Context(), b.author, b.change, n); err != nil {
			t.Fatal(err)
		}
		now.Advance(31 * 24 * time.Hour)
		if _, err := b.StartTrial(t.Context(), b.author, b.change, n); err != nil {
			t.Fatal(err)
		}
		if all, err := b.ListTrials(t.Context(), b.author, b.change); err != nil || len(all) != 1 {
			t.Errorf("%d trials, %v", len(all), err)
		}
	})
}

// drawn is the procedure's process as it might be drawn: a service task, and a
// wait that a timer ends.
const drawn = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tinhso="https://tinhso.vn/bpmn/1" id="defs">
<bpmn:process id="ve" name="Quy trình vẽ" isExecutable="true">
<bpmn:startEvent id="s"/>
<bpmn:userTask id="nhan" name="Tiếp nhận" tinhso:post="clerk" tinhso:unit="received" tinhso:due="PT1H" tinhso:action="accept"/>
<bpmn:serviceTask id="hoi" name="Hỏi hệ thống" tinhso:handler="x.ask"/>
<bpmn:intermediateCatchEvent id="cho" name="Chờ niêm yết"><bpmn:timerEventDefinition><bpmn:timeDuration>P15D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
<bpmn:userTask id="tra" name="Trả kết quả" tinhso:post="clerk" tinhso:unit="received" tinhso:due="PT1H" tinhso:action="deliver"/>
<bpmn:endEvent id="z"/>
<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="nhan"/><bpmn:sequenceFlow id="f2" sourceRef="nhan" targetRef="hoi"/>
<bpmn:sequenceFlow id="f3" sourceRef="hoi" targetRef="cho"/><bpmn:sequenceFlow id="f4" sourceRef="cho" targetRef="tra"/>
<bpmn:sequenceFlow id="f5" sourceRef="tra" targetRef="z"/>
</bpmn:process></bpmn:definitions>`

// A process that is drawn is tried like a table of steps.
func TestDrawnProcessesAreTried(t *testing.T) {
	t.Parallel()
	tryEach(t, func(t *testing.T, b bench, _ *dbtest.Clock) {
		ctx := t.Context()
		set := *b.set
		set.Procedures = slices.Clone(set.Procedures)
		for i := range set.Procedures {
			if set.Procedures[i].ID == signature {
				set.Procedures[i].Flow = "ve"
			}
		}
		set.Drawings = append(slices.Clone(set.Drawings), packs.Drawing{ID: "ve", Text: []byte(drawn), Model: drawing(t, drawn)})
		id, err := b.StartTrial(ctx, b.author, b.change, core.NewTrial{Procedure: signature, Place: dossierstest.Ward, Channel: "counter", Fill: true})
		if err != nil {
			t.Fatal(err)
		}
		try := func(last string, acts ...rehearsal.Act) []authoring.Difference {
			t.Helper()
			if err := b.w.DB.Write(ctx, func(tx *db.Tx) error {
				trial, err := store.LockTrial(ctx, tx, id)
				trial.Acts, trial.Kept, trial.Name, trial.Expect = acts, true, "Vẽ", authoring.Expect{Last: last}
				return errors.Join(err, store.PutTrial(ctx, tx, trial))
			}); err != nil {
				t.Fatal(err)
			}
			all, err := b.Trials(ctx, &set, signature)
			if err != nil || len(all) != 1 {
				t.Fatalf("%+v %v", all, err)
			}
			return all[0].Wrong
		}
		ask, wait := rehearsal.Act{Do: rehearsal.Serve, At: "hoi"}, rehearsal.Act{Do: rehearsal.Pass, Until: rehearsal.ToTimer}
		if wrong := try("tra", ask, wait, finish("tra")); len(wrong) != 0 {
			t.Errorf("%+v", wrong)
		}
		if wrong := try("tra", ask, finish("tra")); len(wrong) != 2 || wrong[0].What != "broken" || wrong[1].Got != "nhan" {
			t.Errorf("the timer has not rung: %+v", wrong)
		}
	})
}

func drawing(t *testing.T, text string) *bpmn.Model {
	t.Helper()
	doc, err := bpmn.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Model()
}
