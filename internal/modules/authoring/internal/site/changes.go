// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// changeRoutes are the pages of changes and their procedures.
func (h pages) changeRoutes() []web.Route {
	one := Path + "/{change}"
	read, edit, approve := mayRead(), mayEdit(), web.Needs(string(authoring.PermApprove))
	return []web.Route{
		{Pattern: "GET " + Path, Access: read, Handle: h.list},
		{Pattern: "GET " + Path + "/moi", Access: edit, Handle: h.newForm},
		{Pattern: "POST " + Path + "/moi", Access: edit, Handle: h.create},
		{Pattern: "GET " + one, Access: read, Handle: h.overview},
		{Pattern: "GET " + one + "/chung", Access: edit, Handle: h.general},
		{Pattern: "POST " + one + "/chung", Access: edit, Handle: h.edit},
		{Pattern: "GET " + one + "/them", Access: edit, Handle: h.add},
		{Pattern: "POST " + one + "/them", Access: edit, Handle: h.addNew},
		{Pattern: "POST " + one + "/muc", Access: edit, Handle: h.act},
		{Pattern: "GET " + one + "/khac", Access: read, Handle: h.differences},
		{Pattern: "GET " + one + "/kiem-tra-truoc", Access: read, Handle: h.check},
		{Pattern: "POST " + one + "/trinh", Access: edit, Handle: h.submit},
		{Pattern: "GET " + one + "/duyet", Access: approve, Handle: h.decide},
		{Pattern: "POST " + one + "/duyet", Access: approve, Handle: h.approve},
		{Pattern: "POST " + one + "/tra-lai", Access: approve, Handle: h.giveBack},
		{Pattern: "POST " + one + "/rut", Access: edit, Handle: h.withdraw},
		{Pattern: "POST " + one + "/hoan-tac", Access: edit, Handle: h.undo},
		{Pattern: "GET " + one + "/goi.zip", Access: read, Handle: h.download},
		{Pattern: "GET " + one + "/tai-len", Access: edit, Handle: h.uploadForm},
		{Pattern: "POST " + one + "/tai-len", Access: edit, MaxBody: core.MaxUpload + 1<<16, Handle: h.upload},
		{Pattern: "GET " + one + "/thu-tuc/{id}", Access: read, Handle: h.procedure},
		{Pattern: "GET " + one + "/thu-tuc/{id}/giay-to", Access: read, Handle: h.papers},
		{Pattern: "GET " + one + "/thu-tuc/{id}/giay-to/{paper}", Access: edit, Handle: h.paper},
		{Pattern: "POST " + one + "/thu-tuc/{id}/giay-to/{paper}", Access: edit, Handle: h.savePaper},
		{Pattern: "GET " + one + "/thu-tuc/{id}/truong-hop", Access: read, Handle: h.cases},
		{Pattern: "GET " + one + "/thu-tuc/{id}/truong-hop/{case}", Access: edit, Handle: h.oneCase},
		{Pattern: "POST " + one + "/thu-tuc/{id}/truong-hop/{case}", Access: edit, Handle: h.saveCase},
		{Pattern: "GET " + one + "/thu-tuc/{id}/truong-hop/{case}/giay-to", Access: read, Handle: h.papers},
		{Pattern: "GET " + one + "/thu-tuc/{id}/truong-hop/{case}/giay-to/{paper}", Access: edit, Handle: h.paper},
		{Pattern: "POST " + one + "/thu-tuc/{id}/truong-hop/{case}/giay-to/{paper}", Access: edit, Handle: h.savePaper},
		{Pattern: "GET " + one + "/thu-tuc/{id}/can-cu", Access: read, Handle: h.bases},
		{Pattern: "POST " + one + "/thu-tuc/{id}/can-cu", Access: edit, Handle: h.saveBases},
		{Pattern: "POST " + one + "/thu-tuc/{id}/bang-phi", Access: edit, Handle: h.feeTable},
		{Pattern: "GET " + one + "/thu-tuc/{id}/{section}", Access: read, Handle: h.section},
		{Pattern: "POST " + one + "/thu-tuc/{id}/{section}", Access: edit, Handle: h.saveSection},
	}
}

func (h pages) list(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	state := authoring.State(q.Get("state"))
	if !slices.Contains(authoring.States(), state) {
		state = ""
	}
	all, err := h.svc.List(r.Context(), p.Actor, state, authoring.ID(q.Get("before")))
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, c := range all {
		names[c.Created.Account] = h.svc.Name(r.Context(), c.Created.Account)
	}
	return p.Render(w, r, page.View{Title: p.T("authoring.list.title"), Desk: true, Body: listBody(p, all, state, names)})
}

// typed is what a person typed about a change as a whole.
type typed struct{ Title, Basis, Day, Rev string }

func typedOf(c authoring.Change) typed {
	return typed{c.Title, c.Basis, c.Day.At(0).Format("02/01/2006"), strconv.Itoa(c.Rev)}
}

// readDay reads 01/12/2026 or 2026-12-01.
func readDay(s string) (calendar.Date, bool) {
	s = strings.TrimSpace(s)
	if parts := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '.' || r == ' ' }); len(parts) == 3 {
		for i := range 2 {
			if len(parts[i]) == 1 {
				parts[i] = "0" + parts[i]
			}
		}
		s = parts[2] + "-" + parts[1] + "-" + parts[0]
	}
	d, err := calendar.ParseDate(s)
	return d, err == nil && !d.IsZero()
}

func readGeneral(r *http.Request) (typed, core.General, error) {
	if err := r.ParseForm(); err != nil {
		return typed{}, core.General{}, web.ErrMalformed.Because(err)
	}
	f := typed{r.PostForm.Get("title"), r.PostForm.Get("basis"), r.PostForm.Get("day"), r.PostForm.Get("rev")}
	g := core.General{Title: f.Title, Basis: f.Basis}
	g.Day, _ = readDay(f.Day) // zero is refused, with the others
	return f, g, nil
}

func (h pages) newForm(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return h.generalPage(w, r, Path+"/moi", typed{Day: p.Date(h.svc.Today().AddDays(7).At(0))}, nil)
}

func (h pages) generalPage(w http.ResponseWriter, r *http.Request, action string, f typed, wrong []web.ProblemField) error {
	p, title := page.From(r.Context()), "authoring.new.title"
	if action != Path+"/moi" {
		title = "authoring.general.title"
	}
	return p.Render(w, r, page.View{Title: p.T(title), Desk: true, Status: statusOf(wrong), Body: generalBody(p, p.T(title), action, f, wrong)})
}

func statusOf(wrong []web.ProblemField) int {
	if len(wrong) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func (h pages) create(w http.ResponseWriter, r *http.Request) error {
	f, g, err := readGeneral(r)
	if err != nil {
		return err
	}
	id, err := h.svc.Create(r.Context(), page.From(r.Context()).Actor, g)
	if errs.KindOf(err) == errs.Invalid {
		return h.generalPage(w, r, Path+"/moi", f, web.Problem(err).Fields)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, at(id, "them"), "authoring.created")
}

func (h pages) general(w http.ResponseWriter, r *http.Request) error {
	c, err := h.change(r)
	if err != nil {
		return err
	}
	return h.generalPage(w, r, at(c.ID, "chung"), typedOf(c), nil)
}

func (h pages) edit(w http.ResponseWriter, r *http.Request) error {
	c, err := h.change(r)
	if err != nil {
		return err
	}
	f, g, err := readGeneral(r)
	if err != nil {
		return err
	}
	rev, _ := strconv.Atoi(f.Rev)
	err = h.svc.Edit(r.Context(), page.From(r.Context()).Actor, c.ID, g, rev)
	switch kind := errs.KindOf(err); {
	case kind == errs.Invalid:
		return h.generalPage(w, r, at(c.ID, "chung"), f, web.Problem(err).Fields)
	case kind == errs.Conflict:
		f.Rev = strconv.Itoa(c.Rev) // sending it again says that it was meant
		return h.generalPage(w, r, at(c.ID, "chung"), f, []web.ProblemField{{Name: "title", Code: web.Problem(err).Code}})
	case err != nil:
		return err
	}
	return page.Done(w, r, at(c.ID), "authoring.saved")
}

// all that the page of a change shows.
type seen struct {
	authoring.Change
	Items    []shown
	History  []authoring.Event
	Names    map[string]string
	Problems int
	Editable bool

	Table     authoring.TableID // of which it was made; empty: none
	TableName string
}

// shownItems is how many items the page of a change lists: a catalogue has thousands.
const shownItems = 100

// shown is an item in the words of a page.
type shown struct {
	authoring.Item
	Name     string
	Problems int
	Moved    bool
}

func (h pages) see(r *http.Request) (s seen, err error) {
	ctx, actor := r.Context(), page.From(r.Context()).Actor
	if s.Change, err = h.change(r); err != nil {
		return s, err
	}
	made, there, err := h.svc.TableOf(ctx, actor, s.ID)
	if err != nil {
		return s, err
	}
	if there {
		s.Table, s.TableName = made.ID, made.Name
	}
	items, err := h.svc.Items(ctx, actor, s.ID)
	if err != nil {
		return s, err
	}
	_, problems, err := h.svc.Set(ctx, actor, s.ID)
	if err != nil {
		return s, err
	}
	list, _, err := h.svc.Check(ctx, actor, s.ID)
	if err != nil {
		return s, err
	}
	moved := map[string]bool{}
	for _, point := range list.Points {
		for _, l := range point.Lines {
			if point.Code == "ground" {
				moved[string(l.List)+" "+l.ID] = true
			}
		}
	}
	p := page.From(ctx)
	slices.SortStableFunc(items, func(a, b authoring.Item) int {
		return slices.Index(authoring.Lists(), a.List) - slices.Index(authoring.Lists(), b.List)
	})
	for _, i := range items {
		one := shown{Item: i, Name: nameOf(p, i), Moved: moved[string(i.List)+" "+i.ID]}
		for _, wrong := range problems {
			if wrong.List == string(i.List) && wrong.ID == i.ID {
				one.Problems++
			}
		}
		s.Items = append(s.Items, one)
	}
	s.Problems, s.Names = len(problems), map[string]string{}
	s.Editable = s.State.Open() && actor.May(authoring.PermEdit)
	if s.History, err = h.svc.History(ctx, actor, s.ID); err != nil {
		return s, err
	}
	accounts := []string{s.Created.Account, s.Submitted.Account, s.Decided.Account}
	for _, e := range s.History {
		accounts = append(accounts, e.Account)
	}
	for _, i := range items {
		accounts = append(accounts, i.Saved.Account)
	}
	for _, a := range accounts {
		if s.Names[a] == "" && a != "" {
			s.Names[a] = h.nameOf(r, a)
		}
	}
	return s, nil
}

// nameOf says who an account is; the program itself has no name.
func (h pages) nameOf(r *http.Request, account string) string {
	if strings.HasPrefix(account, identity.Program("").Account) {
		return page.From(r.Context()).T("authoring.program")
	}
	return h.svc.Name(r.Context(), account)
}

func (h pages) overview(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	s, err := h.see(r)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: s.Title, Desk: true, Body: overviewBody(p, s)})
}

func (h pages) add(w http.ResponseWriter, r *http.Request) error {
	return h.addPage(w, r, newTyped{}, nil)
}

// newTyped is what a person typed about a new procedure.
type newTyped struct{ Name, ID, From, Because string }

func (h pages) addPage(w http.ResponseWriter, r *http.Request, f newTyped, wrong []web.ProblemField) error {
	p, question := page.From(r.Context()), r.URL.Query().Get("q")
	c, err := h.change(r)
	if err != nil {
		return err
	}
	if f.From == "" {
		f.From = r.URL.Query().Get("from")
	}
	found, err := h.svc.FindProcedures(r.Context(), p.Actor, c.ID, question)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("authoring.add.title"), Desk: true, Status: statusOf(wrong), Body: addBody(p, c, question, found, f, wrong)})
}

func (h pages) addNew(w http.ResponseWriter, r *http.Request) error {
	c, err := h.change(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	get := r.PostForm.Get
	f := newTyped{get("name"), get("id"), get("from"), get("because")}
	id, err := h.svc.AddProcedure(r.Context(), page.From(r.Context()).Actor, c.ID, core.Blueprint{Name: f.Name, ID: f.ID, From: f.From, SameBecause: f.Because})
	if errs.KindOf(err) == errs.Invalid {
		return h.addPage(w, r, f, web.Problem(err).Fields)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, at(c.ID, "thu-tuc", url.PathEscape(id)), "authoring.added")
}

// act does one of three things to an item: take it away, leave it as it is in
// force, or carry it over to what is in force now.
func (h pages) act(w http.ResponseWriter, r *http.Request) error {
	c, err := h.change(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	list, err := authoring.ParseList(r.PostForm.Get("list"))
	if err != nil {
		return err
	}
	ctx, actor, id := r.Context(), page.From(r.Context()).Actor, r.PostForm.Get("id")
	rev, _ := strconv.Atoi(r.PostForm.Get("rev")) // nonsense is refused as an older one
	switch r.PostForm.Get("do") {
	case "remove":
		err = h.svc.RemoveItem(ctx, actor, c.ID, list, id, rev)
	case "forget":
		err = h.svc.Forget(ctx, actor, c.ID, list, id)
	case "take":
		err = h.svc.TakeOver(ctx, actor, c.ID, list, id)
	default:
		err = web.ErrMalformed
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, at(c.ID), "authoring.saved")
}
