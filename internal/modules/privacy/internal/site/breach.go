// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) breachRoutes() []web.Route {
	access := needs(privacy.PermBreach)
	return []web.Route{
		{Pattern: "GET " + breachPath, Access: access, Handle: s.breaches},
		{Pattern: "GET " + breachPath + "/moi", Access: access, Handle: s.askBreach},
		{Pattern: "POST " + breachPath + "/moi", Access: access, Handle: s.openBreach},
		{Pattern: "GET " + breachPath + "/{breach}", Access: access, Handle: s.breach},
		{Pattern: "GET " + breachPath + "/{breach}/sua", Access: access, Handle: s.askDescribe},
		{Pattern: "POST " + breachPath + "/{breach}/sua", Access: access, Handle: s.describe},
		{Pattern: "POST " + breachPath + "/{breach}/ghi", Access: access, Handle: s.note},
		{Pattern: "POST " + breachPath + "/{breach}/nhan", Access: access, Handle: s.takeBreach},
		{Pattern: "POST " + breachPath + "/{breach}/bao", Access: access, Handle: s.tell},
		{Pattern: "POST " + breachPath + "/{breach}/chung-cu", Access: access, MaxBody: core.MaxEvidence + 1<<20, Handle: s.addEvidence},
		{Pattern: "GET " + breachPath + "/{breach}/chung-cu/{file}", Access: access, Handle: s.evidence},
		{Pattern: "GET " + breachPath + "/{breach}/thong-bao.pdf", Access: access, Handle: s.report},
		{Pattern: "POST " + breachPath + "/{breach}/dong", Access: access, Handle: s.closeBreach},
	}
}

func (s site) breaches(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ListBreaches(r.Context(), p.Actor, r.FormValue("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("privacy.breach.title"), Desk: true, Body: breachesBody(p, found)})
}

func alertRows(p page.Page, all []core.Alert) []ui.WorkRow {
	rows := make([]ui.WorkRow, len(all))
	for i, a := range all {
		rows[i] = ui.WorkRow{Cells: []ui.WorkCell{{Text: a.Code, Href: breachPath + "/" + a.ID}, {Text: a.Title}, {HTML: breachClock(p, a)}}}
	}
	return rows
}

func breachRows(p page.Page, all []core.Alert) []ui.WorkRow {
	rows := make([]ui.WorkRow, len(all))
	for i, a := range all {
		rows[i] = ui.WorkRow{Cells: []ui.WorkCell{
			{Text: a.Code, Href: breachPath + "/" + a.ID}, {Text: a.Title, Sub: p.T("privacy.breach.nature." + a.Nature)}, {Text: at(p, a.FoundAt)},
			{Text: p.Number(int64(a.Subjects)), Numeric: true}, {Text: a.Who}, {HTML: breachClock(p, a)},
		}}
	}
	return rows
}

// typedBreach is the form of a breach as it was typed.
type typedBreach struct {
	core.Found
	at, subjects string
}

// breachOf reads the form; what cannot be read stays, for core to refuse.
func breachOf(r *http.Request) typedBreach {
	f := r.FormValue
	t := typedBreach{at: f("found_at"), subjects: f("subjects"), Found: core.Found{
		Title: f("title"), Nature: f("nature"), Severity: f("severity"), Serious: f("serious") == "1", Harm: f("harm") == "1", TellSubjects: f("tell_subjects") == "1",
		System: f("system"), FoundBy: f("found_by"), Description: f("description"), Data: f("data"), Measures: f("measures"),
	}}
	if when, err := time.ParseInLocation("2/1/2006 15:04", strings.TrimSpace(t.at), calendar.Zone()); err == nil {
		t.FoundAt = when
	}
	if n, err := strconv.Atoi(strings.NewReplacer(".", "", " ", "").Replace(t.subjects)); err == nil {
		t.Subjects = n
	} else if strings.TrimSpace(t.subjects) != "" {
		t.Subjects = -1
	}
	return t
}

func mark(b bool) string {
	if b {
		return "1"
	}
	return ""
}

func breachFields(p page.Page, t typedBreach, opening bool) []field {
	name := func(n string) string { return p.T("privacy.breach.field." + n) }
	all := []field{{name: "title", label: name("title"), value: t.Title}}
	if opening {
		all = append(all, field{name: "found_at", label: name("found_at"), hint: p.T("privacy.breach.found_hint"), value: t.at})
	}
	none := ui.SelectItem{Text: p.T("privacy.choose")}
	return append(all,
		field{kind: "select", name: "nature", label: name("nature"), value: t.Nature, items: append([]ui.SelectItem{none}, choices(p, "privacy.breach.nature.", privacy.Natures()...)...)},
		field{kind: "select", name: "severity", label: name("severity"), value: t.Severity, items: append([]ui.SelectItem{none}, choices(p, "privacy.breach.severity.", privacy.Severities()...)...)},
		field{kind: "check", name: "serious", label: name("serious"), value: mark(t.Serious)},
		field{kind: "check", name: "harm", label: name("harm"), value: mark(t.Harm)},
		field{kind: "check", name: "tell_subjects", label: name("tell_subjects"), value: mark(t.TellSubjects)},
		field{name: "system", label: name("system"), value: t.System},
		field{name: "found_by", label: name("found_by"), value: t.FoundBy},
		field{kind: "area", name: "description", label: name("description"), value: t.Description},
		field{kind: "area", name: "data", label: name("data"), value: t.Data},
		field{name: "subjects", label: name("subjects"), value: t.subjects},
		field{kind: "area", name: "measures", label: name("measures"), value: t.Measures},
	)
}

func (s site) askBreach(w http.ResponseWriter, r *http.Request) error {
	return s.breachForm(w, r, typedBreach{}, "", nil)
}

// breachForm asks for a breach, a new one or what is known by now of an old one.
func (s site) breachForm(w http.ResponseWriter, r *http.Request, t typedBreach, breach string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	f := sending{action: breachPath + "/moi", button: p.T("privacy.breach.open_do"), cancel: breachPath, fields: breachFields(p, t, breach == "")}
	title := p.T("privacy.breach.open")
	if breach != "" {
		f.action, f.button, f.cancel, title = breachPath+"/"+breach+"/sua", p.T("privacy.breach.describe_do"), breachPath+"/"+breach, p.T("privacy.breach.describe")
	}
	return p.Render(w, r, page.View{Title: title, Desk: true, Status: status(problem), Body: formPage(p, title, p.T("privacy.breach.open_lead"), f, problem)})
}

func (s site) openBreach(w http.ResponseWriter, r *http.Request) error {
	t := breachOf(r)
	id, err := s.svc.OpenBreach(r.Context(), page.From(r.Context()).Actor, t.Found)
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.breachForm(w, r, t, "", problem)
	}
	return page.Done(w, r, breachPath+"/"+id, "privacy.breach.opened")
}

func (s site) askDescribe(w http.ResponseWriter, r *http.Request) error {
	c, err := s.svc.GetBreach(r.Context(), page.From(r.Context()).Actor, r.PathValue("breach"))
	if err != nil {
		return err
	}
	return s.breachForm(w, r, typedBreach{subjects: strconv.Itoa(c.Subjects), Found: core.Found{
		Title: c.Title, Nature: c.Nature, Severity: c.Severity, Serious: c.Serious, Harm: c.Harm, TellSubjects: c.TellSubjects, System: c.System, FoundBy: c.FoundBy,
		Description: c.Description, Data: c.Data, Measures: c.Measures,
	}}, c.ID, nil)
}

func (s site) describe(w http.ResponseWriter, r *http.Request) error {
	t, id := breachOf(r), r.PathValue("breach")
	if err := s.svc.DescribeBreach(r.Context(), page.From(r.Context()).Actor, id, t.Found); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.breachForm(w, r, t, id, problem)
	}
	return page.Done(w, r, breachPath+"/"+url.PathEscape(id), "privacy.breach.described")
}

func (s site) breach(w http.ResponseWriter, r *http.Request) error { return s.breachPage(w, r, nil) }

func (s site) breachPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	c, err := s.svc.GetBreach(r.Context(), p.Actor, r.PathValue("breach"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("privacy.breach.one", "code", c.Code), Desk: true, Status: status(problem), Body: breachBody(p, c, problem)})
}

// worked goes back to the breach, or shows it with the problem.
func (s site) worked(w http.ResponseWriter, r *http.Request, err error, message string) error {
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.breachPage(w, r, problem)
	}
	return page.Done(w, r, breachPath+"/"+url.PathEscape(r.PathValue("breach")), message)
}

func (s site) note(w http.ResponseWriter, r *http.Request) error {
	return s.worked(w, r, s.svc.LogBreach(r.Context(), page.From(r.Context()).Actor, r.PathValue("breach"), r.FormValue("said")), "privacy.breach.noted")
}

func (s site) takeBreach(w http.ResponseWriter, r *http.Request) error {
	return s.worked(w, r, s.svc.TakeBreach(r.Context(), page.From(r.Context()).Actor, r.PathValue("breach")), "privacy.breach.taken")
}

func (s site) tell(w http.ResponseWriter, r *http.Request) error {
	err := s.svc.TellBreach(r.Context(), page.From(r.Context()).Actor, r.PathValue("breach"), r.FormValue("whom"), r.FormValue("told"))
	return s.worked(w, r, err, "privacy.breach.told")
}

func (s site) closeBreach(w http.ResponseWriter, r *http.Request) error {
	return s.worked(w, r, s.svc.CloseBreach(r.Context(), page.From(r.Context()).Actor, r.PathValue("breach"), r.FormValue("lessons")), "privacy.breach.closed")
}

func (s site) addEvidence(w http.ResponseWriter, r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	said := ""
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return s.worked(w, r, files.ErrEmpty, "")
		}
		if err != nil {
			return web.ErrMalformed.Because(err)
		}
		switch part.FormName() {
		case "held_by":
			text, err := io.ReadAll(io.LimitReader(part, 1<<16))
			if err != nil {
				return web.ErrMalformed.Because(err)
			}
			said = string(text)
		case "evidence":
			err := s.svc.AddEvidence(r.Context(), page.From(r.Context()).Actor, r.PathValue("breach"), part.FileName(), said, part)
			return s.worked(w, r, err, "privacy.breach.evidence_added")
		}
	}
}

func (s site) evidence(w http.ResponseWriter, r *http.Request) (err error) {
	content, f, err := s.svc.OpenEvidence(r.Context(), page.From(r.Context()).Actor, r.PathValue("breach"), r.PathValue("file"))
	if err != nil {
		return err
	}
	defer func() {
		if closed := content.Close(); err == nil {
			err = closed
		}
	}()
	headers(w, f.Name, string(f.Type), f.Size)
	return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
}

func (s site) report(w http.ResponseWriter, r *http.Request) error {
	body, code, err := s.svc.PrintBreach(r.Context(), page.From(r.Context()).Actor, r.PathValue("breach"))
	if err != nil {
		return err
	}
	return give(w, "thong-bao-"+code+".pdf", "application/pdf", body)
}
