// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

// target reads "flow 3": the version that cases go to.
func target(s string) workflow.Ref {
	at := strings.LastIndex(s, " ")
	if at < 0 {
		return workflow.Ref{}
	}
	version, err := strconv.Atoi(s[at+1:])
	if err != nil {
		return workflow.Ref{}
	}
	return workflow.Ref{Flow: s[:at], Version: version}
}

func spell(of workflow.Ref) string { return of.Flow + " " + strconv.Itoa(of.Version) }

// draft reads the form of a move.
func draft(r *http.Request, from workflow.Ref) core.Draft {
	d := core.Draft{From: from, To: target(r.Form.Get("to")), Reason: r.Form.Get("reason"), Nodes: map[string]string{}}
	for key, values := range r.Form {
		if id, ok := strings.CutPrefix(key, "node-"); ok && len(values) > 0 {
			d.Nodes[id] = values[0]
		}
	}
	return d
}

func (s site) preview(w http.ResponseWriter, r *http.Request) error {
	of, err := ref(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	return s.previewPage(w, r, draft(r, of), nil)
}

func (s site) previewPage(w http.ResponseWriter, r *http.Request, d core.Draft, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	found, err := s.svc.PreviewMove(r.Context(), p.Actor, d, workflow.ID(r.Form.Get("after")))
	if err != nil {
		fields, ours := problems(err, "to")
		if !ours || d.To.Flow == "" {
			return err
		}
		d.To = workflow.Ref{}
		return s.previewPage(w, r, d, fields)
	}
	return p.Render(w, r, page.View{Title: p.T("processes.move.title"), Desk: true, Status: status(wrong), Body: previewBody(p, found, d, wrong)})
}

func (s site) propose(w http.ResponseWriter, r *http.Request) error {
	of, err := ref(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	d := draft(r, of)
	if r.PostForm.Get("look") != "" { // only look again, with the map as it was edited
		return s.previewPage(w, r, d, nil)
	}
	move, err := s.svc.ProposeMove(r.Context(), page.From(r.Context()).Actor, d)
	if fields, ours := problems(err, "nodes"); ours {
		return s.previewPage(w, r, d, fields)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, MovePath+"/"+url.PathEscape(string(move)), "processes.move.proposed")
}

func (s site) moves(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ListMoves(r.Context(), p.Actor, processes.MoveID(r.URL.Query().Get("before")))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("processes.moves.title"), Desk: true, Body: movesBody(p, found)})
}

func (s site) move(w http.ResponseWriter, r *http.Request) error { return s.movePage(w, r, nil) }

func (s site) movePage(w http.ResponseWriter, r *http.Request, wrong []web.ProblemField) error {
	id, err := processes.ParseMoveID(r.PathValue("move"))
	if err != nil {
		return err
	}
	p, q := page.From(r.Context()), r.URL.Query()
	m, err := s.svc.GetMove(r.Context(), p.Actor, id)
	if err != nil {
		return err
	}
	only := processes.Outcome(q.Get("outcome"))
	results, err := s.svc.ListResults(r.Context(), p.Actor, id, only, q.Get("after"))
	if err != nil {
		return err
	}
	code := http.StatusOK
	if len(wrong) > 0 {
		code = http.StatusConflict
	}
	return p.Render(w, r, page.View{Title: p.T("processes.move.one"), Desk: true, Status: code, Body: moveBody(p, m, only, results, wrong)})
}

func (s site) decide(confirm bool) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := processes.ParseMoveID(r.PathValue("move"))
		if err != nil {
			return err
		}
		err = s.svc.DecideMove(r.Context(), page.From(r.Context()).Actor, id, confirm)
		if fields, ours := problems(err, "main"); ours {
			return s.movePage(w, r, fields)
		}
		if err != nil {
			return err
		}
		said := "processes.move.withdrawn"
		if confirm {
			said = "processes.move.confirmed"
		}
		return page.Done(w, r, MovePath+"/"+url.PathEscape(string(id)), said)
	}
}

// report is what a move did to each case, as a table.
func (s site) report(w http.ResponseWriter, r *http.Request) error {
	id, err := processes.ParseMoveID(r.PathValue("move"))
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	rows := [][]string{{p.T("processes.case"), p.T("processes.outcome"), p.T("processes.reason"), p.T("processes.when")}}
	for after := ""; ; {
		part, err := s.svc.ListResults(r.Context(), p.Actor, id, "", after)
		if err != nil {
			return err
		}
		for _, o := range part.Items {
			rows = append(rows, []string{o.Subject.Called(), p.T("processes.outcome." + string(o.Outcome)), why(p, o), p.DateTime(o.At.Time)})
		}
		if after = part.Next; after == "" {
			break
		}
	}
	return sendCSV(w, "chuyen-quy-trinh-"+string(id)+".csv", rows)
}

func sendCSV(w http.ResponseWriter, name string, rows [][]string) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	return sheet.WriteCSV(w, rows)
}
