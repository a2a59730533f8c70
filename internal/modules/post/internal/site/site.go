// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site lets people have their results sent, and clerks pack, hand over and
// follow them.
package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

const (
	ownPath   = "/nhan-qua-buu-chinh"
	deskPath  = "/buu-chinh"
	packPath  = deskPath + "/dong-goi"
	handPath  = deskPath + "/ban-giao"
	listPath  = handPath + "/"
	onePath   = deskPath + "/buu-gui/"
	paperName = "phieu-ban-giao.pdf"
)

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	own, send := web.Needs(string(post.PermOwn)), web.Needs(string(post.PermSend))
	return append(s.incomingRoutes(send), []web.Route{
		{Pattern: "GET /nhan-qua-buu-chinh/{dossier}", Access: own, Handle: s.own},
		{Pattern: "POST " + ownPath + "/{dossier}", Access: own, Handle: s.wish},
		{Pattern: "POST " + ownPath + "/{dossier}/thoi", Access: own, Handle: s.withdraw},

		{Pattern: "GET " + deskPath, Access: send, Handle: s.list},
		{Pattern: "GET " + postagePath, Access: send, Handle: s.postage},
		{Pattern: "GET " + postagePath + ".csv", Access: send, Handle: s.postageCSV},
		{Pattern: "GET " + packPath, Access: send, Handle: s.ready},
		{Pattern: "POST " + packPath, Access: send, Handle: s.pack},
		{Pattern: "GET " + packPath + "/moi", Access: send, Handle: s.packNew},
		{Pattern: "POST " + packPath + "/moi", Access: send, Handle: s.packed},
		{Pattern: "GET " + handPath, Access: send, Handle: s.hand},
		{Pattern: "POST " + handPath, Access: send, Handle: s.handed},
		{Pattern: "GET " + listPath + "{list}", Access: send, Handle: s.slip},
		{Pattern: "GET " + listPath + "{list}/" + paperName, Access: send, Handle: s.paper},
		{Pattern: "GET " + onePath + "{parcel}", Access: send, Handle: s.parcel},
		{Pattern: "POST " + onePath + "{parcel}/{do}", Access: send, Handle: s.done},
	}...)
}

// Menu returns the entries of the menus.
func Menu() []module.MenuItem {
	return []module.MenuItem{{Side: module.Officials, Order: 39, Label: "post.menu", Path: deskPath, Permissions: []identity.Permission{post.PermSend}}}
}

func ownAt(dossier, path string) string { return ownPath + "/" + url.PathEscape(dossier) + path }

func oneAt(parcel, path string) string { return onePath + url.PathEscape(parcel) + path }

func toOf(form url.Values) core.To {
	return core.To{Name: form.Get("name"), Phone: form.Get("phone"), Address: form.Get("address")}
}

func (s site) own(w http.ResponseWriter, r *http.Request) error { return s.ownPage(w, r, nil) }

func (s site) ownPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.Own(r.Context(), p.Actor, r.PathValue("dossier"))
	if err != nil {
		return err
	}
	if problem != nil {
		v.To = toOf(r.PostForm)
	}
	return p.Render(w, r, page.View{
		Title: p.T("post.own.title"), Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("post.own.back"), Href: "/ho-so/" + url.PathEscape(v.Dossier)}),
		Body: ownBody(p, v, problem),
	})
}

func (s site) wish(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	dossier := r.PathValue("dossier")
	version, _ := strconv.Atoi(r.PostForm.Get("version")) // nonsense is no version
	err := s.svc.Wish(r.Context(), page.From(r.Context()).Actor, dossier, core.Wanting{Version: version, To: toOf(r.PostForm)})
	if err == nil {
		return page.Done(w, r, ownAt(dossier, ""), "post.own.done")
	}
	problem, err := page.Refused(r, err, errs.Unavailable)
	if err != nil {
		return err
	}
	return s.ownPage(w, r, problem)
}

func (s site) withdraw(w http.ResponseWriter, r *http.Request) error {
	dossier := r.PathValue("dossier")
	err := s.svc.Withdraw(r.Context(), page.From(r.Context()).Actor, dossier)
	if err == nil {
		return page.Done(w, r, ownAt(dossier, ""), "post.own.withdrawn")
	}
	problem, err := page.Refused(r, err, errs.Unavailable)
	if err != nil {
		return err
	}
	return s.ownPage(w, r, problem)
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	var problem *web.ProblemError
	if code := q.Get("q"); code != "" {
		parcel, err := s.svc.Find(r.Context(), p.Actor, code)
		if err == nil {
			return web.SeeOther(w, r, oneAt(parcel, ""))
		}
		if problem, err = page.Refused(r, err, errs.Unavailable); err != nil {
			return err
		}
	}
	state := post.State(q.Get("trang-thai"))
	if !slices.Contains(post.States(), state) {
		state = ""
	}
	all, next, err := s.svc.ListParcels(r.Context(), p.Actor, state, q.Get("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("post.title"), Desk: true, Status: page.StatusOf(problem), Body: listBody(p, all, next, state, q.Get("q"), problem)})
}

func (s site) ready(w http.ResponseWriter, r *http.Request) error { return s.readyPage(w, r, nil) }

func (s site) readyPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	all, next, err := s.svc.ListReady(r.Context(), p.Actor, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("post.ready.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("post.title"), Href: deskPath}), Body: readyBody(p, all, next, problem)})
}

func (s site) pack(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	parcel, err := s.svc.Pack(r.Context(), page.From(r.Context()).Actor, core.Packing{Dossier: r.PostForm.Get("dossier")})
	if err == nil {
		return page.Done(w, r, oneAt(parcel, ""), "post.pack.done")
	}
	problem, err := page.Refused(r, err, errs.Unavailable)
	if err != nil {
		return err
	}
	return s.readyPage(w, r, problem)
}

func (s site) packNew(w http.ResponseWriter, r *http.Request) error {
	return s.packPage(w, r, url.Values{"dossier": {r.URL.Query().Get("ho-so")}}, nil)
}

func (s site) packPage(w http.ResponseWriter, r *http.Request, form url.Values, problem *web.ProblemError) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("post.pack.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("post.ready.title"), Href: packPath}), Body: packBody(p, form, problem)})
}

func (s site) packed(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	to := toOf(r.PostForm)
	parcel, err := s.svc.Pack(r.Context(), page.From(r.Context()).Actor, core.Packing{Dossier: r.PostForm.Get("dossier"), To: &to})
	if err == nil {
		return page.Done(w, r, oneAt(parcel, ""), "post.pack.done")
	}
	problem, err := page.Refused(r, err, errs.Unavailable)
	if err != nil {
		return err
	}
	return s.packPage(w, r, r.PostForm, problem)
}

func (s site) hand(w http.ResponseWriter, r *http.Request) error {
	return s.handPage(w, r, url.Values{}, nil)
}

func (s site) handPage(w http.ResponseWriter, r *http.Request, form url.Values, problem *web.ProblemError) error {
	p := page.From(r.Context())
	waiting, _, err := s.svc.ListParcels(r.Context(), p.Actor, post.Packed, "")
	if err != nil {
		return err
	}
	lists, next, err := s.svc.ListLists(r.Context(), p.Actor, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("post.hand.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("post.title"), Href: deskPath}),
		Body: handBody(p, waiting, lists, next, form, problem),
	})
}

func (s site) handed(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	list, err := s.svc.HandOver(r.Context(), page.From(r.Context()).Actor, core.Handing{Courier: r.PostForm.Get("courier"), Parcels: r.PostForm["parcel"]})
	if err == nil {
		return page.Done(w, r, listPath+url.PathEscape(list), "post.hand.done")
	}
	problem, err := page.Refused(r, err, errs.Unavailable)
	if err != nil {
		return err
	}
	return s.handPage(w, r, r.PostForm, problem)
}

func (s site) slip(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	h, err := s.svc.GetList(r.Context(), p.Actor, r.PathValue("list"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("post.slip.title", "number", h.Number), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: p.T("post.hand.title"), Href: handPath}), Body: slipBody(p, h)})
}

func (s site) paper(w http.ResponseWriter, r *http.Request) error {
	raw, err := s.svc.Paper(r.Context(), page.From(r.Context()).Actor, r.PathValue("list"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `inline; filename="`+paperName+`"`)
	h.Set("Cache-Control", "private, no-store")
	_, err = w.Write(raw) //nolint:gosec // a PDF that we have drawn
	return err
}

func (s site) parcel(w http.ResponseWriter, r *http.Request) error { return s.parcelPage(w, r, nil) }

func (s site) parcelPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.Get(r.Context(), p.Actor, r.PathValue("parcel"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("post.parcel.title", "code", v.Code), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("post.title"), Href: deskPath}),
		Body: parcelBody(p, v, r.PostForm, problem),
	})
}

// done does one thing with a parcel.
func (s site) done(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	parcel, actor, ctx := r.PathValue("parcel"), page.From(r.Context()).Actor, r.Context()
	var err error
	did := r.PathValue("do")
	switch did {
	case "van-don":
		err = s.svc.SetWaybill(ctx, actor, parcel, r.PostForm.Get("waybill"))
	case "huy":
		err = s.svc.Cancel(ctx, actor, parcel)
	case "nhan-lai":
		err = s.svc.TakeBack(ctx, actor, parcel)
	case "da-phat":
		err = s.svc.Delivered(ctx, actor, parcel, r.PostForm.Get("receiver"))
	case "hoi":
		err = s.svc.AskNow(ctx, actor, parcel)
	default:
		return web.ErrNoSuchPage
	}
	if err == nil {
		return page.Done(w, r, oneAt(parcel, ""), "post.did."+did)
	}
	problem, err := page.Refused(r, err, errs.Unavailable)
	if err != nil {
		return err
	}
	return s.parcelPage(w, r, problem)
}
