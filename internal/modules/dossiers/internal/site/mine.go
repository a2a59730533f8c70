// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) mine(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	after := r.FormValue("after")
	var not notShown
	own, err := s.svc.Mine(r.Context(), p.Actor, after)
	if not.sent = beyond(p, err); err != nil && !not.sent {
		return err
	}
	var drafts core.Page[core.DraftItem]
	if after == "" && p.Actor.May(dossiers.PermSubmit) {
		drafts, err = s.svc.ListDrafts(r.Context(), p.Actor, r.FormValue("nhap"))
		if not.drafts = beyond(p, err); err != nil && !not.drafts {
			return err
		}
	}
	body := mineBody(p, drafts, own, after == "")
	if not.any() && len(own.Items)+len(drafts.Items) == 0 {
		body = nothingBody(p) // that there is nothing would not be true
	}
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.mine.title"), Before: actingNote(p, not), Body: body})
}

// beyond reports whether something is refused because the right to act for
// somebody does not go so far.
func beyond(p page.Page, err error) bool {
	return err != nil && p.Actor.Acts() && errs.KindOf(err) == errs.Forbidden
}

// followed is a dossier of one's own, with what the public may know of it too.
func (s site) followed(r *http.Request) (f core.Full, t core.Tracking, err error) {
	id, err := idOf(r, "id")
	if err != nil {
		return f, t, err
	}
	if f, err = s.svc.Get(r.Context(), page.From(r.Context()).Actor, id, access.Own); err != nil {
		return f, t, err
	}
	t, err = s.svc.Track(r.Context(), f.Reference)
	return f, t, err
}

func (s site) dossier(w http.ResponseWriter, r *http.Request) error {
	f, t, err := s.followed(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	panels, err := s.panels(r.Context(), p, f.ID, true)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("dossiers.page.track.of", "code", codeOf(f.Summary)), Before: back(p, "/ho-so"), Body: dossierBody(p, f, t, panels),
	})
}

func (s site) sent(w http.ResponseWriter, r *http.Request) error {
	f, t, err := s.followed(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.sent.title"), Body: sentBody(p, f, t)})
}

func (s site) withdraw(w http.ResponseWriter, r *http.Request) error {
	f, _, err := s.followed(r)
	if err != nil {
		return err
	}
	return s.withdrawPage(w, r, f, "", nil)
}

func (s site) withdrawPage(w http.ResponseWriter, r *http.Request, f core.Full, reason string, wrong *problem) error {
	p := page.From(r.Context())
	if !f.Can.Withdraw && wrong == nil {
		return dossiers.ErrTooLate
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.withdraw.title"), Before: back(p, at("ho-so", string(f.ID))), Body: withdrawBody(p, f, reason, wrong),
	}, wrong)
}

func (s site) withdrawn(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	if err := s.svc.Withdraw(r.Context(), p.Actor, id, form.Get("reason")); err != nil {
		wrong, err := wrongWith(r, err, "reason")
		if err != nil {
			return err
		}
		f, _, err := s.followed(r)
		if err != nil {
			return err
		}
		if f.Status == dossiers.Withdrawn { // pressed twice
			return web.SeeOther(w, r, at("ho-so", string(id)))
		}
		return s.withdrawPage(w, r, f, form.Get("reason"), wrong)
	}
	return page.Done(w, r, at("ho-so", string(id)), "dossiers.page.withdraw.done")
}

func draftTasks(p page.Page, drafts []core.DraftItem) (items []ui.TaskItem) {
	for _, d := range drafts {
		hint := p.T("dossiers.page.mine.draft_hint", "unit", d.Unit, "when", p.DateTime(d.SavedAt.Time))
		if d.Channel == dossiers.Post {
			hint += " · " + p.T(d.Channel.Key())
		}
		if !d.KeptUntil.IsZero() {
			hint += " · " + p.T("dossiers.page.mine.kept_until", "date", p.Date(d.KeptUntil.Time))
		}
		items = append(items, ui.TaskItem{
			Title:  ui.TaskTitle{HTML: name(p, d.Name)},
			Hint:   &ui.Hint{Text: hint},
			Href:   at("nhap", string(d.ID)),
			Status: ui.TaskStatus{Tag: &ui.TagParams{Text: p.T("dossiers.page.mine.draft"), Classes: "ts-tag--plain"}},
		})
	}
	return items
}

// waitsForPeople reports whether a dossier waits for its owner, and its clock stands.
func waitsForPeople(s dossiers.Status) bool { return s == dossiers.Supplement || s == dossiers.Paying }

// waiting are the dossiers that wait for their owner; going are the others.
func waiting(own []core.Own) (all []core.Own) {
	for _, o := range own {
		if waitsForPeople(o.Status) {
			all = append(all, o)
		}
	}
	return all
}

func going(own []core.Own) (all []core.Own) {
	for _, o := range own {
		if !waitsForPeople(o.Status) {
			all = append(all, o)
		}
	}
	return all
}

func ownTasks(p page.Page, own []core.Own) (items []ui.TaskItem) {
	for _, o := range own {
		hint := p.T("dossiers.page.mine.hint", "code", codeOf(o.Summary), "when", p.Date(o.SubmittedAt.Time), "unit", o.Unit)
		if st := ownStanding(o); st.running() {
			hint += " · " + p.T("dossiers.page.mine.due", "date", p.Date(o.Due.Time)) + " · " + st.title(p)
		}
		items = append(items, ui.TaskItem{
			Title: ui.TaskTitle{HTML: name(p, o.Name)}, Hint: &ui.Hint{Text: hint}, Href: at("ho-so", string(o.ID)),
			Status: ui.TaskStatus{HTML: ui.DeadlineTag(ownStanding(o).deadline(p))},
		})
	}
	return items
}

func nextPage(p page.Page, path, name, next string) ui.PaginationParams {
	return ui.PaginationParams{
		LandmarkLabel: p.T("dossiers.page.pages"), Next: &ui.PaginationLink{Text: p.T("dossiers.page.next"), Href: path + name + "=" + url.QueryEscape(next)},
	}
}
