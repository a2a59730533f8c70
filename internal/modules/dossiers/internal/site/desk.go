// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"slices"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func buckets() []core.Bucket {
	return []core.Bucket{core.Overdue, core.Today, core.Soon, core.Waiting, core.Other}
}

// actions are the steps a desk can be narrowed to, with who does them.
func actions(p page.Page) (all []string) {
	if p.Actor.May(dossiers.PermProcess) {
		all = append(all, "appraise", "consult", "draft")
	}
	if p.Actor.May(dossiers.PermSign) {
		all = append(all, "sign")
	}
	if p.Actor.May(dossiers.PermIssue) {
		all = append(all, "issue")
	}
	if p.Actor.May(dossiers.PermDeliver) {
		all = append(all, "deliver")
	}
	return all
}

// bucketDeadline is the colour of a bucket with its word.
func bucketDeadline(p page.Page, b core.Bucket) ui.Deadline {
	state := map[core.Bucket]ui.DeadlineState{
		core.Overdue: ui.DeadlineLate, core.Today: ui.DeadlineSoon, core.Soon: ui.DeadlineSoon, core.Waiting: ui.DeadlineHold, core.Other: ui.DeadlineOK,
	}[b]
	return ui.Deadline{State: state, Text: p.T("dossiers.page.tag." + string(b))}
}

// leftCell says how much of the step is left.
func (s site) leftCell(p page.Page, i core.Item) (ui.WorkCell, error) {
	if i.Bucket == core.Waiting {
		return ui.WorkCell{Text: p.T("dossiers.page.left.held"), Tone: ui.ToneHold}, nil
	}
	if i.StepDue.IsZero() {
		return ui.WorkCell{Text: p.T("dossiers.page.left.none"), Tone: ui.ToneHold}, nil
	}
	l, err := s.svc.TimeLeft(i.Handler, p.Now, i.StepDue.Time)
	if err != nil {
		return ui.WorkCell{}, err
	}
	cell := ui.WorkCell{Text: left(p, l), Numeric: true}
	switch {
	case l.Late:
		cell.Tone = ui.ToneLate
	case l.Days == 0:
		cell.Tone = ui.ToneSoon
	}
	return cell, nil
}

// wholeCell says when the dossier is due, and how much of its time is left.
func (s site) wholeCell(p page.Page, i core.Item) (ui.WorkCell, error) {
	cell := ui.WorkCell{Text: p.Date(i.Due.Time), Numeric: true}
	if i.Due.IsZero() || i.Bucket == core.Waiting || i.Status == dossiers.Finished || i.Status == dossiers.Submitted {
		return cell, nil
	}
	l, err := s.svc.TimeLeft(i.Received, p.Now, i.Due.Time)
	cell.Sub = left(p, l)
	return cell, err
}

func deskSearch(p page.Page) *ui.SearchBoxParams {
	return &ui.SearchBoxParams{
		Action: "/tim-ho-so", ID: "desk-ma", Name: "ma", Label: p.T("dossiers.page.track.label"),
		Placeholder: p.T("dossiers.page.find.placeholder"), ButtonText: p.T("dossiers.page.find.button"),
	}
}

// intakeAction is the button of who receives people.
func intakeAction(p page.Page) []ui.DeskAction {
	if !p.Actor.May(dossiers.PermAccept) {
		return nil
	}
	return []ui.DeskAction{{ButtonParams: ui.ButtonParams{Text: p.T("dossiers.page.inbox.counter"), Href: "/tiep-nhan/quay"}, Key: "n"}}
}

// maxMany is how many may be signed at once.
const maxMany = core.PageSize

func (s site) signing(w http.ResponseWriter, r *http.Request) error {
	return s.signingPage(w, r, nil, nil)
}

func (s site) signingPage(w http.ResponseWriter, r *http.Request, outcomes []told, wrong *problem) error {
	p := page.From(r.Context())
	found, err := s.svc.Desk(r.Context(), p.Actor, core.DeskFilter{Action: "sign"}, r.FormValue("after"))
	if err != nil {
		return err
	}
	list, err := s.work(r.Context(), p, found.Items, nil)
	if err != nil {
		return err
	}
	list.Caption = p.T("dossiers.page.menu.sign")
	list.Action, list.PickName, list.PickLabel = "/ky/xem", "dossier", p.T("dossiers.page.sign.pick")
	list.Bulk = &ui.BulkParams{
		SelectedText: p.T("dossiers.page.sign.selected"), NoneText: p.T("dossiers.page.sign.with_selected"), Note: p.T("dossiers.page.sign.each"),
		Actions: []ui.DeskAction{{ButtonParams: ui.ButtonParams{Text: p.T("dossiers.page.sign.look"), Classes: "ts-button--inverse", PreventDoubleClick: "true"}}},
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.menu.sign"), Desk: true, Body: signingBody(p, found, list, outcomes, wrong)}, wrong)
}

// told is what became of one of many, in words.
type told struct {
	code, href, text string
	id               string // of the dossier, where it is needed again
	failed           bool
}

func (s site) signMany(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	wrong := invalid()
	var ids []dossiers.ID
	for _, raw := range form["dossier"] {
		id, err := dossiers.ParseID(raw)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 || len(ids) > maxMany {
		wrong.add("", p.T("dossiers.page.sign.none_picked"))
		return s.signingPage(w, r, nil, wrong)
	}
	waits, all, err := s.svc.SignMany(r.Context(), p.Actor, ids)
	if err != nil {
		wrong, err := wrongWith(r, err, "")
		if err != nil {
			return err
		}
		return s.signingPage(w, r, nil, wrong)
	}
	var outcomes []told
	for _, o := range all {
		one := told{id: string(o.ID), code: p.T("dossiers.page.sign.unknown"), href: at("xu-ly", string(o.ID)), text: p.T("dossiers.page.sign.ok")}
		found, ok, err := s.svc.Find(r.Context(), p.Actor, o.ID)
		if err != nil {
			return err
		}
		if ok {
			one.code = codeOf(found)
		}
		if o.Waiting {
			one.text = p.T("dossiers.page.signing.item.open")
		}
		if o.Err != nil {
			problem := web.Problem(o.Err)
			p.Site.Explain(r, problem)
			one.text, one.failed = problem.Detail, true
		}
		outcomes = append(outcomes, one)
	}
	if waits.Request != "" && !slices.ContainsFunc(outcomes, func(o told) bool { return o.failed }) {
		return web.SeeOther(w, r, at("ky", "cho", waits.Request))
	}
	if waits.Request != "" { // some were not asked for: that is said first
		outcomes = append(outcomes, told{code: p.T("dossiers.page.signing.open"), href: at("ky", "cho", waits.Request), text: p.T("dossiers.page.signing.phone")})
	}
	return s.signingPage(w, r, outcomes, nil)
}
