// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/kernel/workflow/picture"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/core"
	"tinhso.vn/internal/platform/ui"
)

// known says a word of ours in the reader's language, and one of a pack as it is.
func known(p page.Page, prefix, word string) string {
	if word != "" && p.Site.Catalogue.Has(prefix+word) {
		return p.T(prefix + word)
	}
	return word
}

func post(p page.Page, role string) string { return known(p, "processes.post.", role) }

// place says who does a step, or what it waits for.
func place(p page.Page, n bpmn.Node) (who, where string) {
	if n.Kind == bpmn.User {
		return post(p, n.Post), known(p, "processes.unit.", n.Unit)
	}
	return p.T("processes.kind." + string(n.Kind)), n.Handler
}

func name(n bpmn.Node) string {
	if n.Name != "" {
		return n.Name
	}
	return n.ID
}

// count says how many, and how many of them are late: the word stands beside the colour.
func count(p page.Page, n, late int) ui.WorkCell {
	c := ui.WorkCell{Text: p.T("processes.cases_n", "n", n)}
	if n == 0 {
		c.Text = "–"
	}
	if late > 0 {
		c.HTML = ui.Tag(ui.TagParams{Text: p.T("processes.late_n", "n", late), Classes: "ts-tag--late"})
		c.Sub = c.Text
	}
	return c
}

// drawing is the picture of a version with who stands where.
func drawing(p page.Page, v core.View) picture.Picture {
	marks := map[string]picture.Mark{}
	for _, s := range v.Steps {
		if s.Count.Tokens == 0 {
			continue
		}
		m := picture.Mark{Text: p.T("processes.cases_n", "n", s.Count.Tokens)}
		if s.Count.Late > 0 {
			m.Text, m.Late = m.Text+", "+p.T("processes.late_n", "n", s.Count.Late), true
		}
		marks[s.ID] = m
	}
	return picture.Draw(v.Definition.Model(), diagram(v.Definition), nil, picture.Words{
		Title: title(p, v.Version), About: p.T("processes.picture.about"), At: marks, Post: func(role string) string { return post(p, role) },
	})
}

// diagram is how the file draws the process; nil to lay it out anew.
func diagram(d *workflow.Definition) *bpmn.Diagram {
	if len(d.Table().Steps) > 0 {
		return nil
	}
	text, _, err := d.Canonical()
	if err != nil {
		return nil
	}
	doc, err := bpmn.Read(text)
	if err != nil {
		return nil
	}
	if drawn, whole := doc.Diagram(); whole {
		return &drawn
	}
	return nil
}

func listHref(question, after string) string {
	q := url.Values{}
	if question != "" {
		q.Set("q", question)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return Path
	}
	return Path + "?" + q.Encode()
}

func casesHref(of workflow.Ref, node, after string) string {
	q := url.Values{}
	if node != "" {
		q.Set("node", node)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return href(of, "ho-so")
	}
	return href(of, "ho-so") + "?" + q.Encode()
}

// subject links to what a case is about, for those who may look at it.
func subject(s core.Subject) ui.WorkCell {
	c := ui.WorkCell{Text: s.Called()}
	if s.Seen {
		c.Href = "/xu-ly/" + url.PathEscape(s.ID)
	}
	return c
}

func stateTag(p page.Page, s processes.MoveState) ui.TagParams {
	classes := map[processes.MoveState]string{
		processes.Proposed: "ts-tag--soon", processes.Running: "ts-tag--soon", processes.Finished: "ts-tag--ok", processes.Withdrawn: "ts-tag--plain",
	}[s]
	return ui.TagParams{Text: p.T("processes.state." + string(s)), Classes: classes}
}

func outcomeTag(p page.Page, o processes.Outcome) ui.TagParams {
	classes := map[processes.Outcome]string{processes.Moved: "ts-tag--ok", processes.Over: "ts-tag--plain", processes.Refused: "ts-tag--late"}[o]
	return ui.TagParams{Text: p.T("processes.outcome." + string(o)), Classes: classes}
}

// why says in words why a case was not moved.
func why(p page.Page, o core.Outcome) string {
	if o.Why == "" {
		return ""
	}
	return p.T(o.Why, "steps", o.Steps)
}

// decimal writes a number as people do: 1,5.
func decimal(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
}

func percent(p page.Page, share float64) string {
	return p.Decimal(float64(int(share*1000+0.5))/10, 1) + " %"
}

func fact(key, value string) ui.SummaryRow {
	return ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: value}}
}
