// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// writing is a procedure of a change, as its pages show it.
type writing struct {
	authoring.Change
	Item     authoring.Item
	Doc      core.Doc
	Set      *packs.Set
	Problems []packs.Problem // of all items of the change
	Editable bool

	Case int // place of the case whose papers these are; -1: they are the procedure's
}

// of is what papers belong to: the procedure, or one of its cases.
func (g writing) of() core.Doc {
	if g.Case >= 0 {
		return g.Doc.Subs("cases")[g.Case]
	}
	return g.Doc
}

// papersAt is the page of the papers, or of one of them.
func (g writing) papersAt(paper ...string) string {
	parts := []string{"giay-to"}
	if g.Case >= 0 {
		parts = []string{"truong-hop", url.PathEscape(g.of().Str("id")), "giay-to"}
	}
	for _, one := range paper {
		parts = append(parts, url.PathEscape(one))
	}
	return g.at(parts...)
}

// papersPath is where the papers stand in the file.
func (g writing) papersPath() string {
	if g.Case >= 0 {
		return "cases[" + strconv.Itoa(g.Case) + "].papers"
	}
	return "papers"
}

// fresh is in an address what is not written yet.
const fresh = "moi"

func (g writing) own() []packs.Problem {
	return slices.DeleteFunc(slices.Clone(g.Problems), func(p packs.Problem) bool {
		return p.List != string(authoring.Procedures) || p.ID != g.Item.ID
	})
}

func (h pages) open(r *http.Request) (g writing, err error) {
	ctx, actor := r.Context(), page.From(r.Context()).Actor
	if g.Change, err = h.change(r); err != nil {
		return g, err
	}
	if g.Item, err = h.svc.GetItem(ctx, actor, g.ID, authoring.Procedures, r.PathValue("id")); err != nil {
		return g, err
	}
	if g.Item.Gone() {
		return g, authoring.ErrNoItem
	}
	if g.Doc, err = core.ReadDoc(g.Item.ID, g.Item.Whole); err != nil {
		return g, err
	}
	g.Case = -1
	if id := r.PathValue("case"); id != "" && id != fresh {
		if g.Case = slices.IndexFunc(g.Doc.Subs("cases"), func(d core.Doc) bool { return d.Str("id") == id }); g.Case < 0 {
			return g, authoring.ErrNoItem
		}
	}
	g.Set, g.Problems, err = h.svc.Set(ctx, actor, g.ID)
	g.Editable = g.State.Open() && actor.May(authoring.PermEdit)
	return g, err
}

func (g writing) at(parts ...string) string {
	return at(g.ID, append([]string{"thu-tuc", url.PathEscape(g.Item.ID)}, parts...)...)
}

func (g writing) name(p page.Page) string { return textOf(p, g.Doc.Words("name")) }

func (h pages) procedure(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	g, err := h.open(r)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: g.name(p), Desk: true, Before: g.crumbs(p, ""), Body: procedureBody(p, g)})
}

func (h pages) section(w http.ResponseWriter, r *http.Request) error {
	g, err := h.open(r)
	if err != nil {
		return err
	}
	all := asks(r.PathValue("section"))
	if all == nil {
		return authoring.ErrNoItem
	}
	return h.sectionPage(w, r, g, read(g.Doc, all), nil)
}

func (h pages) sectionPage(w http.ResponseWriter, r *http.Request, g writing, a answers, wrong []web.ProblemField) error {
	p, section := page.From(r.Context()), r.PathValue("section")
	errors := saysWrong(p, g.own(), g.Item.ID, "", asks(section))
	title := p.T("authoring.s." + section)
	return p.Render(w, r, page.View{
		Title: title + " – " + g.name(p), Desk: true, Status: statusOf(wrong), Before: g.crumbs(p, title),
		Body: sectionBody(p, g, section, asks(section), a, errors, wrong),
	})
}

// feeTable gives the procedure a table of its own and opens it.
func (h pages) feeTable(w http.ResponseWriter, r *http.Request) error {
	change := authoring.ID(r.PathValue("change"))
	id, err := h.svc.AddFeeTable(r.Context(), page.From(r.Context()).Actor, change, r.PathValue("id"))
	if err != nil {
		return err
	}
	return page.Done(w, r, placeOf(change, authoring.Decisions, id, ""), "authoring.fee_table.added")
}

func (h pages) saveSection(w http.ResponseWriter, r *http.Request) error {
	g, err := h.open(r)
	if err != nil {
		return err
	}
	section := r.PathValue("section")
	all := asks(section)
	if all == nil {
		return authoring.ErrNoItem
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	a := postedAnswers(r, all)
	write(g.Doc, all, a)
	err = h.save(r, g)
	if errs.KindOf(err) == errs.Conflict || errs.KindOf(err) == errs.Invalid {
		return h.sectionPage(w, r, g, a, []web.ProblemField{{Name: "form", Code: web.Problem(err).Code, Args: web.Problem(err).Args}})
	}
	if err != nil {
		return err
	}
	to := g.at(section)
	if i := slices.Index(sections(), section); r.PostForm.Get("then") == "next" {
		to = g.at()
		if i+1 < len(sections()) {
			to = g.at(sections()[i+1])
		}
	}
	return page.Done(w, r, to, "authoring.saved")
}

// save keeps the procedure as its page has it.
func (h pages) save(r *http.Request, g writing) error {
	whole, err := g.Doc.Text()
	if err != nil {
		return err
	}
	rev, err := strconv.Atoi(r.PostForm.Get("item_rev"))
	if err != nil {
		rev = -1 // refused as an older one
	}
	_, err = h.svc.SaveItem(r.Context(), page.From(r.Context()).Actor, g.ID, authoring.Procedures, g.Item.ID, whole, rev)
	return err
}

func (h pages) papers(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	g, err := h.open(r)
	if err != nil {
		return err
	}
	title := papersTitle(p, g)
	return p.Render(w, r, page.View{Title: title + " – " + g.name(p), Desk: true, Before: g.crumbs(p, title), Body: papersBody(p, g)})
}

// paperAt returns the place of a paper, -1 for a new one.
func paperAt(r *http.Request, g writing) (int, error) {
	id := r.PathValue("paper")
	if id == fresh {
		return -1, nil
	}
	i := slices.IndexFunc(g.of().Subs("papers"), func(d core.Doc) bool { return d.Str("id") == id })
	if i < 0 {
		return 0, authoring.ErrNoItem
	}
	return i, nil
}

func (h pages) paper(w http.ResponseWriter, r *http.Request) error {
	g, err := h.open(r)
	if err != nil {
		return err
	}
	i, err := paperAt(r, g)
	if err != nil {
		return err
	}
	doc := core.NewDoc()
	doc.SetRaw("original", "1")
	doc.SetBool("required", true)
	if i >= 0 {
		doc = g.of().Subs("papers")[i]
	}
	return h.paperPage(w, r, g, i, read(doc, askedOfPaper()), nil)
}

func (h pages) paperPage(w http.ResponseWriter, r *http.Request, g writing, i int, a answers, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	var errors map[string]string
	title := p.T("authoring.paper.new")
	if i >= 0 {
		errors = saysWrong(p, g.own(), g.Item.ID, g.papersPath()+"["+strconv.Itoa(i)+"]", askedOfPaper())
		title = p.T("authoring.paper.one", "number", i+1)
	}
	return p.Render(w, r, page.View{
		Title: title + " – " + g.name(p), Desk: true, Status: statusOf(wrong), Before: g.crumbs(p, title),
		Body: paperBody(p, g, r.PathValue("paper"), title, a, errors, wrong),
	})
}

// savePaper keeps, moves or takes away one paper.
func (h pages) savePaper(w http.ResponseWriter, r *http.Request) error {
	g, err := h.open(r)
	if err != nil {
		return err
	}
	i, err := paperAt(r, g)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	all, a := g.of().Subs("papers"), postedAnswers(r, askedOfPaper())
	do := r.PostForm.Get("do")
	switch {
	case do == "up" && i > 0:
		all[i-1], all[i] = all[i], all[i-1]
	case do == "down" && i >= 0 && i+1 < len(all):
		all[i+1], all[i] = all[i], all[i+1]
	case do == "remove" && i >= 0:
		all = slices.Delete(all, i, i+1)
	case do == "":
		doc := core.NewDoc()
		if i < 0 {
			doc.SetStr("id", freeID(all, a.get("paper_name"), "giay-to"))
		} else {
			doc = all[i]
		}
		write(doc, askedOfPaper(), a)
		if i < 0 {
			all = append(all, doc)
		}
	}
	g.of().SetSubs("papers", all)
	err = h.save(r, g)
	if errs.KindOf(err) == errs.Conflict || errs.KindOf(err) == errs.Invalid {
		return h.paperPage(w, r, g, i, a, []web.ProblemField{{Name: "form", Code: web.Problem(err).Code, Args: web.Problem(err).Args}})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, g.papersAt(), "authoring.saved")
}

// freeID is an id for something new that none of the others has.
func freeID(all []core.Doc, name, otherwise string) string {
	base := cmp.Or(core.SlugOf(name), otherwise)
	taken := func(id string) bool {
		return id == fresh || slices.ContainsFunc(all, func(d core.Doc) bool { return d.Str("id") == id })
	}
	id := base
	for n := 2; taken(id); n++ {
		id = base + "-" + strconv.Itoa(n)
	}
	return id
}

func (h pages) bases(w http.ResponseWriter, r *http.Request) error {
	g, err := h.open(r)
	if err != nil {
		return err
	}
	return h.basesPage(w, r, g, nil)
}

func (h pages) basesPage(w http.ResponseWriter, r *http.Request, g writing, wrong []web.ProblemField) error {
	p, question := page.From(r.Context()), r.URL.Query().Get("q")
	found, err := h.svc.FindLaw(r.Context(), p.Actor, question)
	if err != nil {
		return err
	}
	title := p.T("authoring.s.can-cu")
	return p.Render(w, r, page.View{
		Title: title + " – " + g.name(p), Desk: true, Status: statusOf(wrong), Before: g.crumbs(p, title), Body: basesBody(p, g, question, found, wrong),
	})
}

// saveBases adds one legal basis, or takes one away.
func (h pages) saveBases(w http.ResponseWriter, r *http.Request) error {
	g, err := h.open(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	all := g.Doc.Strs("legal_bases")
	if id := r.PostForm.Get("add"); id != "" && !slices.Contains(all, id) {
		all = append(all, id)
	}
	if id := r.PostForm.Get("remove"); id != "" {
		all = slices.DeleteFunc(all, func(s string) bool { return s == id })
	}
	g.Doc.SetStrs("legal_bases", all)
	err = h.save(r, g)
	if errs.KindOf(err) == errs.Conflict || errs.KindOf(err) == errs.Invalid {
		return h.basesPage(w, r, g, []web.ProblemField{{Name: "form", Code: web.Problem(err).Code, Args: web.Problem(err).Args}})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, g.at("can-cu"), "authoring.saved")
}
