// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows what people have to pay and how, and to officials the money
// of their unit.
package site

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/qr"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

const (
	ownPath   = "/thanh-toan"
	deskPath  = "/thu-tien"
	newPath   = deskPath + "/lap"
	orderPath = deskPath + "/khoan/"
	closePath = deskPath + "/chot"
	rollPath  = deskPath + "/bien-lai"
	bankPath  = deskPath + "/doi-soat"
	oddPath   = deskPath + "/tien-la/"
	payeePath = deskPath + "/tai-khoan"
	checkPath = "/bien-lai/"
	// nobodysPath is where money that belongs to no unit is found.
	nobodysPath = deskPath + "/tien-chua-ro"
	maxCall     = 16 << 10
	maxBank     = 33 << 20
	receiptPDF  = "bien-lai.pdf"
)

func needs(ps ...identity.Permission) web.Access {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = string(p)
	}
	return web.Needs(names...)
}

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	own, collect, account, both := needs(payments.PermOwn), needs(payments.PermCollect), needs(payments.PermAccount), needs(payments.PermCollect, payments.PermAccount)
	return []web.Route{
		{Pattern: "GET " + ownPath, Access: own, Handle: s.ownOf},
		{Pattern: "GET " + ownPath + "/{order}", Access: own, Handle: s.own},
		{Pattern: "POST " + ownPath + "/{order}/truc-tuyen", Access: own, Handle: s.begin},
		{Pattern: "POST " + ownPath + "/{order}/da-chuyen", Access: own, Handle: s.said},
		{Pattern: "GET " + ownPath + "/{order}/" + receiptPDF, Access: own, Handle: s.receipt},
		{Pattern: "POST " + core.CallPath, Access: web.Public(), MaxBody: maxCall, Handle: s.call},
		{Pattern: "GET " + checkPath + "{receipt}", Access: web.Public(), Handle: s.check},

		{Pattern: "GET " + deskPath, Access: both, Handle: s.list},
		{Pattern: "GET " + newPath, Access: collect, Handle: s.newOrder},
		{Pattern: "POST " + newPath, Access: collect, Handle: s.makeOrder},
		{Pattern: "GET " + orderPath + "{order}", Access: both, Handle: s.order},
		{Pattern: "POST " + orderPath + "{order}/thu", Access: collect, Handle: s.take},
		{Pattern: "GET " + orderPath + "{order}/" + receiptPDF, Access: both, Handle: s.receipt},
		{Pattern: "GET " + orderPath + "{order}/{do}", Access: both, Handle: s.act},
		{Pattern: "POST " + orderPath + "{order}/{do}", Access: both, Handle: s.done},
		{Pattern: "GET " + orderPath + "{order}/hoan/{refund}", Access: both, Handle: s.refund},
		{Pattern: "POST " + orderPath + "{order}/hoan/{refund}", Access: both, Handle: s.refunded},
		{Pattern: "GET " + closePath, Access: both, Handle: s.drawer},
		{Pattern: "POST " + closePath, Access: collect, Handle: s.close},
		{Pattern: "GET " + closePath + "/{closing}", Access: both, Handle: s.closing},
		{Pattern: "POST " + closePath + "/{closing}", Access: account, Handle: s.decide},
		{Pattern: "GET " + closePath + "/{closing}/bang-ke.csv", Access: both, Handle: s.closingCSV},
		{Pattern: "GET " + closePath + "/{closing}/bang-ke.pdf", Access: both, Handle: s.closingPDF},
		{Pattern: "GET " + rollPath, Access: both, Handle: s.roll},
		{Pattern: "GET " + rollPath + ".csv", Access: both, Handle: s.rollCSV},
		{Pattern: "GET " + taxPath, Access: account, Handle: s.tax},
		{Pattern: "GET " + taxPath + "/{told}", Access: account, Handle: s.told},
		{Pattern: "POST " + taxPath + "/{told}", Access: account, Handle: s.tellAgain},
		{Pattern: "GET " + sharePath, Access: account, Handle: s.shares},
		{Pattern: "POST " + sharePath, Access: account, Handle: s.share},
		{Pattern: "GET " + sharePath + ".csv", Access: account, Handle: s.sharesCSV},
		{Pattern: "GET " + sharePath + ".xlsx", Access: account, Handle: s.sharesXLSX},
		{Pattern: "GET " + bankPath, Access: account, Handle: s.bank},
		{Pattern: "POST " + bankPath, Access: account, MaxBody: maxBank, Handle: s.reconcile},
		{Pattern: "GET " + bankPath + "/{statement}", Access: account, Handle: s.statement},
		{Pattern: "GET " + bankPath + "/{statement}/{difference}", Access: account, Handle: s.difference},
		{Pattern: "POST " + bankPath + "/{statement}/{difference}", Access: account, Handle: s.settle},
		{Pattern: "GET " + oddPath + "{report}", Access: account, Handle: s.odd},
		{Pattern: "POST " + oddPath + "{report}", Access: account, Handle: s.settleOdd},
		{Pattern: "GET " + nobodysPath, Access: account, Handle: s.nobodys},
		{Pattern: "POST " + nobodysPath, Access: account, Handle: s.findNobodys},
		{Pattern: "GET " + payeePath, Access: account, Handle: s.payee},
		{Pattern: "POST " + payeePath, Access: account, Handle: s.setPayee},
	}
}

// Menu returns the entries of the menus.
func Menu() []module.MenuItem {
	return []module.MenuItem{{Side: module.Officials, Order: 38, Label: "payments.menu", Path: deskPath, Permissions: []identity.Permission{payments.PermCollect, payments.PermAccount}}}
}

func ownAt(order, path string) string { return ownPath + "/" + url.PathEscape(order) + path }

func orderAt(order, path string) string { return orderPath + url.PathEscape(order) + path }

// wrongs are the lines of a summary of what is wrong.
func wrongs(p page.Page, problem *web.ProblemError) (items []ui.ErrorItem) {
	for _, f := range problem.Fields {
		name, row, numbered := strings.Cut(f.Name, "-") // of which difference of a closing
		text := p.T("payments.field." + name)
		if numbered {
			text = p.T("payments.close.gap", "n", row) + ", " + text
		}
		items = append(items, ui.ErrorItem{Text: text + ": " + f.Detail, Href: "#" + f.Name})
	}
	if len(items) == 0 {
		items = append(items, ui.ErrorItem{Text: problem.Detail})
	}
	return items
}

// dong reads a sum as people write it; what is none is no sum.
func dong(s string) int64 {
	n, err := strconv.ParseInt(strings.NewReplacer(".", "", ",", "", " ", "", "đ", "").Replace(strings.TrimSpace(s)), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func (s site) ownOf(w http.ResponseWriter, r *http.Request) error {
	order, err := s.svc.OwnOf(r.Context(), page.From(r.Context()).Actor, r.URL.Query().Get("ho-so"))
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, ownAt(order, ""))
}

func (s site) own(w http.ResponseWriter, r *http.Request) error { return s.ownPage(w, r, nil) }

func (s site) ownPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.Own(r.Context(), p.Actor, r.PathValue("order"))
	if err != nil {
		return err
	}
	var square qr.Modules
	if v.QR != "" {
		if square, err = qr.Encode(v.QR); err != nil {
			return err
		}
	}
	return p.Render(w, r, page.View{
		Title: p.T("payments.own.title"), Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("payments.own.back"), Href: "/ho-so/" + url.PathEscape(v.Dossier)}),
		Body: ownBody(p, v, square, problem),
	})
}

func (s site) begin(w http.ResponseWriter, r *http.Request) error {
	order := r.PathValue("order")
	err := s.svc.Begin(r.Context(), page.From(r.Context()).Actor, order)
	if err == nil {
		return page.Done(w, r, ownAt(order, "#truc-tuyen"), "payments.own.begun")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.ownPage(w, r, problem)
}

// said answers somebody who says that the money was transferred: it is believed
// when the bank says so.
func (s site) said(w http.ResponseWriter, r *http.Request) error {
	order := r.PathValue("order")
	if _, err := s.svc.Own(r.Context(), page.From(r.Context()).Actor, order); err != nil {
		return err
	}
	return page.Done(w, r, ownAt(order, ""), "payments.own.said")
}

// call is the door of the gateway. What is forged finds no page here.
func (s site) call(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	if _, err := s.svc.Call(r.Context(), body); err != nil {
		if errors.Is(err, payments.ErrForged) {
			return web.ErrNoSuchPage
		}
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s site) check(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	c, err := s.svc.CheckReceipt(r.Context(), r.PathValue("receipt"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("payments.check.title"), Body: checkBody(p, c)})
}

func (s site) receipt(w http.ResponseWriter, r *http.Request) (err error) {
	content, size, err := s.svc.OpenReceipt(r.Context(), page.From(r.Context()).Actor, r.PathValue("order"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `inline; filename="`+receiptPDF+`"`)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	_, err = io.Copy(w, content)
	return err
}

func dark(m qr.Modules) string {
	var b strings.Builder
	for y, row := range m {
		for x, on := range row {
			if on {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return b.String()
}
