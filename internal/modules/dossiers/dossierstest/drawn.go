// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossierstest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Task is a task of people in a drawing: four hours, by an officer.
func Task(id, action, unit string) string {
	return fmt.Sprintf(`<userTask id="%s" name="Bước %s" t:action="%s" t:post="officer" t:unit="%s" t:due="PT4H"/>`, id, id, action, unit)
}

// Arrows draws "a b" from a to b, "a b condition" with a condition.
func Arrows(pairs ...string) string {
	var text strings.Builder
	for _, p := range pairs {
		ends := strings.SplitN(p, " ", 3)
		condition := ""
		if len(ends) > 2 {
			condition = "<conditionExpression>" + ends[2] + "</conditionExpression>"
		}
		fmt.Fprintf(&text, `<sequenceFlow id="%s.%s" sourceRef="%s" targetRef="%s">%s</sequenceFlow>`, ends[0], ends[1], ends[0], ends[1], condition)
	}
	return text.String()
}

// Drawing is a whole process with a part of one's own between accepting and
// drafting: it is entered at from and left at to.
func Drawing(from, to, part string) string {
	return `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="https://tinhso.vn/bpmn/1"><process id="ve" name="Quy trình vẽ" isExecutable="true" t:version="1">
<extensionElements><t:variable name="in_zone" type="string"/></extensionElements><startEvent id="start"/>` +
		Task("accept", "accept", "received") + part + Task("draft", "draft", "authority") + Task("sign", "sign", "authority") + Task("issue", "issue", "authority") +
		Task("deliver", "deliver", "received") + `<exclusiveGateway id="signed" default="signed.issue"/><endEvent id="end"/>` +
		Arrows("start accept", "accept "+from, to+" draft", "draft sign", "sign signed", "signed issue", `signed draft outcome == "return"`, "issue deliver", "deliver end") +
		`</process></definitions>`
}

// SideBySide is a part: appraise, note it down in another program (which can be
// undone), then a department, in the zone another ward as well, and a day of
// posting beside each other.
func SideBySide() string {
	return Task("appraise", "appraise", "authority") +
		`<serviceTask id="book" t:handler="test.book"/><boundaryEvent id="booked" attachedToRef="book"><compensateEventDefinition/></boundaryEvent>
		<serviceTask id="unbook" t:handler="test.unbook" isForCompensation="true"/><association id="as" sourceRef="booked" targetRef="unbook"/>
		<parallelGateway id="fork"/>` + Task("dept", "consult", "unit:"+Dept) + `<exclusiveGateway id="zone" name="Trong khu?" default="zone.outside"/>` + Task("ward", "consult", "unit:"+Other) + `<exclusiveGateway id="outside"/>
		<intermediateCatchEvent id="posted" name="Niêm yết"><timerEventDefinition><timeDuration>PT24H</timeDuration></timerEventDefinition></intermediateCatchEvent>
		<parallelGateway id="join"/>` +
		Arrows("appraise book", "book fork", "fork dept", "fork zone", "fork posted", `zone ward in_zone == "yes"`, "zone outside", "ward outside", "dept join", "outside join", "posted join")
}

// Draw makes the procedure of today run on a drawing.
func (w *World) Draw(tb testing.TB, text string) {
	tb.Helper()
	doc, err := bpmn.Read([]byte(text))
	check(tb, err)
	if wrong := doc.Model().Check(bpmn.Known{}); len(wrong) > 0 {
		tb.Fatal(wrong)
	}
	w.Procedures.Add(procedurestest.Version(tb, func(v *procedures.Version) {
		v.Form.Version = 2
		v.Form.Steps = append(v.Form.Steps, forms.Step{ID: "zone", Title: forms.Text{VI: "Nơi làm"}, Fields: []forms.Field{
			{Key: "in_zone", Type: forms.Radios, Label: forms.Text{VI: "Trong khu?"}, Options: []forms.Option{{Value: "yes", Label: forms.Text{VI: "Có"}}, {Value: "no", Label: forms.Text{VI: "Không"}}}},
		}})
		v.Flow = procedures.Flow{ID: "ve", Version: 1, Title: i18n.Text{VI: "Quy trình vẽ"}, BPMN: text}
		for _, s := range (packs.Drawing{ID: "ve", Text: []byte(text), Model: doc.Model()}).Flow().Steps {
			v.Flow.Steps = append(v.Flow.Steps, procedures.Step{ID: s.ID, Name: i18n.Text(s.Name), Post: s.Post, Unit: s.Unit, Hours: s.Hours, Action: s.Action, Next: s.Next, Back: s.Back})
		}
	}))
	none := func(context.Context, *db.Tx, workflow.Call) (workflow.Result, error) { return workflow.Result{}, nil }
	for _, name := range []string{"test.book", "test.unbook"} {
		if _, ok := w.Flow.Handlers[name]; !ok {
			w.Flow.Handlers[name] = workflow.Handler{Within: none}
		}
	}
}

// Drawn sends a dossier that runs on the drawing, and accepts it.
func (w *World) Drawn(tb testing.TB, inZone string) dossiers.ID {
	tb.Helper()
	ctx := tb.Context()
	d, err := w.Service.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: Ward})
	check(tb, err)
	_, _, err = w.Service.SaveAnswers(ctx, w.Citizen, d.ID, []byte(`{"full_name": "Nguyễn Văn Bảy", "in_zone": "`+inZone+`"}`))
	check(tb, err)
	_, err = w.Service.Attach(ctx, w.Citizen, d.ID, "to-khai", "tờ khai.pdf", strings.NewReader(PDF))
	check(tb, err)
	sent, err := w.Service.Submit(ctx, w.Citizen, d.ID)
	check(tb, err)
	_, err = w.Service.Accept(ctx, w.Clerk, sent.ID)
	check(tb, err)
	return sent.ID
}

// Jobs are what the program does in the background about dossiers and cases.
func (w *World) Jobs() map[jobs.Kind]jobs.Handler {
	all := w.Flow.Jobs(w.DB)
	all[core.JobReceipt], all[core.JobMoved] = w.Service.MakeReceipt, w.Service.FollowCase
	return all
}

// Work lets programs and clocks work until nothing is left to do now.
func (w *World) Work(tb testing.TB, c *dbtest.Clock) {
	tb.Helper()
	for range 500 {
		_, err := w.Flow.Tick(tb.Context(), w.DB)
		check(tb, err)
		did, err := jobs.Work(tb.Context(), w.DB, w.Jobs())
		check(tb, err)
		if did {
			continue
		}
		if w.Count(tb, `SELECT COUNT(*) FROM jobs_queue WHERE dead = 0 AND kind IN ('flow.serve', 'flow.deliver', 'dossiers.moved')`) == 0 {
			return
		}
		c.Advance(time.Second)
	}
	tb.Fatal("it never ends")
}

// ID is a unit by its name in a test.
func ID(unit string) orgs.ID { return orgs.ID(unit) }

// FileID is a file by its name in a test.
func FileID(file string) files.ID { return files.ID(file) }
