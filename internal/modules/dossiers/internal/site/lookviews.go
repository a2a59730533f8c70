// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
)

const viewsPath = deskPath + "/goc-nhin"

// viewsHref is the page on which views are kept: for the list as it is looked at.
func viewsHref(l worklist) string {
	q := valuesOf(l.look)
	q.Set(inList, string(l.list))
	q.Set(inAll, "1")
	return viewsPath + "?" + q.Encode()
}

// listIn is the list that a query or a form speaks of.
func listIn(q url.Values) core.WorkList {
	if q.Get(inList) == string(core.UnitsWork) {
		return core.UnitsWork
	}
	return core.OwnWork
}

func (s site) viewsPage(w http.ResponseWriter, r *http.Request) error {
	return s.viewsShown(w, r, r.URL.Query(), nil)
}

func (s site) viewsShown(w http.ResponseWriter, r *http.Request, q url.Values, wrong *problem) error {
	p := page.From(r.Context())
	l, err := s.looked(r.Context(), p, listIn(q), q)
	if err != nil {
		return err
	}
	l.view = core.View{}
	return show(w, r, page.View{Title: p.T("dossiers.page.views.title"), Desk: true, Before: back(p, l.address(l.look)), Body: viewsBody(p, l, q, wrong)}, wrong)
}

// saveView keeps what is looked at under a name.
func (s site) saveView(w http.ResponseWriter, r *http.Request) error {
	return s.keepView(w, r, "", true)
}

// changeView renames a view, shares it, or takes over what is looked at.
func (s site) changeView(w http.ResponseWriter, r *http.Request) error {
	return s.keepView(w, r, r.PathValue("view"), false)
}

func (s site) keepView(w http.ResponseWriter, r *http.Request, id string, take bool) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	in := core.Saving{ID: id, List: listIn(form), Name: form.Get("name"), Share: form.Get("share") != ""}
	if look, _ := lookOf(form); take || form.Get("do") == "take" {
		in.Look = &look
	}
	if _, err := s.svc.SaveView(r.Context(), p.Actor, in); err != nil {
		wrong, err := wrongWith(r, err, "name")
		if err != nil {
			return err
		}
		return s.viewsShown(w, r, form, wrong)
	}
	return page.Done(w, r, viewsPath+"?"+inList+"="+string(in.List), "dossiers.page.done.view_saved")
}

func (s site) removeView(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	if err := s.svc.RemoveView(r.Context(), page.From(r.Context()).Actor, r.PathValue("view")); err != nil {
		return err
	}
	return page.Done(w, r, viewsPath+"?"+inList+"="+string(listIn(form)), "dossiers.page.done.view_removed")
}

func (s site) openWith(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	list := listIn(form)
	if err := s.svc.OpenWith(r.Context(), page.From(r.Context()).Actor, list, form.Get("view")); err != nil {
		return err
	}
	return page.Done(w, r, viewsPath+"?"+inList+"="+string(list), "dossiers.page.done.view_saved")
}

// hidden is a look in a form.
func (l worklist) hidden() []ui.HiddenField {
	all := []ui.HiddenField{{Name: inList, Value: string(l.list)}}
	for name, values := range valuesOf(l.look) {
		for _, v := range values {
			if name != inWords {
				all = append(all, ui.HiddenField{Name: name, Value: v})
			}
		}
	}
	return all
}

// mayShare reports whether the reader gives out the work of the own unit.
func mayShare(p page.Page) bool { return p.Actor.Unit != "" && p.Actor.May(dossiers.PermAssign) }

func viewHref(l worklist, v core.View) string {
	q := valuesOf(v.Look)
	q.Set(inView, v.ID)
	return l.path() + "?" + q.Encode()
}

// lookWords says in words what a look chooses.
func lookWords(p page.Page, l worklist, look core.Look) (words []string) {
	l.look = look
	if b := look.Filter.Bucket; b != "" {
		words = append(words, p.T("dossiers.page.bucket."+string(b)))
	}
	if a := look.Filter.Action; a != "" && l.list == core.OwnWork {
		words = append(words, p.T("dossiers.page.action."+a))
	}
	if look.Filter.Mine {
		words = append(words, p.T("dossiers.page.desk.mine"))
	}
	for _, one := range l.chosen(p) {
		words = append(words, one.text)
	}
	if len(words) == 0 {
		words = append(words, p.T("dossiers.page.views.everything"))
	}
	return append(words, p.T("dossiers.page.order."+orderKey(look.Filter.Order)))
}
