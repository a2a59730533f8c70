// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) bank(w http.ResponseWriter, r *http.Request) error { return s.bankPage(w, r, nil) }

func (s site) bankPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p, q := page.From(r.Context()), r.URL.Query()
	all, next, err := s.svc.ListStatements(r.Context(), p.Actor, q.Get("after"))
	if err != nil {
		return err
	}
	odd, _, err := s.svc.ListOdd(r.Context(), p.Actor, "")
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("payments.bank.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("payments.title"), Href: deskPath}),
		Body: bankBody(p, all, next, odd, problem),
	})
}

func (s site) reconcile(w http.ResponseWriter, r *http.Request) error {
	statement, err := s.readStatement(r)
	if err == nil {
		return page.Done(w, r, bankPath+"/"+url.PathEscape(statement), "payments.bank.done")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	if len(problem.Fields) == 0 { // there is one thing to bring
		problem.Fields = []web.ProblemField{{Name: "file", Code: problem.Code, Detail: problem.Detail}}
	}
	return s.bankPage(w, r, problem)
}

func (s site) readStatement(r *http.Request) (string, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", web.ErrMalformed.Because(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", payments.ErrStatement
		}
		if err != nil {
			return "", web.ErrMalformed.Because(err)
		}
		if part.FormName() == "file" {
			return s.svc.Reconcile(r.Context(), page.From(r.Context()).Actor, part.FileName(), part)
		}
	}
}

func (s site) statement(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	sh, err := s.svc.GetStatement(r.Context(), p.Actor, r.PathValue("statement"), r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("payments.statement.title"), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: p.T("payments.bank.title"), Href: bankPath}), Body: statementBody(p, sh)})
}

func settleAsk(r *http.Request) ask {
	return ask{key: "settle", action: r.URL.Path, fields: []field{{name: "action", choices: []string{core.ActBooked, core.ActReturned, core.ActExplained}}, {name: "order"}, {name: "note", long: true}}}
}

func (s site) difference(w http.ResponseWriter, r *http.Request) error {
	return s.form(w, r, settleAsk(r), bankPath+"/"+url.PathEscape(r.PathValue("statement")), nil)
}

func (s site) settle(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	in, back := r.PostForm, bankPath+"/"+url.PathEscape(r.PathValue("statement"))
	err := s.svc.Settle(r.Context(), page.From(r.Context()).Actor, r.PathValue("difference"), core.Settling{Action: in.Get("action"), Order: in.Get("order"), Note: in.Get("note")})
	if err == nil {
		return page.Done(w, r, back, "payments.settle.done")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.form(w, r, settleAsk(r), back, problem)
}

func oddAsk(r *http.Request) ask {
	return ask{key: "odd", action: r.URL.Path, fields: []field{{name: "order"}, {name: "note", long: true}}}
}

func (s site) odd(w http.ResponseWriter, r *http.Request) error {
	return s.form(w, r, oddAsk(r), bankPath, nil)
}

func (s site) settleOdd(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	actor, report, in := page.From(r.Context()).Actor, r.PathValue("report"), r.PostForm
	var err error
	if strings.TrimSpace(in.Get("order")) != "" {
		err = s.svc.Assign(r.Context(), actor, report, in.Get("order"), in.Get("note"))
	} else {
		err = s.svc.SettleOdd(r.Context(), actor, report, in.Get("note"))
	}
	if err == nil {
		return page.Done(w, r, bankPath, "payments.settle.done")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.form(w, r, oddAsk(r), bankPath, problem)
}

func nobodysAsk() ask {
	return ask{key: "nobodys", action: nobodysPath, fields: []field{{name: "reference"}, {name: "amount", money: true}}}
}

func (s site) nobodys(w http.ResponseWriter, r *http.Request) error {
	return s.form(w, r, nobodysAsk(), bankPath, nil)
}

func (s site) findNobodys(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	report, err := s.svc.FindNobodys(r.Context(), page.From(r.Context()).Actor, r.PostForm.Get("reference"), dong(r.PostForm.Get("amount")))
	if err == nil {
		return page.Done(w, r, oddPath+url.PathEscape(report), "payments.nobodys.done")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.form(w, r, nobodysAsk(), bankPath, problem)
}

func payeeAsk(v core.Payee) ask {
	return ask{key: "payee", action: payeePath, hidden: []ui.HiddenField{{Name: "version", Value: strconv.Itoa(v.Version)}}, fields: []field{
		{name: "bank", value: v.Bank}, {name: "account", value: v.Account}, {name: "holder", value: v.Holder}, {name: "form", value: v.Form}, {name: "series", value: v.Series}, {name: "source", value: v.Source},
	}}
}

func (s site) payee(w http.ResponseWriter, r *http.Request) error {
	v, err := s.svc.GetPayee(r.Context(), page.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	return s.form(w, r, payeeAsk(v), deskPath, nil)
}

func (s site) setPayee(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	in := r.PostForm
	version, _ := strconv.Atoi(in.Get("version")) // none is the version of a first one
	v := core.Payee{Version: version, Bank: in.Get("bank"), Account: in.Get("account"), Holder: in.Get("holder"), Form: in.Get("form"), Series: in.Get("series"), Source: in.Get("source")}
	err := s.svc.SetPayee(r.Context(), page.From(r.Context()).Actor, v)
	if err == nil {
		return page.Done(w, r, payeePath, "payments.payee.done")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.form(w, r, payeeAsk(v), deskPath, problem)
}
