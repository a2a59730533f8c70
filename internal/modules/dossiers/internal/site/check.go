// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) check(w http.ResponseWriter, r *http.Request) error {
	return s.checkPage(w, r, nil)
}

// checkPage shows all answers with what is still missing. A person who has not
// pressed the button is told so without being blamed.
func (s site) checkPage(w http.ResponseWriter, r *http.Request, wrong *problem) error {
	id, err := idOf(r, "draft")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	d, result, err := s.svc.Check(r.Context(), p.Actor, id)
	if err != nil {
		return unless(s.led(w, r, id, err))
	}
	way := routeOf(p, d)
	missing := missingIn(p, way, result)
	if wrong != nil {
		wrong.Items = append(wrong.Items, missing...)
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.check.title"), Desk: atCounter(d), Before: back(p, way.before("kiem-tra")), Body: checkBody(p, way, missing, wrong),
	}, wrong)
}

// missingIn says what keeps a draft from being sent, each with the way to its place.
func missingIn(p page.Page, way route, result forms.Result) (items []ui.ErrorItem) {
	d := way.draft
	at := placesOf(p, d)
	papers := map[string]string{}
	for _, paper := range d.Procedure.Papers {
		papers[paperPrefix+paper.ID] = p.Text(paper.Name)
	}
	for _, f := range result.Errors {
		is, known := at[f.Name]
		switch {
		case f.Name == core.CaseField:
			is = place{step: caseStop, label: p.T("dossiers.page.choose.title"), focus: caseInput}
		case strings.HasPrefix(f.Name, paperPrefix):
			is = place{step: "giay-to", label: papers[f.Name], focus: f.Name}
		case !known:
			is = place{step: "nguoi-nop", label: partyLabel(p, f.Name), focus: f.Name}
		}
		items = append(items, ui.ErrorItem{Text: missingText(p, is.label, f), Href: way.path(is.step) + "?sua=1#" + is.focus})
	}
	return items
}

// place is where an answer is given.
type place struct{ step, label, focus string }

// placesOf finds the inputs of a draft by the names that problems have, those in
// rows and blocks among them.
func placesOf(p page.Page, d core.Draft) map[string]place {
	all := map[string]place{}
	for _, step := range d.Form.Steps(d.Answers) {
		var look func(fields []forms.FieldView, above string)
		look = func(fields []forms.FieldView, above string) {
			for _, f := range fields {
				all[f.Key] = place{step, above + f.Label.Text, f.Focus()}
				look(f.Parts, above+f.Label.Text+", ")
				for _, row := range f.Rows {
					look(row.Fields, above+f.Label.Text+" "+strconv.Itoa(row.Number)+", ")
				}
			}
		}
		if v, ok := d.Form.View(d.Answers, step, p.Lang(), d.World, nil); ok {
			look(v.Fields, "")
		}
	}
	return all
}

// missingText names what has no answer, and says of a wrong answer what is wrong.
func missingText(p page.Page, label string, f errs.Field) string {
	label = strings.TrimSuffix(label, "?")
	switch f.Code {
	case "form.required", "form.choose", "form.no_file", "form.no_rows", "dossiers.paper_missing", "dossiers.case_missing":
		return label
	}
	return label + ": " + p.Named(f.Code, f.Args)
}

func afterDot(name string) string {
	_, part, found := strings.Cut(name, ".")
	if !found {
		return name
	}
	return part
}

func (s site) submit(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "draft")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	if form.Get("declare") == "" {
		wrong := invalid()
		wrong.add("declare", p.T("dossiers.page.check.declare_missing"))
		return s.checkPage(w, r, wrong)
	}
	done, err := s.svc.Submit(r.Context(), p.Actor, id)
	if errs.KindOf(err) == errs.Invalid {
		return s.checkPage(w, r, invalid())
	}
	if err != nil {
		return unless(s.led(w, r, id, err))
	}
	if !p.Actor.Official() {
		return web.SeeOther(w, r, at("ho-so", string(done.ID), "da-gui"))
	}
	// At the counter the person waits: it is accepted at once, and pressing twice does it once.
	if _, err := s.svc.Accept(r.Context(), p.Actor, done.ID); err != nil && !errors.Is(err, dossiers.ErrAlreadyAccepted) {
		if errs.KindOf(err) == errs.Internal {
			return err
		}
		return web.SeeOther(w, r, at("xu-ly", string(done.ID)))
	}
	return web.SeeOther(w, r, at("tiep-nhan", string(done.ID), "xong"))
}

// answered is the answers of one step.
type answered struct {
	step  string
	title string
	rows  []forms.Row
}

func answersOf(p page.Page, f *forms.Form, a forms.Answers, world forms.World) (groups []answered) {
	for _, line := range f.Summarise(a, p.Printer, world) {
		if len(groups) == 0 || groups[len(groups)-1].step != line.StepID {
			g := answered{step: line.StepID}
			if v, ok := f.View(a, line.StepID, p.Lang(), world, nil); ok {
				g.title = v.Title.Text
			}
			groups = append(groups, g)
		}
		last := &groups[len(groups)-1]
		last.rows = append(last.rows, line)
	}
	return groups
}

func partyRows(p page.Page, is core.Party) (rows []ui.SummaryRow) {
	who, number := "person_name", "person_number"
	if is.Kind == identity.Organisation {
		who, number = "organisation_name", "tax_code"
	}
	for _, line := range []struct{ key, value string }{
		{who, is.Name},
		{number, is.Number},
		{"phone", is.Phone},
		{"email", is.Email},
		{"address", is.Address},
		{"born", bornOn(p, is.Born)},
		{"sex", sexOf(p, is.Sex)},
	} {
		if line.value != "" {
			rows = append(rows, row(p.T("dossiers.page.parties."+line.key), line.value))
		}
	}
	return rows
}

// bornOn writes a day of birth, or the part of it that is known.
func bornOn(p page.Page, iso string) string {
	if day, err := time.Parse(time.DateOnly, iso); err == nil {
		return p.Date(day)
	}
	return iso
}

func sexOf(p page.Page, sex string) string {
	if sex == "" {
		return ""
	}
	return p.T("dossiers.page.sex." + sex)
}
