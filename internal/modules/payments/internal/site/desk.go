// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func states() []payments.State {
	return []payments.State{payments.Waiting, payments.Paid, payments.Refunding, payments.Refunded, payments.Cancelled}
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	var problem *web.ProblemError
	if code := q.Get("q"); code != "" {
		order, err := s.svc.Find(r.Context(), p.Actor, code)
		if err == nil {
			return web.SeeOther(w, r, orderAt(order, ""))
		}
		if problem, err = page.Refused(r, err, errs.TooLarge); err != nil {
			return err
		}
	}
	state := payments.State(q.Get("trang-thai"))
	if !slices.Contains(states(), state) {
		state = ""
	}
	all, next, err := s.svc.List(r.Context(), p.Actor, state, q.Get("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("payments.title"), Desk: true, Status: page.StatusOf(problem), Body: listBody(p, all, next, state, q.Get("q"), problem)})
}

// field is one question of a form.
type field struct {
	name, value string
	money, long bool
	choices     []string // keys of texts below payments.choice.
}

// ask is a form with one purpose.
type ask struct {
	key    string // of its texts: payments.KEY.title, .lead, .do
	action string
	fields []field
	hidden []ui.HiddenField
	no     bool // a second button declines: payments.KEY.no
	rows   []ui.SummaryRow
}

func (s site) form(w http.ResponseWriter, r *http.Request, a ask, back string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	if problem != nil {
		for i := range a.fields {
			a.fields[i].value = r.PostForm.Get(a.fields[i].name)
		}
	}
	title := p.T("payments." + a.key + ".title")
	return p.Render(w, r, page.View{Title: title, Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("payments.back"), Href: back}), Body: formBody(p, title, a, problem)})
}

func newAsk() ask {
	return ask{key: "new", action: newPath, fields: []field{{name: "dossier"}, {name: "name"}, {name: "amount", money: true}, {name: "basis"}}}
}

func (s site) newOrder(w http.ResponseWriter, r *http.Request) error {
	a := newAsk()
	a.fields[0].value = r.URL.Query().Get("ho-so")
	return s.form(w, r, a, deskPath, nil)
}

func (s site) makeOrder(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	in := r.PostForm
	order, err := s.svc.Order(r.Context(), page.From(r.Context()).Actor, core.NewOrder{Dossier: in.Get("dossier"), Name: in.Get("name"), Amount: dong(in.Get("amount")), Basis: in.Get("basis")})
	if err == nil {
		return page.Done(w, r, orderAt(order, ""), "payments.new.done")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.form(w, r, newAsk(), deskPath, problem)
}

func (s site) order(w http.ResponseWriter, r *http.Request) error { return s.orderPage(w, r, nil) }

func (s site) orderPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	d, err := s.svc.Get(r.Context(), p.Actor, r.PathValue("order"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("payments.order.title", "code", d.Code), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("payments.title"), Href: deskPath}),
		Body: orderBody(p, d, problem),
	})
}

func (s site) take(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	order, actor := r.PathValue("order"), page.From(r.Context()).Actor
	err := s.svc.Take(r.Context(), actor, order, dong(r.PostForm.Get("amount")))
	if err == nil {
		message := "payments.take.done"
		if err := s.svc.IssueReceipt(r.Context(), actor, order); err != nil { // the job tries again; the money is taken
			message = "payments.take.no_receipt"
		}
		return page.Done(w, r, orderAt(order, ""), message)
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.orderPage(w, r, problem)
}

// deeds are what can be done with an order on a page of its own.
func deeds() map[string]ask {
	return map[string]ask{
		"hoan-tac":      {key: "undo", fields: []field{{name: "reason", long: true}}},
		"giam":          {key: "reduce", fields: []field{{name: "name"}, {name: "amount", money: true}, {name: "basis"}}},
		"huy":           {key: "cancel", fields: []field{{name: "reason", long: true}}},
		"lap-bien-lai":  {key: "issue"},
		"thay-bien-lai": {key: "replace", fields: []field{{name: "reason", long: true}}},
		"hoan-tien":     {key: "refund", fields: []field{{name: "amount", money: true}, {name: "reason", long: true}, {name: "basis"}}},
	}
}

func (s site) act(w http.ResponseWriter, r *http.Request) error { return s.actPage(w, r, nil) }

func (s site) actPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	do, order := r.PathValue("do"), r.PathValue("order")
	a, ok := deeds()[do]
	if !ok {
		return web.ErrNoSuchPage
	}
	p := page.From(r.Context())
	d, err := s.svc.Get(r.Context(), p.Actor, order)
	if err != nil {
		return err
	}
	a.action, a.rows = orderAt(order, "/"+do), orderRows(p, d.View)
	a.hidden = []ui.HiddenField{{Name: "version", Value: strconv.Itoa(d.Version)}}
	if do == "hoan-tien" && problem == nil {
		a.fields[0].value = p.Number(d.Amount - d.Refunded)
	}
	return s.form(w, r, a, orderAt(order, ""), problem)
}

func (s site) done(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	ctx, in, do, order, actor := r.Context(), r.PostForm, r.PathValue("do"), r.PathValue("order"), page.From(r.Context()).Actor
	var err error
	switch do {
	case "hoan-tac":
		err = s.svc.Undo(ctx, actor, order, in.Get("reason"))
	case "giam":
		version, _ := strconv.Atoi(in.Get("version")) // none is the version of no order
		err = s.svc.Reduce(ctx, actor, order, core.Reduction{Version: version, Name: in.Get("name"), Amount: dong(in.Get("amount")), Basis: in.Get("basis")})
	case "huy":
		err = s.svc.Cancel(ctx, actor, order, in.Get("reason"))
	case "lap-bien-lai":
		err = s.svc.IssueReceipt(ctx, actor, order)
	case "thay-bien-lai":
		err = s.svc.ReplaceReceipt(ctx, actor, order, in.Get("reason"))
	case "hoan-tien":
		_, err = s.svc.AskRefund(ctx, actor, order, core.NewRefund{Amount: dong(in.Get("amount")), Reason: in.Get("reason"), Basis: in.Get("basis")})
	default:
		return web.ErrNoSuchPage
	}
	if err == nil {
		return page.Done(w, r, orderAt(order, ""), "payments."+deeds()[do].key+".done")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.actPage(w, r, problem)
}

func (s site) refund(w http.ResponseWriter, r *http.Request) error { return s.refundPage(w, r, nil) }

func (s site) refundPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p, order := page.From(r.Context()), r.PathValue("order")
	d, err := s.svc.Get(r.Context(), p.Actor, order)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(d.Refunds, func(f core.Refund) bool { return f.ID == r.PathValue("refund") })
	if i < 0 {
		return payments.ErrNotFound
	}
	f := d.Refunds[i]
	a := ask{key: "decide", action: orderAt(order, "/hoan/"+url.PathEscape(f.ID)), no: true, fields: []field{{name: "note", long: true}}, rows: refundRows(p, d, f)}
	switch {
	case f.State == core.RefundApproved:
		a.key, a.no, a.fields = "finish", false, []field{{name: "ref"}}
	case f.State != core.RefundAsked || !p.Actor.May(payments.PermAccount):
		a.key, a.action, a.no, a.fields = "refund_seen", "", false, nil
	}
	return s.form(w, r, a, orderAt(order, ""), problem)
}

func (s site) refunded(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	ctx, in, order, refund, actor := r.Context(), r.PostForm, r.PathValue("order"), r.PathValue("refund"), page.From(r.Context()).Actor
	var err error
	if in.Has("ref") {
		err = s.svc.FinishRefund(ctx, actor, order, refund, in.Get("ref"))
	} else {
		err = s.svc.DecideRefund(ctx, actor, order, refund, in.Get("do") == "yes", in.Get("note"))
	}
	if err == nil {
		return page.Done(w, r, orderAt(order, ""), "payments.decide.done")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.refundPage(w, r, problem)
}

func (s site) roll(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, next, err := s.svc.ListReceipts(r.Context(), p.Actor, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("payments.roll.title"), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: p.T("payments.title"), Href: deskPath}), Body: rollBody(p, all, next)})
}

func csv(w http.ResponseWriter, name string, rows [][]string) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "private, no-store")
	return sheet.WriteCSV(w, rows)
}

func (s site) rollCSV(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.svc.ExportReceipts(r.Context(), page.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	return csv(w, "so-bien-lai.csv", rows)
}
