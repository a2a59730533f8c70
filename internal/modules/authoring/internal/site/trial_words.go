// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/kernel/workflow/picture"
	"tinhso.vn/internal/kernel/workflow/rehearsal"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
)

// backLink is the way back above a page.
type backLink struct {
	p          page.Page
	href, text string
}

// Render implements templ.Component.
func (b backLink) Render(ctx context.Context, w io.Writer) error {
	return ui.BackLink(ui.BackLinkParams{Text: b.text, Href: b.href}).Render(ctx, w)
}

func fact(key, value string) ui.SummaryRow {
	return ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: value}}
}

// answerRows are the answers of the form with the way to change them.
func answerRows(p page.Page, t tried) (rows []ui.SummaryRow) {
	last := ""
	for _, a := range t.run.Form.Summarise(t.run.Typed, p.Printer, t.run.World) {
		value := a.Value
		if value == "" {
			value = p.T("authoring.try.empty")
		}
		row := fact(a.Label, value)
		if a.StepID != last {
			last = a.StepID
			row.Actions.Items = []ui.SummaryAction{{Text: p.T("authoring.try.edit"), Href: t.path("to-khai", a.StepID), VisuallyHiddenText: a.Label}}
		}
		rows = append(rows, row)
	}
	return rows
}

// wrongAnswers say what the form refuses, each leading to its page.
func wrongAnswers(p page.Page, t tried) (items []ui.ErrorItem) {
	labels, steps := map[string]string{}, map[string]string{}
	for _, a := range t.run.Form.Summarise(t.run.Typed, p.Printer, t.run.World) {
		labels[a.Key], steps[a.Key] = a.Label, a.StepID
	}
	for _, f := range t.run.Wrong.Errors {
		key := f.Name
		for labels[key] == "" && strings.Contains(key, "-") {
			key = key[:strings.LastIndexByte(key, '-')]
		}
		text, href := p.Named(f.Code, f.Args), ""
		if labels[key] != "" {
			text, href = labels[key]+": "+text, t.path("to-khai", steps[key])+"#"+f.Name
		}
		items = append(items, ui.ErrorItem{Text: text, Href: href})
	}
	return items
}

// outcomeRows say what was asked for, what it costs, when it is due and who decides.
func outcomeRows(p page.Page, t tried) []ui.SummaryRow {
	v := t.run.Version
	rows := []ui.SummaryRow{{Key: ui.SummaryText{Text: p.T("authoring.try.papers")}, Value: ui.SummaryText{HTML: paperList(p, v)}}}
	rows = append(rows, feeRows(p, t.run)...)
	rows = append(rows, fact(p.T("authoring.try.accepted"), moment(p, t.run.At)))
	if t.run.Term.Due.IsZero() {
		rows = append(rows, fact(p.T("authoring.try.due"), p.T("authoring.try.no_due")))
	} else {
		rows = append(rows, fact(p.T("authoring.try.statutory"), moment(p, t.run.Term.Statutory)), fact(p.T("authoring.try.due"), moment(p, t.run.Term.Due)))
	}
	return append(rows,
		fact(p.T("authoring.try.receives"), p.Text(t.run.Route.Received.Name)), fact(p.T("authoring.try.decides"), p.Text(t.run.Route.Authority.Name)))
}

// moment is a time with its day of the week.
func moment(p page.Page, t time.Time) string { return p.Weekday(t) + ", " + p.Time(t) }

// paperWords say whether a paper has to be brought.
func paperWords(p page.Page, paper procedures.Paper) string {
	switch {
	case paper.ByForm:
		return p.T("authoring.try.by_form")
	case paper.Required:
		return p.T("authoring.try.required")
	}
	return p.T("authoring.try.optional")
}

func feeRows(p page.Page, run core.TrialRun) (rows []ui.SummaryRow) {
	title := p.T("authoring.try.fee")
	switch {
	case run.FeeWhy != nil:
		return []ui.SummaryRow{fact(title, p.T("authoring.try.fee_none"))}
	case !run.Charge.Known:
		return []ui.SummaryRow{fact(title, p.T("authoring.try.fee_unknown"))}
	case run.Charge.Amount == 0:
		rows = append(rows, fact(title, p.T("authoring.try.free")))
	case !run.Charge.Exact:
		rows = append(rows, fact(title, p.Money(run.Charge.Amount)+" / "+p.Text(run.Version.Fee.Per)))
	default:
		rows = append(rows, fact(title, p.Money(run.Charge.Amount)))
	}
	if run.Charge.Why != nil {
		for _, why := range run.Charge.Why.Why {
			rows = append(rows, fact(p.T("authoring.try.fee_why"), feeReason(p, run.Version.Fee.Table, *run.Charge.Why, why)))
		}
	}
	return rows
}

// feeReason says one step of how a fee was worked out.
func feeReason(p page.Page, table *decisions.Decision, r decisions.Result, why decisions.Reason) string {
	amount, _ := why.Value.(int64)
	said := ""
	switch why.Step {
	case decisions.Stated, decisions.Computed, decisions.Added:
		said = p.T("authoring.try.fee_row", "row", why.Row+1)
		if note := p.Text(table.Rows[why.Row].Note); note != "" {
			said = note
		}
		if why.Formula != "" {
			said += ": " + r.Sum(why.Formula)
		}
	case decisions.Rounded, decisions.Raised, decisions.Lowered:
		said = p.T("authoring.try.fee_" + string(why.Step))
	}
	return said + " = " + p.Money(amount)
}

// nodeName is what people call a node of the process.
func nodeName(p page.Page, run core.TrialRun, node string) string {
	switch node {
	case workflow.AskSupplement:
		return p.T("authoring.try.ask_supplement")
	case bpmn.Return:
		return p.T("authoring.try.return")
	}
	if n, ok := run.Process.Model().Node(node); ok && n.Name != "" {
		return n.Name
	}
	return node
}

// unitName is what a unit of the route is called.
func unitName(p page.Page, run core.TrialRun, id string) string {
	for _, u := range []orgs.Unit{run.Route.Received, run.Route.Authority} {
		if string(u.ID) == id {
			return p.Text(u.Name)
		}
	}
	if u, ok := run.Unit(id); ok {
		return p.Text(u)
	}
	return id
}

// flowPicture draws the process with where the case stands.
func flowPicture(p page.Page, run core.TrialRun) picture.Picture {
	var now []string
	for _, s := range run.State.Place.At {
		now = append(now, s.Node)
	}
	drawn := picture.Draw(run.Process.Model(), nil, now, picture.Words{
		Title: p.T("authoring.try.picture"), About: p.T("authoring.try.picture_about"), Here: p.T("authoring.try.here"),
		Post: func(role string) string { return p.Text(run.Post(role)) },
	})
	return drawn
}

// services are the service tasks at which the case stands.
func services(run core.TrialRun) (all []bpmn.Node) {
	for _, s := range run.State.Place.At {
		if n, _ := run.Process.Model().Node(s.Node); n.Kind == bpmn.Service {
			all = append(all, n)
		}
	}
	return all
}

// failures are the errors of a service task that the process takes.
func failures(run core.TrialRun, node string) (codes []string) {
	for _, b := range run.Process.Model().On(node) {
		if b.Event == bpmn.Error && !slices.Contains(codes, b.Code) {
			codes = append(codes, b.Code)
		}
	}
	return codes
}

// historyLines say what has happened in the case.
func historyLines(p page.Page, run core.TrialRun) [][]ui.TableCell {
	var rows [][]ui.TableCell
	for _, e := range run.State.History {
		if e.Event == "started" || e.Event == "opened" && e.Step == "" {
			continue
		}
		what := p.T("authoring.try.event." + e.Event)
		if e.Step != "" {
			what += ": " + nodeName(p, run, e.Step)
		}
		if e.Note != "" {
			what += " (" + e.Note + ")"
		}
		rows = append(rows, []ui.TableCell{{Text: p.DateTime(e.At.Time), Classes: "ts-num"}, {Text: what}})
	}
	return rows
}

// actWords say an act that was kept.
func actWords(p page.Page, run core.TrialRun, a rehearsal.Act) string {
	said := p.T("authoring.try.act." + string(a.Do))
	if a.At != "" {
		said += ": " + nodeName(p, run, a.At)
	}
	if a.Until != "" {
		said += ": " + p.T("authoring.try.until."+a.Until)
	}
	return said
}

// expected are the values with which a trial would be kept, as they are typed.
func expected(p page.Page, t tried) (fee, due, last string, refused []string) {
	e := t.run.CameTo()
	if t.run.Kept {
		e = t.run.Expect
	}
	if e.Fee != nil {
		fee = p.Number(*e.Fee)
	}
	if at, err := time.ParseInLocation("2006-01-02T15:04", e.Due, calendar.Zone()); err == nil {
		due = at.Format("02/01/2006 15:04")
	}
	if t.form.Has("name") {
		return t.form.Get("fee"), t.form.Get("due"), t.form.Get("last"), t.form["refused"]
	}
	return fee, due, e.Last, e.Refused
}

func lastChoices(p page.Page, run core.TrialRun) []ui.SelectItem {
	items := []ui.SelectItem{{Value: "", Text: p.T("authoring.try.any")}}
	for _, n := range run.Process.Model().Users() {
		items = append(items, ui.SelectItem{Value: n.ID, Text: nodeName(p, run, n.ID)})
	}
	return items
}

// trialName is what a trial is called in a list.
func trialName(p page.Page, all core.TrialChoices, t authoring.Trial) string {
	name := t.Procedure
	for _, v := range all.Procedures {
		if string(v.ID) == t.Procedure {
			name = p.Text(v.Name)
		}
	}
	if t.Kept {
		return t.Name + " · " + name
	}
	return name
}

func hours(p page.Page, h float64) string {
	return p.T("authoring.try.past.hours", "n", p.Decimal(h, 2))
}

func share(f float64) string { return strconv.Itoa(int(f*100+0.5)) + "%" }

// pastRows are the steps of a changed flow before and after.
func pastRows(p page.Page, past core.PastTrial) [][]ui.TableCell {
	rows := make([][]ui.TableCell, 0, len(past.Result.Steps)+1)
	num := func(s string) ui.TableCell { return ui.TableCell{Text: s, Format: "numeric"} }
	for _, s := range past.Result.Steps {
		rows = append(rows, []ui.TableCell{
			{Text: s.Name}, num(hours(p, s.Was.Mean)), num(hours(p, s.Now.Mean)), num(hours(p, s.Now.P80)), num(share(s.Was.Late)), num(share(s.Now.Late)), num(strconv.Itoa(s.Assumed)),
		})
	}
	r := past.Result
	return append(rows, []ui.TableCell{
		{Text: p.T("authoring.try.past.whole")}, num(hours(p, r.Was.Mean)), num(hours(p, r.Now.Mean)), num(hours(p, r.Now.P80)), num(share(r.Was.Late)), num(share(r.Now.Late)), num(""),
	})
}

// stepName is what a step of a changed flow is called.
func stepName(past core.PastTrial, id string) string {
	for _, s := range past.Result.Steps {
		if s.ID == id {
			return s.Name
		}
	}
	return id
}

// whyNot says an error in the words of its code.
func whyNot(p page.Page, err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return p.Named(e.Code, e.Args)
	}
	return err.Error()
}

func procedureItems(p page.Page, c core.TrialChoices) []ui.SelectItem {
	items := make([]ui.SelectItem, 0, len(c.Procedures))
	for _, v := range c.Procedures {
		items = append(items, ui.SelectItem{Value: string(v.ID), Text: p.Text(v.Name)})
	}
	return items
}

func placeItems(p page.Page, c core.TrialChoices) []ui.SelectItem {
	items := make([]ui.SelectItem, 0, len(c.Places))
	for _, u := range c.Places {
		items = append(items, ui.SelectItem{Value: string(u.ID), Text: p.Text(u.Name)})
	}
	return items
}

func outcomeItems(p page.Page, t tried, task rehearsal.Task) []ui.RadioItem {
	items := make([]ui.RadioItem, 0, len(task.Node.Outcomes))
	for _, o := range task.Node.Outcomes {
		items = append(items, ui.RadioItem{Value: o, Text: nodeName(p, t.run, o)})
	}
	return items
}

func templateItems(p page.Page, f procedures.TemplateField) []ui.SelectItem {
	items := make([]ui.SelectItem, 0, len(f.Options))
	for _, o := range f.Options {
		items = append(items, ui.SelectItem{Value: o.Value, Text: p.Text(o.Label)})
	}
	return items
}

// refusedItems are the answers that the form refuses, to be expected.
func refusedItems(p page.Page, t tried) []ui.CheckboxItem {
	said := wrongAnswers(p, t)
	items := make([]ui.CheckboxItem, 0, len(said))
	for i, f := range t.run.Wrong.Errors {
		items = append(items, ui.CheckboxItem{Value: f.Name, Text: said[i].Text})
	}
	return items
}

// keepName is the name under which a trial is kept.
func keepName(t tried) string {
	if t.form.Has("name") {
		return t.form.Get("name")
	}
	return t.run.Name
}
