// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"fmt"
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

func (s site) drawer(w http.ResponseWriter, r *http.Request) error { return s.drawerPage(w, r, nil) }

func (s site) drawerPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	var d core.Drawer
	if p.Actor.May(payments.PermCollect) {
		var err error
		if d, err = s.svc.OpenDrawer(r.Context(), p.Actor); err != nil && !errors.Is(err, payments.ErrNoUnit) {
			return err
		}
	}
	all, next, err := s.svc.ListClosings(r.Context(), p.Actor, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("payments.close.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("payments.title"), Href: deskPath}),
		Body: drawerBody(p, d, all, next, r.PostForm, problem),
	})
}

func (s site) close(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	in := r.PostForm
	if do := in.Get("do"); do == "more" || do == "less" {
		in.Set("rows", strconv.Itoa(min(max(gapRows(in)+map[string]int{"more": 1, "less": -1}[do], 0), core.MaxGaps)))
		return s.drawerPage(w, r, nil)
	}
	c := core.Count{Expected: dong(in.Get("expected")), Counted: dong(in.Get("counted")), Gaps: gapsOf(in), Notes: map[int64]int64{}}
	if len(c.Gaps) == 0 { // the first difference is asked for where the sum is another: with what it would be if it were the only one
		c.Kind = differs(c.Expected, c.Counted)
	}
	for _, note := range core.Notes() {
		if n := in.Get("note-" + fmt.Sprint(note)); n != "" {
			c.Notes[note] = dong(n)
		}
	}
	closing, err := s.svc.Close(r.Context(), page.From(r.Context()).Actor, c)
	if err == nil {
		return page.Done(w, r, closePath+"/"+url.PathEscape(closing), "payments.close.done")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	if len(c.Gaps) == 0 && c.Kind != "" {
		in.Set("rows", "1")
		in.Set("direction-1", c.Kind)
		in.Set("amount-1", strconv.FormatInt(max(c.Counted-c.Expected, c.Expected-c.Counted), 10))
		for i, f := range problem.Fields {
			if f.Name == "reason" {
				problem.Fields[i].Name = "reason-1"
			}
		}
	}
	return s.drawerPage(w, r, problem)
}

// differs is in which way a drawer holds another sum; empty where it does not.
func differs(expected, counted int64) string {
	switch {
	case counted < 0 || counted == expected:
		return ""
	case counted > expected:
		return core.DifferenceOver
	}
	return core.DifferenceShort
}

// gapRows is how many differences the form has.
func gapRows(in url.Values) int {
	n, err := strconv.Atoi(in.Get("rows"))
	if err != nil {
		return 0
	}
	return min(max(n, 0), core.MaxGaps)
}

// gapsOf reads the differences of the form; rows at its end in which nobody has written are none.
func gapsOf(in url.Values) (all []core.Gap) {
	written := 0
	for i := range gapRows(in) {
		at := fmt.Sprintf("-%d", i+1)
		if strings.TrimSpace(in.Get("direction"+at)+in.Get("amount"+at)+in.Get("cause"+at)+in.Get("reason"+at)) != "" {
			written = i + 1
		}
		all = append(all, core.Gap{Direction: in.Get("direction" + at), Cause: in.Get("cause" + at), Amount: dong(in.Get("amount" + at)), Reason: in.Get("reason" + at)})
	}
	return all[:written]
}

func (s site) closing(w http.ResponseWriter, r *http.Request) error { return s.closingPage(w, r, nil) }

func (s site) closingPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	d, err := s.svc.GetClosing(r.Context(), p.Actor, r.PathValue("closing"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("payments.day.title", "day", dayOf(p, d.Day)), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("payments.close.title"), Href: closePath}),
		Body: closingBody(p, d, r.PostForm, problem),
	})
}

func (s site) decide(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	closing := r.PathValue("closing")
	err := s.svc.DecideClosing(r.Context(), page.From(r.Context()).Actor, closing, r.PostForm.Get("do") == "yes", r.PostForm.Get("note"))
	if err == nil {
		return page.Done(w, r, closePath+"/"+url.PathEscape(closing), "payments.day.decided")
	}
	problem, err := page.Refused(r, err, errs.TooLarge)
	if err != nil {
		return err
	}
	return s.closingPage(w, r, problem)
}

func (s site) closingCSV(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.svc.ClosingRows(r.Context(), page.From(r.Context()).Actor, r.PathValue("closing"))
	if err != nil {
		return err
	}
	return csv(w, "bang-ke.csv", rows)
}

func (s site) closingPDF(w http.ResponseWriter, r *http.Request) error {
	raw, err := s.svc.ClosingPaper(r.Context(), page.From(r.Context()).Actor, r.PathValue("closing"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `inline; filename="bang-ke.pdf"`)
	_, err = w.Write(raw) //nolint:gosec // a PDF that we have drawn
	return err
}
