// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// The cases of a procedure: each may have papers, a fee, times and a process of its
// own; what it does not say is as the procedure says.

func (h pages) cases(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	g, err := h.open(r)
	if err != nil {
		return err
	}
	title := p.T("authoring.s.truong-hop")
	return p.Render(w, r, page.View{Title: title + " – " + g.name(p), Desk: true, Before: g.crumbs(p, title), Body: casesBody(p, g)})
}

func (h pages) oneCase(w http.ResponseWriter, r *http.Request) error {
	g, err := h.open(r)
	if err != nil {
		return err
	}
	doc := core.NewDoc()
	if g.Case >= 0 {
		doc = g.of()
	}
	return h.casePage(w, r, g, read(doc, askedOfCase()), nil)
}

func (h pages) casePage(w http.ResponseWriter, r *http.Request, g writing, a answers, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	var errors map[string]string
	title := p.T("authoring.case.new")
	if g.Case >= 0 {
		errors = saysWrong(p, g.own(), g.Item.ID, "cases["+strconv.Itoa(g.Case)+"]", askedOfCase())
		title = textOf(p, g.of().Words("name"))
	}
	return p.Render(w, r, page.View{
		Title: title + " – " + g.name(p), Desk: true, Status: statusOf(wrong), Before: g.crumbs(p, title),
		Body: caseBody(p, g, r.PathValue("case"), title, a, errors, wrong),
	})
}

// saveCase keeps, moves or takes away one case, and says which papers it has.
func (h pages) saveCase(w http.ResponseWriter, r *http.Request) error {
	g, err := h.open(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	all, a, i := g.Doc.Subs("cases"), postedAnswers(r, askedOfCase()), g.Case
	to := g.at("truong-hop")
	switch do := r.PostForm.Get("do"); {
	case do == "up" && i > 0:
		all[i-1], all[i] = all[i], all[i-1]
	case do == "down" && i >= 0 && i+1 < len(all):
		all[i+1], all[i] = all[i], all[i+1]
	case do == "remove" && i >= 0:
		all = slices.Delete(all, i, i+1)
	case do == "own_papers" && i >= 0: // it begins with those of the procedure
		var papers []core.Doc
		for _, paper := range g.Doc.Subs("papers") {
			papers = append(papers, paper.Copy())
		}
		all[i].SetSubs("papers", papers)
		to = g.papersAt()
	case do == "same_papers" && i >= 0:
		all[i].Drop("papers")
		to = g.at("truong-hop", all[i].Str("id"))
	case do == "":
		doc := core.NewDoc()
		if i < 0 {
			doc.SetStr("id", freeID(all, a.get("case_name"), "truong-hop"))
			all = append(all, doc)
		} else {
			doc = all[i]
		}
		other := maps.Clone(a)
		delete(other, "fee_kind") // without it, the fee is no part of it
		write(doc, slices.DeleteFunc(askedOfCase(), func(q question) bool { return q.path[0] == "fee" }), other)
		if write(doc, feeOfCase(), a); r.PostForm.Get("fee_kind") == "" {
			doc.Drop("fee") // as the procedure says
		}
	}
	g.Doc.SetSubs("cases", all)
	err = h.save(r, g)
	if errs.KindOf(err) == errs.Conflict && r.PostForm.Get("do") != "" { // nothing was typed: the list is as others have made it
		return page.Done(w, r, g.at("truong-hop"), "authoring.case.meanwhile")
	}
	if errs.KindOf(err) == errs.Conflict || errs.KindOf(err) == errs.Invalid {
		return h.casePage(w, r, g, a, []web.ProblemField{{Name: "form", Code: web.Problem(err).Code, Args: web.Problem(err).Args}})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, to, "authoring.saved")
}

func papersTitle(p page.Page, g writing) string {
	title := p.T("authoring.s.giay-to")
	if g.Case >= 0 {
		title += " – " + textOf(p, g.of().Words("name"))
	}
	return title
}

// caseFacts say in a line in what a case differs from its procedure.
func caseFacts(p page.Page, doc core.Doc) (facts []string) {
	times := doc.Sub("durations").Sub("statutory")
	switch {
	case doc.Str("same_day") == "true":
		facts = append(facts, p.T("authoring.q.same_day"))
	case times.Has("hours"):
		facts = append(facts, times.Str("hours")+" "+p.T("authoring.short.hours"))
	case times.Has("days"):
		facts = append(facts, times.Str("days")+" "+p.T("authoring.o.count."+times.Str("count")))
	}
	if doc.Has("papers") {
		facts = append(facts, p.T("authoring.short.papers", "count", len(doc.Subs("papers"))))
	}
	if doc.Has("fee") {
		facts = append(facts, p.T("authoring.case.own_fee"))
	}
	if doc.Has("flow") {
		facts = append(facts, p.T("authoring.case.own_flow"))
	}
	if len(facts) == 0 {
		facts = append(facts, p.T("authoring.case.same"))
	}
	return facts
}

func caseProblems(p page.Page, g writing, i int) (all []string) {
	for _, one := range g.own() {
		if strings.HasPrefix(one.Path, "cases["+strconv.Itoa(i)+"]") {
			all = append(all, said(p, one))
		}
	}
	return all
}
