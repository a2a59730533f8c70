// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/forms/formui"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/workflow/rehearsal"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/cel"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// tryPath is where made-up cases of a change are, below its page.
const tryPath = "chay-thu"

// tryoutRoutes are the pages on which made-up cases run through a change.
func (h pages) tryoutRoutes() []web.Route {
	all, one := Path+"/{change}/"+tryPath, Path+"/{change}/"+tryPath+"/{trial}"
	route := func(pattern string, a web.Access, do web.Handler) web.Route {
		return web.Route{Pattern: pattern, Access: a, Handle: do}
	}
	return []web.Route{
		route("GET "+all, mayRead(), h.trials), route("POST "+all, mayRead(), h.startTrial),
		route("GET "+Path+"/{change}/da-qua/{procedure}", mayRead(), h.past),
		route("GET "+one, mayRead(), h.trial),
		route("GET "+one+"/to-khai/{step}", mayRead(), h.trialStep), route("POST "+one+"/to-khai/{step}", mayRead(), h.saveTrialStep),
		route("POST "+one+"/dien-mau", mayRead(), h.fillTrial),
		route("POST "+one+"/viec", mayRead(), h.actTrial), route("POST "+one+"/bo-viec", mayRead(), h.undoTrial),
		route("POST "+one+"/ket-qua", mayRead(), h.trialFields), route("GET "+one+"/ket-qua.pdf", mayRead(), h.trialResult),
		route("POST "+one+"/giu", mayEdit(), h.keepTrial), route("POST "+one+"/xoa", mayRead(), h.dropTrial),
	}
}

// tried is a page about a trial with what is wrong with what was sent.
type tried struct {
	change authoring.Change
	run    core.TrialRun
	wrong  []ui.ErrorItem
	form   url.Values // of what was refused
}

func (t tried) path(parts ...string) string {
	return at(t.change.ID, append([]string{tryPath, string(t.run.ID)}, parts...)...)
}

// trialOf returns the change and the trial that a request names.
func (h pages) trialOf(r *http.Request) (t tried, err error) {
	if t.change, err = h.change(r); err != nil {
		return t, err
	}
	id, err := authoring.ParseTrialID(r.PathValue("trial"))
	if err != nil {
		return t, err
	}
	t.run, err = h.svc.GetTrial(r.Context(), page.From(r.Context()).Actor, t.change.ID, id)
	return t, err
}

// trialWrong explains an error that the person can do something about.
func trialWrong(r *http.Request, err error, main string) (items []ui.ErrorItem, status int, rest error) {
	told := web.Problem(err)
	switch told.Status {
	case http.StatusUnprocessableEntity, http.StatusConflict, http.StatusBadRequest:
	default:
		return nil, 0, err
	}
	p := page.From(r.Context())
	p.Site.Explain(r, told)
	if len(told.Fields) == 0 {
		return []ui.ErrorItem{{Text: told.Detail, Href: "#" + main}}, told.Status, nil
	}
	for _, f := range told.Fields {
		items = append(items, ui.ErrorItem{Text: f.Detail, Href: "#" + f.Name})
	}
	return items, told.Status, nil
}

func (h pages) trials(w http.ResponseWriter, r *http.Request) error {
	return h.trialsPage(w, r, url.Values{"fill": {"1"}, "channel": {"online"}}, nil, 0)
}

func (h pages) trialsPage(w http.ResponseWriter, r *http.Request, form url.Values, wrong []ui.ErrorItem, status int) error {
	p := page.From(r.Context())
	c, err := h.change(r)
	if err != nil {
		return err
	}
	all, err := h.svc.ListTrials(r.Context(), p.Actor, c.ID)
	if err != nil {
		return err
	}
	choices, err := h.svc.TrialChoices(r.Context(), p.Actor, c.ID)
	if err != nil {
		return err
	}
	if form.Get("procedure") == "" {
		form.Set("procedure", r.URL.Query().Get("thu-tuc"))
	}
	return p.Render(w, r, page.View{
		Title: p.T("authoring.try.title"), Desk: true, Status: status, Before: backTo(p, at(c.ID), c.Title),
		Body: trialsBody(p, c, all, choices, form, wrong),
	})
}

func (h pages) startTrial(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	change, err := authoring.ParseID(r.PathValue("change"))
	if err != nil {
		return err
	}
	f := r.PostForm
	n := core.NewTrial{Procedure: f.Get("procedure"), Place: orgs.ID(f.Get("place")), Channel: f.Get("channel"), Fill: f.Get("fill") != ""}
	if said := strings.TrimSpace(f.Get("day") + f.Get("time")); said != "" {
		if n.At, err = readMoment(f.Get("day") + " " + f.Get("time")); err != nil {
			n.At = time.Unix(0, 0) // refused, with the others
		}
	}
	id, err := h.svc.StartTrial(r.Context(), page.From(r.Context()).Actor, change, n)
	if err != nil {
		items, status, rest := trialWrong(r, err, "procedure")
		if rest != nil {
			return rest
		}
		return h.trialsPage(w, r, f, items, status)
	}
	return web.SeeOther(w, r, at(change, tryPath, string(id)))
}

// readMoment reads 23/11/2026 09:30, or 9 giờ 30.
func readMoment(s string) (time.Time, error) {
	s = strings.NewReplacer("giờ", ":", "h", ":", "phút", "").Replace(strings.ToLower(s))
	s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), " :", ":")
	s = strings.ReplaceAll(s, ": ", ":")
	if strings.HasSuffix(s, ":") {
		s += "00"
	}
	t, err := time.ParseInLocation("2/1/2006 15:04", s, calendar.Zone())
	if err != nil {
		t, err = time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	}
	return t, err
}

func (h pages) trial(w http.ResponseWriter, r *http.Request) error {
	t, err := h.trialOf(r)
	if err != nil {
		return err
	}
	return h.trialPage(w, r, t, 0)
}

func (h pages) trialPage(w http.ResponseWriter, r *http.Request, t tried, status int) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{
		Title: p.T("authoring.try.one", "name", t.run.Version.Name), Desk: true, Wide: true, Status: status,
		Before: backTo(p, at(t.change.ID, tryPath), p.T("authoring.try.title")), Body: trialBody(p, t),
	})
}

func backTo(p page.Page, href, text string) backLink { return backLink{p, href, text} }

func (h pages) trialStep(w http.ResponseWriter, r *http.Request) error {
	t, err := h.trialOf(r)
	if err != nil {
		return err
	}
	return h.stepPage(w, r, t, nil)
}

func (h pages) stepPage(w http.ResponseWriter, r *http.Request, t tried, result *forms.Result) error {
	p := page.From(r.Context())
	v, ok := t.run.Form.View(t.run.Typed, r.PathValue("step"), p.Lang(), t.run.World, result)
	if !ok {
		return authoring.ErrTrialStep
	}
	status := 0
	if len(v.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	params := formui.Params{Printer: p.Printer, Places: "/dia-gioi/goi-y"}
	return p.Render(w, r, page.View{
		Title: v.Title.Text, Desk: true, Status: status, Before: backTo(p, t.path(), p.T("authoring.try.back")), Body: trialStepBody(p, t, v, params),
	})
}

func (h pages) saveTrialStep(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	t, err := h.trialOf(r)
	if err != nil {
		return err
	}
	step := r.PathValue("step")
	run, result, err := h.svc.SaveTrialStep(r.Context(), page.From(r.Context()).Actor, t.change.ID, t.run.ID, step, r.PostForm)
	if err != nil {
		return err
	}
	t.run = run
	if r.PostForm.Get(forms.EditInput) != "" {
		return web.SeeOther(w, r, t.path("to-khai", step)+"#"+run.Focus)
	}
	if len(result.Errors) > 0 {
		return h.stepPage(w, r, t, &result)
	}
	steps := run.Form.Steps(run.Typed)
	if i := slices.Index(steps, step); i >= 0 && i+1 < len(steps) && r.PostForm.Get("done") == "" {
		return web.SeeOther(w, r, t.path("to-khai", steps[i+1]))
	}
	return web.SeeOther(w, r, t.path())
}

// doTrial does something to a trial and shows it, or what was refused.
func (h pages) doTrial(w http.ResponseWriter, r *http.Request, part string, do func(actor identity.Actor, t tried) error) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	t, err := h.trialOf(r)
	if err != nil {
		return err
	}
	if err := do(page.From(r.Context()).Actor, t); err != nil {
		items, status, rest := trialWrong(r, err, part)
		if rest != nil {
			return rest
		}
		t.wrong, t.form = items, r.PostForm
		return h.trialPage(w, r, t, status)
	}
	return web.SeeOther(w, r, t.path()+"#"+part)
}

func (h pages) fillTrial(w http.ResponseWriter, r *http.Request) error {
	return h.doTrial(w, r, "to-khai", func(actor identity.Actor, t tried) error {
		_, err := h.svc.FillTrial(r.Context(), actor, t.change.ID, t.run.ID)
		return err
	})
}

func (h pages) actTrial(w http.ResponseWriter, r *http.Request) error {
	return h.doTrial(w, r, "quy-trinh", func(actor identity.Actor, t tried) error {
		f := r.PostForm
		rev, err := strconv.Atoi(f.Get("rev"))
		if err != nil {
			return authoring.ErrTrialSeen
		}
		act := rehearsal.Act{
			Do: rehearsal.Kind(f.Get("do")), At: f.Get("at"), Choice: f.Get("choice"), Note: strings.TrimSpace(f.Get("note")), Until: f.Get("until"), Error: f.Get("error"),
		}
		if act.Vars, err = variablesOf(t.run, f); err != nil {
			return err
		}
		_, err = h.svc.DoTrial(r.Context(), actor, t.change.ID, t.run.ID, rev, act)
		return err
	})
}

// variablesOf reads what was typed for the variables of a process that is drawn.
func variablesOf(run core.TrialRun, f url.Values) (map[string]any, error) {
	vars := map[string]any{}
	var wrong []errs.Field
	for _, v := range run.Process.Model().Variables {
		said := strings.TrimSpace(f.Get("var." + v.Name))
		if said == "" {
			continue
		}
		var value any
		var err error
		switch v.Type {
		case cel.String:
			value = said
		case cel.Bool:
			value, err = strconv.ParseBool(said)
		case cel.Int:
			value, err = strconv.Atoi(said)
		case cel.Double:
			value, err = strconv.ParseFloat(strings.ReplaceAll(said, ",", "."), 64)
		default:
			continue
		}
		if err != nil {
			wrong = append(wrong, errs.Field{Name: "var." + v.Name, Code: "authoring.try.variable", Args: map[string]any{"name": v.Name}})
			continue
		}
		vars[v.Name] = value
	}
	if len(vars) == 0 {
		vars = nil
	}
	return vars, errs.BadInput(wrong)
}

func (h pages) undoTrial(w http.ResponseWriter, r *http.Request) error {
	return h.doTrial(w, r, "quy-trinh", func(actor identity.Actor, t tried) error {
		rev, err := strconv.Atoi(r.PostForm.Get("rev"))
		if err != nil {
			return authoring.ErrTrialSeen
		}
		_, err = h.svc.UndoTrial(r.Context(), actor, t.change.ID, t.run.ID, rev, r.PostForm.Get("all") != "")
		return err
	})
}

func (h pages) trialFields(w http.ResponseWriter, r *http.Request) error {
	return h.doTrial(w, r, "ket-qua", func(actor identity.Actor, t tried) error {
		fields := map[string]string{}
		for _, f := range t.run.Version.Template.Fields {
			fields[f.Key] = r.PostForm.Get("f." + f.Key)
		}
		_, err := h.svc.SetTrialFields(r.Context(), actor, t.change.ID, t.run.ID, fields)
		return err
	})
}

func (h pages) trialResult(w http.ResponseWriter, r *http.Request) error {
	t, err := h.trialOf(r)
	if err != nil {
		return err
	}
	pdf, err := h.svc.TrialResult(r.Context(), page.From(r.Context()).Actor, t.change.ID, t.run.ID)
	if err != nil {
		items, status, rest := trialWrong(r, err, "ket-qua")
		if rest != nil {
			return rest
		}
		t.wrong = items
		return h.trialPage(w, r, t, status)
	}
	head := w.Header()
	head.Set("Content-Type", "application/pdf")
	head.Set("Content-Disposition", `inline; filename="mo-phong.pdf"`)
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(pdf)
	return err
}

func (h pages) keepTrial(w http.ResponseWriter, r *http.Request) error {
	return h.doTrial(w, r, "giu", func(actor identity.Actor, t tried) error {
		f := r.PostForm
		k := core.Keeping{Name: f.Get("name")}
		if said := strings.NewReplacer(".", "", " ", "", "đồng", "").Replace(f.Get("fee")); said != "" {
			amount, err := strconv.ParseInt(said, 10, 64)
			if err != nil {
				amount = -1 // refused, with the others
			}
			k.Fee = &amount
		}
		if said := strings.TrimSpace(f.Get("due")); said != "" {
			due, err := readMoment(said)
			if k.Due = due.Format("2006-01-02T15:04"); err != nil {
				k.Due = said
			}
		}
		k.Last = f.Get("last")
		for _, name := range f["refused"] {
			if len(k.Refused) < 50 {
				k.Refused = append(k.Refused, name)
			}
		}
		return h.svc.KeepTrial(r.Context(), actor, t.change.ID, t.run.ID, k)
	})
}

func (h pages) dropTrial(w http.ResponseWriter, r *http.Request) error {
	change, err := authoring.ParseID(r.PathValue("change"))
	if err != nil {
		return err
	}
	id, err := authoring.ParseTrialID(r.PathValue("trial"))
	if err != nil {
		return err
	}
	if err := h.svc.DropTrial(r.Context(), page.From(r.Context()).Actor, change, id); err != nil {
		return err
	}
	return page.Done(w, r, at(change, tryPath), "authoring.try.dropped")
}

func (h pages) past(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	c, err := h.change(r)
	if err != nil {
		return err
	}
	found, err := h.svc.TryPast(r.Context(), p.Actor, c.ID, r.PathValue("procedure"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("authoring.try.past.title"), Desk: true, Before: backTo(p, at(c.ID, tryPath), p.T("authoring.try.title")), Body: pastBody(p, found),
	})
}
