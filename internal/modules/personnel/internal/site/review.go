// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) campaigns(w http.ResponseWriter, r *http.Request) error {
	return s.campaignsPage(w, r, nil)
}

func (s site) campaignsPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	found, err := s.svc.ListCampaigns(r.Context(), p.Actor, r.FormValue("before"))
	if err != nil {
		return err
	}
	l := listing{
		title: p.T("personnel.review.title"), lead: p.T("personnel.review.lead", "months", core.Every), none: p.T("personnel.review.none"), noneText: p.T("personnel.review.none_text"),
		list: ui.WorkListParams{Caption: p.T("personnel.review.title"), Head: head(p, "campaign", "last_day", "answered", "kept", "taken", "state")},
	}
	if found.Next != "" {
		l.next = with(reviewPath, "before", found.Next)
	}
	for _, c := range found.Items {
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: c.Name, Sub: shownAt(p, c.Opened), Href: reviewPath + "/" + c.ID},
			{Text: shownDay(c.Ends)},
			{Text: p.T("personnel.of", "n", p.Number(c.All-c.Open), "all", p.Number(c.All))},
			{Text: p.Number(c.Kept), Numeric: true},
			{Text: p.Number(c.Taken), Numeric: true},
			{HTML: campaignState(p, c)},
		}})
	}
	if p.Actor.May(personnel.PermAll) {
		f := asking{action: reviewPath, button: p.T("personnel.review.open"), controls: []control{
			{name: "name", label: p.T("personnel.field.campaign"), value: r.FormValue("name")},
			{kind: "day", name: "ends", label: p.T("personnel.field.ends"), value: r.FormValue("ends")},
			{kind: "check", name: "suspends", label: p.T("personnel.field.suspends"), value: r.FormValue("suspends")},
		}}
		l.before = ui.Details(ui.DetailsParams{SummaryText: p.T("personnel.review.open"), HTML: form(p, f, problem), Open: problem != nil})
	}
	return s.show(w, r, l, problem)
}

func campaignState(p page.Page, c core.Campaign) templ.Component {
	if c.Closed.IsZero() {
		return tag(p.T("personnel.review.going"), "ts-tag--soon")
	}
	return tag(p.T("personnel.review.closed"), "ts-tag--plain")
}

func (s site) openCampaign(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if _, err := s.svc.OpenCampaign(r.Context(), p.Actor, r.FormValue("name"), day(r.FormValue("ends")), r.FormValue("suspends") == "1"); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.campaignsPage(w, r, problem)
	}
	return page.Done(w, r, reviewPath, "personnel.review.opened")
}

func (s site) campaign(w http.ResponseWriter, r *http.Request) error {
	return s.sheet(w, r, nil)
}

func (s site) sheet(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p, id := page.From(r.Context()), r.PathValue("campaign")
	all := r.FormValue("all") == "1"
	found, err := s.svc.GetCampaign(r.Context(), p.Actor, id, !all, r.FormValue("after"))
	if err != nil {
		return err
	}
	path := reviewPath + "/" + id
	l := listing{
		title: found.Name, sub: p.T("personnel.review.progress", "done", p.Number(found.All-found.Open), "all", p.Number(found.All), "day", shownDay(found.Ends)),
		none: p.T("personnel.review.all_done"), noneText: p.T("personnel.review.all_done_text"),
		tabs: []ui.Chip{
			{Text: p.T("personnel.review.waiting"), Href: path, On: !all, OnText: p.T("personnel.chosen")}, {Text: p.T("personnel.review.everything"), Href: path + "?all=1", On: all, OnText: p.T("personnel.chosen")},
		},
		list:  ui.WorkListParams{Caption: found.Name, Head: head(p, "name", "role", "unit", "since", "verdict")},
		after: together(link(p.T("personnel.review.pdf"), path+"/bien-ban.pdf"), link(p.T("personnel.review.csv"), path+"/bao-cao.csv")),
	}
	if found.Suspends {
		l.lead = p.T("personnel.review.suspends")
	} else {
		l.lead = p.T("personnel.review.lists")
	}
	if found.Next != "" {
		l.next = with(path, "all", r.FormValue("all"), "after", found.Next)
	}
	may := false
	for _, i := range found.Items {
		one := ui.WorkRow{Cells: []ui.WorkCell{
			{Text: i.Who.Name, Sub: i.Who.Login, Href: peoplePath + "/" + i.Who.Account},
			{Text: p.Text(i.RoleName), Sub: titleOf(p, i.Post) + " · " + p.T("personnel.kind."+string(i.Holding.Kind))},
			{Text: p.Text(i.UnitName), Sub: below(p, i.Holding)},
			{Text: shownAt(p, i.Since)},
			{Text: p.T("personnel.verdict." + or(i.Verdict, "open")), Sub: i.By.Name},
		}}
		if i.May {
			may = true
			one.Value, one.PickLabel, one.Picked = i.Holding.ID, i.Who.Name, i.Verdict == ""
		}
		l.list.Rows = append(l.list.Rows, one)
	}
	if may {
		l.list.Rows = mayFirst(l.list.Rows)
		l.list.Action, l.list.PickName, l.list.PickLabel = path, "holding", p.T("personnel.pick_label")
		l.list.Bulk = &ui.BulkParams{SelectedText: p.T("personnel.review.selected"), NoneText: p.T("personnel.review.picked"), Note: p.T("personnel.review.note"), Actions: []ui.DeskAction{
			{ButtonParams: ui.ButtonParams{Text: p.T("personnel.review.keep"), Name: "verdict", Value: core.Keep}, Key: "g"},
			{ButtonParams: ui.ButtonParams{Text: p.T("personnel.review.take"), Name: "verdict", Value: core.Take, Classes: "ts-button--warning"}, Key: "t"},
		}}
	}
	return s.show(w, r, l, problem)
}

// mayFirst leaves out, on a sheet to answer, the rows the reader has no answer
// for: a box that does nothing misleads.
func mayFirst(rows []ui.WorkRow) (out []ui.WorkRow) {
	for _, r := range rows {
		if r.Value != "" {
			out = append(out, r)
		}
	}
	return out
}

func (s site) review(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p, id := page.From(r.Context()), r.PathValue("campaign")
	if _, err := s.svc.Review(r.Context(), p.Actor, id, r.PostForm["holding"], r.PostForm.Get("verdict")); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.sheet(w, r, problem)
	}
	return page.Done(w, r, reviewPath+"/"+id, "personnel.review.answered")
}

func (s site) report(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="ra-soat-quyen.csv"`)
	h.Set("Cache-Control", "private, no-store")
	return s.svc.ReportCampaign(r.Context(), page.From(r.Context()).Actor, r.PathValue("campaign"), w)
}

func (s site) minutes(w http.ResponseWriter, r *http.Request) error {
	body, err := s.svc.PaperCampaign(r.Context(), page.From(r.Context()).Actor, r.PathValue("campaign"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="bien-ban-ra-soat-quyen.pdf"`)
	h.Set("Cache-Control", "private, no-store")
	_, err = w.Write(body) //nolint:gosec // a PDF, to save
	return err
}
