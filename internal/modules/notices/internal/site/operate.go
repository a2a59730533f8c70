// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

func (s site) messages(w http.ResponseWriter, r *http.Request) error {
	return s.messagesPage(w, r, nil)
}

func (s site) messagesPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	pile := notify.Pile{State: notify.State(r.FormValue("state")), Channel: notify.ChannelID(r.FormValue("channel"))}
	found, err := s.svc.ListMessages(r.Context(), p.Actor, pile, r.FormValue("before"))
	if err != nil {
		wrong, err := problemOf(r, err)
		if err != nil {
			return err
		}
		problem = wrong
	}
	return p.Render(w, r, page.View{Title: p.T("notices.op.title"), Desk: true, Status: status(problem), Body: messagesPage(p, found, pile, problem)})
}

func (s site) again(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.SendAgain(r.Context(), page.From(r.Context()).Actor, r.PathValue("message")); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.messagesPage(w, r, problem)
	}
	return page.Done(w, r, operatePath, "notices.op.again_done")
}

func (s site) test(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.Test(r.Context(), page.From(r.Context()).Actor); err != nil {
		return err
	}
	return page.Done(w, r, operatePath, "notices.op.tested")
}

func (s site) texts(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ListTemplates(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("notices.op.texts"), Desk: true, Body: textsPage(p, found)})
}

func (s site) costs(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ListCosts(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	if kind := r.FormValue("kieu"); kind == "csv" || kind == "xlsx" {
		return sendCosts(w, p, kind, found)
	}
	return p.Render(w, r, page.View{Title: p.T("notices.op.costs"), Desk: true, Body: costsPage(p, found)})
}

func againPath(message string) string {
	return operatePath + "/" + url.PathEscape(message) + "/gui-lai"
}

// sendCosts sends the costs as a file of a sheet program. Numbers stay numbers.
func sendCosts(w http.ResponseWriter, p page.Page, kind string, found []notify.Cost) error {
	head := []string{p.T("notices.op.month"), p.T("notices.op.channel"), p.T("notices.op.sent"), p.T("notices.op.each"), p.T("notices.op.cost")}
	table, numbers := [][]string{head}, [][]any{}
	for _, c := range found {
		channel, each := p.T("notices.channel."+string(c.Channel)), c.Cost/max(c.N, 1)
		table = append(table, []string{c.Month, channel, strconv.FormatInt(c.N, 10), strconv.FormatInt(each, 10), strconv.FormatInt(c.Cost, 10)})
		numbers = append(numbers, []any{c.Month, channel, c.N, each, c.Cost})
	}
	var b bytes.Buffer
	var err error
	mime := "text/csv; charset=utf-8"
	if kind == "xlsx" {
		mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		columns := make([]sheet.Column, len(head))
		for i, title := range head {
			columns[i] = sheet.Column{Title: title, Width: 18}
		}
		err = sheet.WriteXLSX(&b, p.T("notices.op.costs"), columns, numbers)
	} else {
		err = sheet.WriteCSV(&b, table)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", mime)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", `attachment; filename="chi-phi-tin-nhan-`+p.Now.Format("20060102")+"."+kind+`"`)
	_, err = w.Write(b.Bytes())
	return err
}
