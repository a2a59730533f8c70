// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// sharePath shows which agencies got what of fees.
const sharePath = deskPath + "/phan-chia"

func (s site) shares(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	sh, err := s.svc.ListShares(r.Context(), p.Actor, q.Get("from"), q.Get("until"))
	var problem *web.ProblemError
	if err != nil {
		if problem, err = page.Refused(r, err, errs.TooLarge); err != nil {
			return err
		}
		sh.From, sh.Until = q.Get("from"), q.Get("until")
	}
	return p.Render(w, r, page.View{
		Title: p.T("payments.share.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("payments.title"), Href: deskPath}),
		Body: sharesBody(p, sh, problem),
	})
}

func (s site) share(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.svc.ShareOut(r.Context(), page.From(r.Context()).Actor); err != nil {
		return err
	}
	return page.Done(w, r, sharePath, "payments.share.done")
}

// period is the days of a report, as they stand in an address.
func period(sh core.Shares) string {
	return url.Values{"from": {sh.From}, "until": {sh.Until}}.Encode()
}

func (s site) shareRows(r *http.Request) ([][]any, error) {
	q := r.URL.Query()
	return s.svc.ShareRows(r.Context(), page.From(r.Context()).Actor, q.Get("from"), q.Get("until"))
}

func (s site) sharesCSV(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.shareRows(r)
	if err != nil {
		return err
	}
	texts := make([][]string, len(rows))
	for i, row := range rows {
		for _, v := range row {
			text := ""
			if v != nil {
				text = fmt.Sprint(v)
			}
			texts[i] = append(texts[i], text)
		}
	}
	return csv(w, "phan-chia.csv", texts)
}

func (s site) sharesXLSX(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.shareRows(r)
	if err != nil {
		return err
	}
	columns := make([]sheet.Column, len(rows[0]))
	for i, title := range rows[0] {
		columns[i] = sheet.Column{Title: fmt.Sprint(title), Width: 18}
	}
	columns[0].Width, columns[1].Width = 40, 40
	var out bytes.Buffer
	if err := sheet.WriteXLSX(&out, "Phan chia", columns, rows[1:]); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="phan-chia.xlsx"`)
	h.Set("Cache-Control", "private, no-store")
	_, err = w.Write(out.Bytes())
	return err
}

// mayShare reports whether the actor can have what was taken at their unit shared out.
func mayShare(p page.Page) bool { return p.Actor.May(payments.PermAccount) && p.Actor.Unit != "" }
