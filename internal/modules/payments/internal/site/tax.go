// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// taxPath shows what the tax authority was told of receipts.
const taxPath = deskPath + "/co-quan-thue"

func (s site) tax(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	state := q.Get("trang-thai")
	if !slices.Contains(core.TaxStates(), state) {
		state = core.TaxRefused
	}
	all, next, err := s.svc.ListTold(r.Context(), p.Actor, state, q.Get("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("payments.tax.title"), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: p.T("payments.title"), Href: deskPath}),
		Body: taxBody(p, all, next, state, s.svc.TaxOn(), s.svc.Tax.Source),
	})
}

// advised are the reasons of a refusal for which we know what to do.
func advised() []string {
	return []string{"silent", "address", "status", "answer", "CHUA_DANG_KY", "TRUNG_SO", "SO_TIEN_SAI", "DU_LIEU_SAI", "KHONG_TIM_THAY"}
}

// advice says what to do about a refusal.
func advice(p page.Page, code string) string {
	if !slices.Contains(advised(), code) {
		code = "other"
	}
	return p.T("payments.tax.do." + code)
}

// refusal says why something was refused, in the words of the authority where it has some.
func refusal(p page.Page, t core.Told) string {
	if t.Said != "" {
		return t.Said + " (" + t.Error + ")"
	}
	return p.T("payments.tax.silent")
}

func (s site) told(w http.ResponseWriter, r *http.Request) error { return s.toldPage(w, r, nil) }

func (s site) toldPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	t, err := s.svc.GetTold(r.Context(), p.Actor, r.PathValue("told"))
	if err != nil {
		return err
	}
	a := ask{key: "tax_seen", rows: []ui.SummaryRow{
		row(p.T("payments.tax.receipt"), core.ToldNumber(t)), row(p.T("payments.tax.act"), p.T("payments.tax.act."+t.Act)), row(p.T("payments.stands"), p.T("payments.tax.state."+t.State)), row(p.T("payments.tax.at"), p.DateTime(t.At.Time)),
	}}
	if t.Code != "" {
		a.rows = append(a.rows, row(p.T("payments.tax.code"), t.Code))
	}
	if t.State == core.TaxRefused {
		a.key, a.action = "tax_again", taxPath+"/"+url.PathEscape(t.ID)
		a.rows = append(a.rows, row(p.T("payments.tax.why"), refusal(p, t)), row(p.T("payments.tax.do"), advice(p, t.Error)))
	}
	return s.form(w, r, a, taxPath, problem)
}

func (s site) tellAgain(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	told := r.PathValue("told")
	err := s.svc.TellAgain(r.Context(), page.From(r.Context()).Actor, told)
	if err == nil {
		return page.Done(w, r, taxPath+"/"+url.PathEscape(told), "payments.tax_again.done")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.toldPage(w, r, problem)
}
