// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const (
	ledgerPath   = "/so-theo-doi"
	ledgerExport = ledgerPath + "/xuat"
)

// ledgers is the register of dossiers.
type ledgers interface {
	ListLedger(ctx context.Context, actor identity.Actor, f core.LedgerFilter, after string) (core.Page[core.LedgerRow], error)
	ExportLedger(ctx context.Context, actor identity.Actor, f core.LedgerFilter) ([]core.LedgerRow, error)
	LedgerPaper(ctx context.Context, actor identity.Actor, f core.LedgerFilter, said i18n.Printer) ([]byte, error)
}

// ledgerIn reads what an address asks for. What is no number asks for nothing known.
func ledgerIn(q url.Values) core.LedgerFilter {
	number := func(name string) int {
		if q.Get(name) == "" {
			return 0
		}
		n, err := strconv.Atoi(q.Get(name))
		if err != nil {
			return -1
		}
		return n
	}
	return core.LedgerFilter{From: q.Get("from"), To: q.Get("to"), Status: dossiers.Status(number("status")), Channel: dossiers.Channel(number("channel"))}
}

func ledgerQuery(q url.Values) url.Values {
	out := url.Values{}
	for _, name := range []string{"from", "to", "status", "channel"} {
		if v := q.Get(name); v != "" {
			out.Set(name, v)
		}
	}
	return out
}

func (s site) ledger(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	found, err := s.svc.ListLedger(r.Context(), p.Actor, ledgerIn(q), q.Get("after"))
	var wrong *problem
	if err != nil {
		if wrong, err = wrongWith(r, err, "from"); err != nil {
			return err
		}
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.ledger.title"), Desk: true, Body: ledgerBody(p, ledgerQuery(q), found, wrong)}, wrong)
}

// ledgerFile sends the register as PDF or as a file of a sheet program.
func (s site) ledgerFile(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	name, vietnamese := "so-theo-doi-"+p.Now.Format("20060102"), p.Site.Catalogue.Printer(i18n.VI)
	if q.Get("kieu") != "xlsx" {
		paper, err := s.svc.LedgerPaper(r.Context(), p.Actor, ledgerIn(q), vietnamese)
		if err != nil {
			return err
		}
		return givePDF(w, name+".pdf", paper)
	}
	all, err := s.svc.ExportLedger(r.Context(), p.Actor, ledgerIn(q))
	if err != nil {
		return err
	}
	rows := [][]string{core.LedgerHead()}
	for i, row := range all {
		rows = append(rows, row.Line(i+1, vietnamese))
	}
	var b bytes.Buffer
	if err := writeBook(&b, "Sổ theo dõi hồ sơ", rows); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.xlsx"`)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, err = w.Write(b.Bytes())
	return err
}

func ledgerList(p page.Page, rows []core.LedgerRow) ui.WorkListParams {
	list := ui.WorkListParams{Caption: p.T("dossiers.page.ledger.title"), Head: []string{
		p.T("dossiers.page.col.dossier"), p.T("dossiers.page.procedure"), p.T("dossiers.page.col.channel"), p.T("dossiers.page.case.accepted"), p.T("dossiers.page.motion.due"),
		p.T("dossiers.page.ledger.given"), p.T("dossiers.page.col.state"),
	}}
	for _, i := range rows {
		due, given := ui.WorkCell{Text: "–"}, ui.WorkCell{Text: "–"}
		if !i.Due.IsZero() {
			due = ui.WorkCell{Text: p.Date(i.Due.Time), Numeric: true}
			if i.Late {
				due.Tone, due.Sub = ui.ToneLate, p.T("dossiers.page.bucket."+string(core.Overdue))
			}
		}
		if !i.DeliveredAt.IsZero() {
			given = ui.WorkCell{Text: p.Date(i.DeliveredAt.Time), Numeric: true}
		}
		list.Rows = append(list.Rows, ui.WorkRow{Value: string(i.ID), Cells: []ui.WorkCell{
			{Text: codeOf(i.Summary), Href: at("xu-ly", string(i.ID)), Sub: i.Owner},
			{HTML: name(p, i.Name), Sub: p.Text(i.Unit)},
			{Text: p.T(i.Channel.Key())},
			{Text: p.Date(i.AcceptedAt.Time), Numeric: true},
			due, given,
			{Text: p.T(i.Status.Key()), Sub: keeperOf(p, i.Summary)},
		}})
	}
	return list
}

func ledgerStatuses(p page.Page) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.ledger.all")}}
	for status := dossiers.Accepted; status <= dossiers.Delivered; status++ {
		if status != dossiers.Refused { // those were never accepted
			items = append(items, ui.SelectItem{Value: strconv.Itoa(int(status)), Text: p.T(status.Key())})
		}
	}
	return items
}

func ledgerChannels(p page.Page) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.ledger.all")}}
	for _, c := range []dossiers.Channel{dossiers.Counter, dossiers.Online, dossiers.Post} {
		items = append(items, ui.SelectItem{Value: strconv.Itoa(int(c)), Text: p.T(c.Key())})
	}
	return items
}

func ledgerHref(q url.Values, kind string) string {
	all := ledgerQuery(q)
	all.Set("kieu", kind)
	return ledgerExport + "?" + all.Encode()
}

func ledgerRoutes(s site, accept web.Access) []web.Route {
	return []web.Route{
		{Pattern: "GET " + ledgerPath, Access: accept, Handle: s.ledger},
		{Pattern: "GET " + ledgerExport, Access: accept, Handle: s.ledgerFile},
	}
}
