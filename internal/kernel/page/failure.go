// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
)

// Explain fills the Detail of a problem, and of its fields, in the reader's language.
func (s *Site) Explain(r *http.Request, p *web.ProblemError) {
	said := From(r.Context()).Printer
	if From(r.Context()).Site == nil { // a program, or an error before the page was known
		said = s.Catalogue.Printer(acceptLanguage(r))
	}
	if p.Detail == "" {
		p.Detail = s.say(said, p.Code, p.Args)
	}
	for i, f := range p.Fields {
		if f.Detail == "" {
			p.Fields[i].Detail = s.say(said, f.Code, f.Args)
		}
	}
}

// say never shows a bare code: what nobody has put into words is our mistake.
func (s *Site) say(p i18n.Printer, code string, args map[string]any) string {
	if !s.Catalogue.Has(code) {
		return p.T("page.error.internal")
	}
	return p.Named(code, args)
}

func acceptLanguage(r *http.Request) i18n.Lang {
	if c, err := r.Cookie(LanguageCookie); err == nil {
		return i18n.ParseLang(c.Value)
	}
	if l := r.Header.Get("Accept-Language"); len(l) >= 2 && web.IsAPI(r) {
		return i18n.ParseLang(l[:2])
	}
	return i18n.VI
}

// Failure answers with the page of an error. Who has to sign in first is sent
// there, and comes back.
func (s *Site) Failure(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) {
	if problem.Status == http.StatusUnauthorized && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		http.Redirect(w, r, door(problem.Code)+"?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	p := From(r.Context())
	if p.Site == nil {
		p = Page{Printer: s.Catalogue.Printer(acceptLanguage(r)), Path: r.URL.RequestURI(), Site: s}
	}
	f := layout.Failure{
		Title: p.T(title(problem.Status)), Text: []string{problem.Detail},
		Links: waysOn(p, problem.Status),
	}
	for _, field := range problem.Fields {
		f.Text = append(f.Text, field.Detail)
	}
	s.advise(p, problem.Code, &f)
	if problem.Status == http.StatusUnauthorized {
		signIn := ui.Link{Text: p.T("page.sign_in"), Href: door(problem.Code) + "?next=" + url.QueryEscape(r.URL.RequestURI())}
		if f.Kept = kept(p, r); f.Kept != nil {
			f.Text, f.Links = []string{p.T("page.error.kept")}, nil // no way to leave what is kept
			if problem.Code == identity.ErrFreshNeeded.Code {
				f.Title, f.Text = p.T("page.error.fresh"), []string{p.T("page.error.fresh_kept")}
				f.Kept.AsideText, f.Kept.AsideHref = p.T("page.error.fresh_aside"), door(problem.Code)+"?next=/tai-khoan"
			}
		} else {
			f.Text, f.Links = []string{p.T("page.error.kept_not")}, append([]ui.Link{signIn}, f.Links...)
		}
	}
	if problem.Status == http.StatusServiceUnavailable {
		f.Links = append(f.Links, ui.Link{Text: p.T("page.error.status"), Href: "/trang-thai"})
		if f.Kept = kept(p, r); f.Kept != nil {
			f.Text, f.Links = append(f.Text, p.T("page.error.kept_for_later")), nil // no way to leave what is kept
			f.Kept.AsideText, f.Kept.AsideHref = p.T("page.error.status_aside"), "/trang-thai"
		}
	}
	if problem.Ref != "" {
		f.ReferenceText, f.Reference = p.T("page.error.reference"), problem.Ref
		f.Text = append(f.Text, p.T("page.error.safe"))
	}
	// An official stays at the desk, whose frame needs the database: not where that may be what failed.
	view := View{Title: f.Title, Body: layout.ErrorPage(f), Status: problem.Status, Desk: p.Actor.Official() && problem.Status < http.StatusInternalServerError}
	if err := p.Render(w, r, view); err != nil {
		// Not even the frame can be drawn, as when the database is gone: without who reads it, it can.
		view.Desk = false
		bare := Page{Printer: p.Printer, Path: p.Path, Site: &Site{
			Province: s.Province, Banner: s.Banner, Demo: s.Demo, Assets: s.Assets, Catalogue: s.Catalogue,
		}}
		if err := bare.Render(w, r, view); err != nil {
			w.WriteHeader(problem.Status)
		}
	}
}

// advise says of an error that has a title of its own what one can do, and where.
func (s *Site) advise(p Page, code string, f *layout.Failure) {
	if !s.Catalogue.Has(code + ".title") {
		return
	}
	f.Title = p.T(code + ".title")
	for i := 1; s.Catalogue.Has(code + ".do" + strconv.Itoa(i)); i++ {
		f.Text = append(f.Text, p.T(code+".do"+strconv.Itoa(i)))
	}
	var ways []ui.Link
	for _, l := range s.Ways[code] {
		ways = append(ways, ui.Link{Text: p.T(l.Text), Href: l.Href})
	}
	f.Links = append(ways, f.Links...)
}

// waysOn are where somebody goes from a page that is not there, or not for them.
func waysOn(p Page, status int) []ui.Link {
	home := ui.Link{Text: p.T("page.error.home"), Href: "/"}
	if p.Actor.Official() {
		home = ui.Link{Text: p.T("page.error.desk"), Href: p.desk()}
	}
	switch status {
	case http.StatusNotFound:
		return []ui.Link{home, {Text: p.T("page.error.find"), Href: "/tim"}, {Text: p.T("page.error.help"), Href: "/tro-giup"}}
	case http.StatusForbidden:
		return []ui.Link{home, {Text: p.T("page.error.help"), Href: "/tro-giup"}}
	}
	return []ui.Link{home}
}

// door is where somebody goes to prove what is missing.
func door(code string) string {
	switch code {
	case identity.ErrFreshNeeded.Code:
		return "/xac-nhan-lai"
	case identity.ErrFactorFirst.Code:
		return "/tai-khoan/bao-mat"
	case identity.ErrPasswordFirst.Code:
		return "/tai-khoan/mat-khau"
	}
	return "/dang-nhap"
}

// kept returns what was typed into a form and sent after the session had ended.
// Files cannot be kept: a page cannot hand them back to a browser.
func kept(p Page, r *http.Request) *layout.Kept {
	if r.ParseForm() != nil || len(r.PostForm) == 0 || secret(r.URL.Path, r.PostForm) {
		return nil
	}
	k := &layout.Kept{
		Action: r.URL.RequestURI(), ButtonText: p.T("page.error.resend"),
		AsideText: p.T("page.error.sign_in_aside"), AsideHref: "/dang-nhap?next=/tai-khoan",
	}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		for _, value := range r.PostForm[name] {
			k.Fields = append(k.Fields, layout.KeptField{Name: name, Value: value})
		}
	}
	return k
}

// secret reports whether a form carries what must not stand on a page again: a
// password, a proof, a code of the pages where one signs in. Nobody minds typing
// those anew.
func secret(path string, form url.Values) bool {
	if form.Has("password") || form.Has("token") || form.Has("proof") || (form.Has("new") && form.Has("again")) {
		return true
	}
	for _, at := range [...]string{"/dang-nhap", "/tai-khoan", "/khoi-phuc", "/kich-hoat", "/xac-nhan-lai"} {
		if form.Has("code") && (path == at || strings.HasPrefix(path, at+"/")) {
			return true
		}
	}
	return false
}

func title(status int) string {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return "page.error.input"
	case http.StatusUnauthorized:
		return "page.error.sign_in"
	case http.StatusForbidden:
		return "page.error.forbidden"
	case http.StatusMethodNotAllowed:
		return "page.error.method"
	case http.StatusNotFound:
		return "page.error.not_found"
	case http.StatusConflict:
		return "page.error.conflict"
	case http.StatusRequestEntityTooLarge:
		return "page.error.too_large"
	case http.StatusTooManyRequests:
		return "page.error.too_often"
	case http.StatusServiceUnavailable:
		return "page.error.unavailable"
	}
	return "page.error.broken"
}
