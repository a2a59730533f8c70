// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"maps"
	"net/http"
	"net/url"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// duplicateRoutes are the pages of records that may be the same thing, and of merges.
func (s site) duplicateRoutes(anybody web.Access) []web.Route {
	const under = booksPath + "/{register}/trung"
	return []web.Route{
		{Pattern: "GET " + under, Access: anybody, Handle: s.pairs},
		{Pattern: "POST " + under, Access: anybody, Handle: s.lookAgain},
		{Pattern: "GET " + under + "/cap/{first}/{second}", Access: anybody, Handle: s.beside},
		{Pattern: "POST " + under + "/cap/{first}/{second}", Access: anybody, Handle: s.merge},
		{Pattern: "POST " + under + "/cap/{first}/{second}/du-lieu-ca-nhan", Access: anybody, Handle: s.personalBeside},
		{Pattern: "GET " + under + "/da-gop", Access: anybody, Handle: s.merges},
		{Pattern: "GET " + under + "/da-gop/{merge}", Access: anybody, Handle: s.merged},
		{Pattern: "POST " + under + "/da-gop/{merge}", Access: anybody, Handle: s.unmerge},
	}
}

func pairsPath(d registers.Definition) string { return bookPath(d) + "/trung" }

func pairPath(d registers.Definition, first, second string) string {
	return pairsPath(d) + "/cap/" + url.PathEscape(first) + "/" + url.PathEscape(second)
}

func mergesPath(d registers.Definition) string { return pairsPath(d) + "/da-gop" }

func (s site) pairs(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	state := registers.PairOpen
	if r.FormValue("xem") == "khac" {
		state = registers.PairDifferent
	}
	found, err := s.svc.Pairs(r.Context(), p.Actor, r.PathValue("register"), state, r.FormValue("sau"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{
		Title: p.T("books.twins.title", "register", found.Definition.Title), Desk: true, Body: pairList(p, found, s.names(r.Context(), p)),
	})
}

func (s site) lookAgain(w http.ResponseWriter, r *http.Request) error {
	p, register := page.From(r.Context()), r.PathValue("register")
	if err := s.svc.LookAgain(r.Context(), p.Actor, register); err != nil {
		return err
	}
	return page.Done(w, r, booksPath+"/"+url.PathEscape(register)+"/trung", "books.twins.looking_again")
}

// joining is the page on which one record is made of two.
type joining struct {
	core.BesideView

	Keep    string            // the record that stays
	Chosen  map[string]string // by key of the field: the record whose value holds
	Reason  string
	Apart   bool // somebody has said that they are not the same
	Problem *web.ProblemError
}

func (s site) beside(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	v, err := s.svc.Beside(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("first"), r.PathValue("second"))
	if err != nil {
		return err
	}
	j := joined(v)
	j.Apart = r.FormValue("xem") == "khac"
	return s.renderBeside(w, r, http.StatusOK, j)
}

// joined chooses what is most often right: the record that was there first, with
// what it lacks from the other.
func joined(v core.BesideView) joining {
	j := joining{BesideView: v, Keep: v.First.ID, Chosen: map[string]string{}}
	for _, f := range v.Abreast.Fields {
		j.Chosen[f.Key] = v.First.ID
		if v.First.Values[f.Key] == nil && v.Second.Values[f.Key] != nil {
			j.Chosen[f.Key] = v.Second.ID
		}
	}
	return j
}

func (s site) renderBeside(w http.ResponseWriter, r *http.Request, status int, j joining) error {
	p := page.From(r.Context())
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{
		Title: p.T("books.merge.title") + " · " + p.Text(j.Definition.Title), Desk: true, Status: status, Body: besidePage(p, j, s.names(r.Context(), p)),
	})
}

// personalBeside shows two records once with their personal data.
func (s site) personalBeside(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	register, first, second := r.PathValue("register"), r.PathValue("first"), r.PathValue("second")
	v, err := s.svc.PersonalBeside(r.Context(), p.Actor, access.Purpose(r.PostForm.Get("purpose")), register, first, second)
	if err == nil {
		return s.renderBeside(w, r, http.StatusOK, joined(v))
	}
	problem := web.Problem(err)
	if problem.Status != http.StatusUnprocessableEntity {
		return err
	}
	if v, err = s.svc.Beside(r.Context(), p.Actor, register, first, second); err != nil {
		return err
	}
	j := joined(v)
	problem.Fields = []web.ProblemField{{Name: "purpose", Code: problem.Code}}
	j.Problem = problem
	return s.renderBeside(w, r, problem.Status, j)
}

// merge makes one of two, or keeps that they are not the same.
func (s site) merge(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p, sent := page.From(r.Context()), r.PostForm
	register, first, second := r.PathValue("register"), r.PathValue("first"), r.PathValue("second")
	if what := sent.Get("lam"); what == "khac" || what == "nghi" {
		if err := s.svc.TellApart(r.Context(), p.Actor, register, first, second, what == "khac"); err != nil {
			return err
		}
		return page.Done(w, r, booksPath+"/"+url.PathEscape(register)+"/trung", "books.twins.kept_"+map[bool]string{true: "different", false: "open"}[what == "khac"])
	}
	keep, lose := first, second
	if sent.Get("giu") == second {
		keep, lose = second, first
	}
	in := registers.Merging{Survivor: keep, Loser: lose, Reason: sent.Get("reason")}
	chosen := map[string]string{}
	for name, values := range sent {
		key, ok := strings.CutPrefix(name, "lay-")
		if !ok || len(values) == 0 {
			continue
		}
		if chosen[key] = values[0]; values[0] == lose {
			in.Take = append(in.Take, key)
		}
	}
	in.SurvivorSeen, in.LoserSeen = seen(url.Values{"seen": sent["seen-"+keep]}), seen(url.Values{"seen": sent["seen-"+lose]})
	m, err := s.svc.MergeRecords(r.Context(), p.Actor, register, in)
	if err == nil {
		return page.Done(w, r, recordPath(register, m.Survivor), "books.merge.done")
	}
	problem := web.Problem(err)
	if problem.Status != http.StatusUnprocessableEntity && problem.Status != http.StatusConflict && problem.Code != registers.ErrMergeApproval.Code {
		return err
	}
	p.Site.Explain(r, problem)
	v, failed := s.svc.Beside(r.Context(), p.Actor, register, first, second)
	switch {
	case failed != nil && problem.Code == registers.ErrMerged.Code: // there is nothing to show but what became of it
		into, _ := problem.Args["into"].(string)
		return page.Done(w, r, recordPath(register, into), "books.merge.meanwhile")
	case failed != nil:
		return failed
	}
	j := joined(v)
	j.Keep, j.Reason, j.Problem = keep, in.Reason, inForm(v.Definition, problem)
	maps.Copy(j.Chosen, chosen)
	return s.renderBeside(w, r, problem.Status, j)
}

func (s site) merges(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.Merges(r.Context(), p.Actor, r.PathValue("register"), r.FormValue("sau"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("books.merge.list") + " · " + p.Text(found.Definition.Title), Desk: true, Body: mergeList(p, found, s.names(r.Context(), p)),
	})
}

func (s site) merged(w http.ResponseWriter, r *http.Request) error {
	return s.renderMerge(w, r, http.StatusOK, nil)
}

func (s site) renderMerge(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.GetMerge(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("merge"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("books.merge.one") + " · " + p.Text(v.Definition.Title), Desk: true, Status: status, Body: mergePage(p, v, s.names(r.Context(), p), problem),
	})
}

func (s site) unmerge(w http.ResponseWriter, r *http.Request) error {
	p, register := page.From(r.Context()), r.PathValue("register")
	m, err := s.svc.UndoMerge(r.Context(), p.Actor, register, r.PathValue("merge"))
	if errs.KindOf(err) == errs.Conflict {
		problem := web.Problem(err)
		p.Site.Explain(r, problem)
		return s.renderMerge(w, r, http.StatusConflict, problem)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, recordPath(register, m.Loser), "books.merge.undone")
}

// ledOn leads to the record that another has become.
func ledOn(w http.ResponseWriter, r *http.Request, err error) error {
	problem := web.Problem(err)
	into, _ := problem.Args["into"].(string)
	if err == nil || problem.Code != registers.ErrBecame.Code || into == "" {
		return err
	}
	return page.Done(w, r, recordPath(r.PathValue("register"), into), "books.merge.led")
}

// asked reports whether whoever enters a record has still to be told of others like
// it; known is what they were told before.
func (s site) asked(r *http.Request, f *form, values map[string]any) (bool, error) {
	p := page.From(r.Context())
	found, err := s.svc.Duplicates(r.Context(), p.Actor, f.Definition.ID, f.Record, values)
	if err != nil || found.Blocks || len(found.Found) == 0 && !found.Elsewhere { // what is refused is told when it is
		return false, err
	}
	f.Suspects = found
	return r.PostForm.Get("known") != f.known(), nil
}

// known says of which records somebody was told.
func (f form) known() string {
	all := []string{}
	for _, one := range f.Suspects.Found {
		all = append(all, one.Record.ID)
	}
	if f.Suspects.Elsewhere {
		all = append(all, "elsewhere")
	}
	return strings.Join(all, " ")
}

func joinedWords(all []string) string { return strings.Join(all, ", ") }
