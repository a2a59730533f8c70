// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

// Flow is an internal process as it is issued: a table of step, post, hours
// and product. Work begins at the first step.
type Flow struct {
	Item
	Title   Text
	Version int
	Basis   Text     // the decision that issued the table
	Legal   []string // the legal documents that issued it
	Steps   []Step
}

// Step is one row of a flow.
type Step struct {
	ID      string
	Name    Text
	Post    string // a role
	Unit    string // received, authority, parent or a kind of unit
	Hours   int    // working hours
	Product Text
	Action  string // accept, appraise, draft, consult, sign, issue, deliver
	Next    []string
	Back    string // where a refusal goes
	Origin  Origin
}

func readFlow(r *record) Flow {
	f := Flow{
		Item:    r.item(),
		Title:   r.text("title", required),
		Version: r.integer("version", required),
		Basis:   r.text("basis"),
		Legal:   r.strs("legal_bases"),
	}
	places := append([]string{"received", "authority", "parent"}, unitKinds()...)
	for _, s := range r.subs("steps", required) {
		step := Step{
			ID:      s.shape("id", r.book.shapes.slug, required),
			Name:    s.text("name", required),
			Post:    s.str("post"),
			Unit:    s.oneOf("unit", required, places...),
			Hours:   s.integer("hours"),
			Product: s.text("product"),
			Action:  s.oneOf("action", required, "accept", "appraise", "draft", "consult", "sign", "issue", "deliver"),
			Next:    s.oneOrMore("next"),
			Back:    s.str("back"),
			Origin:  r.book.origin(s.node),
		}
		if step.Post == "" {
			s.book.add(s.node, s.id, "flow.no_performer", step.ID)
		}
		if !s.has("hours") {
			s.book.add(s.node, s.id, "flow.no_hours", step.ID)
		}
		s.done()
		f.Steps = append(f.Steps, step)
	}
	return f
}
