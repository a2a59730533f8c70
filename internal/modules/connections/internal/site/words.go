// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"encoding/json"
	"net/url"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/connections/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func healthTag(p page.Page, h core.Health) ui.TagParams {
	classes := map[core.Health]string{
		core.Unused: "ts-tag--hold", core.Works: "ts-tag--ok", core.Slow: "ts-tag--soon", core.Failed: "ts-tag--soon", core.Open: "ts-tag--late", core.Paused: "ts-tag--hold",
	}
	return ui.TagParams{Text: p.T("connections.health." + string(h)), Classes: classes[h]}
}

func partnerRows(p page.Page, all []core.Standing) (rows []ui.WorkRow) {
	for _, one := range all {
		good := ui.WorkCell{Text: "–"}
		if !one.Good.IsZero() {
			good = ui.WorkCell{Text: p.DateTime(one.Good.Time), Sub: p.T("connections.took", "ms", p.Number(one.Took))}
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.Text(one.Title), Sub: one.Address, Href: partnerAt(one.Partner.ID)},
			{HTML: ui.Tag(healthTag(p, one.Health))},
			{Text: p.Number(one.Waiting), Numeric: true},
			{Text: p.Number(one.Dead), Numeric: true},
			good,
		}})
	}
	return rows
}

func row(key, value string) ui.SummaryRow {
	return ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: value}}
}

func partnerFacts(p page.Page, one core.Standing) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: ui.SummaryText{Text: p.T("connections.state")}, Value: ui.SummaryText{HTML: ui.Tag(healthTag(p, one.Health))}},
		row(p.T("connections.waiting"), p.Number(one.Waiting)), row(p.T("connections.dead"), p.Number(one.Dead)),
	}
	if one.Health == core.Paused {
		rows = append(rows, row(p.T("connections.paused"), p.T("connections.paused.by", "who", one.By, "at", p.DateTime(one.State.Paused.Time))), row(p.T("connections.reason"), one.Reason))
	}
	if !one.Good.IsZero() {
		rows = append(rows, row(p.T("connections.good"), p.DateTime(one.Good.Time)))
	}
	if !one.Bad.IsZero() {
		rows = append(rows, row(p.T("connections.bad"), p.DateTime(one.Bad.Time)+" · "+word(p, one.Error)))
	}
	if one.Health == core.Open {
		rows = append(rows, row(p.T("connections.again"), p.DateTime(one.Until.Time)))
	}
	return append(rows, row(p.T("connections.limits"), p.T("connections.limits.text", "seconds", p.Number(int64(one.Timeout.Seconds())), "attempts", one.Attempts, "days", p.Number(int64(one.Keep.Hours()/24)))))
}

// word puts a word of ours about a failure into the reader's language; a code of theirs stays.
func word(p page.Page, code string) string {
	if code == "" {
		return "–"
	}
	if key := "connections.error." + code; p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return code
}

func operation(p page.Page, partners map[string]connectors.Partner, partner, name string) string {
	for _, o := range partners[partner].Operations {
		if o.Name == name {
			return p.Text(o.Title)
		}
	}
	return name
}

func messageRows(p page.Page, one core.Standing, all []connectors.Sent) (rows []ui.WorkRow) {
	partners := map[string]connectors.Partner{one.Partner.ID: one.Partner}
	for _, m := range all {
		about := ui.WorkCell{Text: "–"}
		if m.Dossier != "" {
			about = ui.WorkCell{Text: p.T("connections.see_dossier"), Href: "/xu-ly/" + url.PathEscape(m.Dossier) + "/ket-noi"}
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: operation(p, partners, m.Partner, m.Operation), Sub: m.Key, Href: messageAt(m)},
			{Text: p.DateTime(m.Made.Time), Sub: p.T("connections.attempts", "n", m.Attempt)},
			{Text: word(p, m.Error)},
			about,
		}})
	}
	return rows
}

func outcomeTag(p page.Page, o connectors.Outcome) ui.TagParams {
	t := ui.TagParams{Text: p.T("connections.outcome." + string(o))}
	switch o {
	case connectors.OK, connectors.Repeated, connectors.Late:
		t.Classes = "ts-tag--ok"
	case connectors.Begun:
		t.Classes = "ts-tag--hold"
	case connectors.Refused:
		t.Classes = "ts-tag--late"
	case connectors.Failed, connectors.Silent, connectors.Interrupted:
		t.Classes = "ts-tag--soon"
	}
	return t
}

func callRows(p page.Page, partners map[string]connectors.Partner, all []connectors.Call, open bool) (rows []ui.WorkRow) {
	for _, c := range all {
		cells := []ui.WorkCell{
			{Text: operation(p, partners, c.Partner, c.Operation), Sub: p.Text(partners[c.Partner].Title) + " · " + p.T("connections.direction."+c.Direction)},
			{Text: p.DateTime(c.Started.Time), Sub: p.T("connections.took", "ms", p.Number(c.Took))},
			{HTML: ui.Tag(outcomeTag(p, c.Outcome)), Sub: reasonOf(p, c)},
			{Text: p.T("connections.bytes", "sent", p.Number(c.Sent), "got", p.Number(c.Got)), Sub: c.Reference},
			{Text: purpose(p, c.Purpose), Sub: c.Key},
		}
		if open {
			cells = append(cells, ui.WorkCell{HTML: readForm(p, partnerAt(c.Partner)+"/cuoc-goi/"+url.PathEscape(c.ID), c.Started.Time)})
		}
		rows = append(rows, ui.WorkRow{Cells: cells})
	}
	return rows
}

func reasonOf(p page.Page, c connectors.Call) string {
	if c.Error == "" {
		return ""
	}
	return word(p, c.Error)
}

func purpose(p page.Page, code string) string {
	if key := "connections.purpose." + code; code != "" && p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return code
}

func callHead(p page.Page, open bool) []string {
	head := []string{p.T("connections.operation"), p.T("connections.started"), p.T("connections.outcome"), p.T("connections.size"), p.T("connections.purpose")}
	if open {
		head = append(head, p.T("connections.do"))
	}
	return head
}

func messageFacts(p page.Page, m core.Message) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		row(p.T("connections.operation"), m.Operation), row(p.T("connections.state"), p.T("connections.state."+m.State)), row(p.T("connections.key"), m.Key),
		row(p.T("connections.made"), p.DateTime(m.Made.Time)), row(p.T("connections.tries"), p.Number(int64(m.Attempt))), row(p.T("connections.purpose"), purpose(p, m.Purpose)),
	}
	if m.Error != "" {
		rows = append(rows, row(p.T("connections.error"), word(p, m.Error)))
	}
	if m.Reason != "" {
		rows = append(rows, row(p.T("connections.reason"), m.Reason))
	}
	if m.State == "waiting" {
		rows = append(rows, row(p.T("connections.again"), p.DateTime(m.Due.Time)))
	}
	return rows
}

func runRows(p page.Page, runs []connectors.Run) (rows []ui.WorkRow) {
	for _, r := range runs {
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.DateTime(r.Made.Time)},
			{Text: p.Date(r.From.Time) + " – " + p.Date(r.To.AddDate(0, 0, -1))},
			{Text: p.Number(r.Ours), Numeric: true},
			{Text: p.Number(r.Theirs), Numeric: true},
			{Text: p.Number(r.Found), Numeric: true},
		}})
	}
	return rows
}

func wrong(p page.Page, problem *web.ProblemError, mine bool, name string) *ui.ErrorMessage {
	if problem == nil || !mine {
		return nil
	}
	if said := p.Errors(problem.Fields)[name]; said != "" {
		return &ui.ErrorMessage{Text: said}
	}
	return nil
}

// summary leads to the fields of the form that was sent: their ids begin with its name.
func summary(p page.Page, t typed, problem *web.ProblemError) ui.ErrorSummaryParams {
	s := ui.ErrorSummaryParams{TitleText: p.T("page.error.input")}
	for _, f := range problem.Fields {
		s.ErrorList = append(s.ErrorList, ui.ErrorItem{Text: f.Detail, Href: "#" + t.Form + "-" + f.Name})
	}
	if len(problem.Fields) == 0 {
		s.ErrorList = []ui.ErrorItem{{Text: problem.Detail}}
	}
	return s
}

func kept(t typed, form, value string) string {
	if t.Form == form {
		return value
	}
	return ""
}

func reasonField(p page.Page, form, label string, t typed, problem *web.ProblemError) ui.TextareaParams {
	return ui.TextareaParams{
		ID: form + "-reason", Name: "reason", Rows: 2, Value: kept(t, form, t.Reason), Label: ui.Label{Text: p.T(label)}, ErrorMessage: wrong(p, problem, t.Form == form, "reason"),
	}
}

func dayField(p page.Page, form, name, value string, t typed, problem *web.ProblemError) ui.InputParams {
	return ui.InputParams{
		ID: form + "-" + name, Name: name, Value: kept(t, form, value), Classes: "ts-input--width-10", Autocomplete: "off", Label: ui.Label{Text: p.T("connections." + name)},
		Hint: &ui.Hint{Text: p.T("connections.day.hint")}, ErrorMessage: wrong(p, problem, t.Form == form, name),
	}
}

// pretty is JSON with line breaks; other texts as they are; nothing of what is none.
func pretty(body []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, body, "", "  ") == nil {
		return out.String()
	}
	if !utf8.Valid(body) {
		return ""
	}
	return string(body)
}

func resumeText(one core.Standing) string {
	if one.Health == core.Paused {
		return "connections.resume"
	}
	return "connections.try_now"
}

func orDash(v string) string {
	if v == "" {
		return "–"
	}
	return v
}

func traceSub(p page.Page, t core.Trace) string {
	if t.Dossier.ID == "" {
		return p.T("connections.trace.sub")
	}
	if t.Dossier.Code != "" {
		return t.Dossier.Code
	}
	return t.Dossier.Reference
}
