// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/web"
)

func (s site) alerts(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	state := oversight.State(r.FormValue("trang-thai"))
	if state == "" {
		state = oversight.New
	}
	found, counts, err := s.svc.ListAlerts(r.Context(), p.Actor, state, text.Line(r.FormValue("before")))
	if err != nil {
		return err
	}
	rules, err := s.svc.ListRules(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("oversight.alerts.title"), Desk: true, Body: alertsBody(p, state, found, counts, rules)})
}

func (s site) alert(w http.ResponseWriter, r *http.Request) error {
	return s.showAlert(w, r, said{}, nil)
}

// said is what was typed about an alert, so that it stays.
type said struct{ question, reason, decision string }

func (s site) showAlert(w http.ResponseWriter, r *http.Request, typed said, problem *web.ProblemError) error {
	p := page.From(r.Context())
	id, err := alertOf(r)
	if err != nil {
		return err
	}
	d, err := s.svc.GetAlert(r.Context(), p.Actor, id, text.Line(r.FormValue("before")))
	if err != nil {
		return err
	}
	v := page.View{Title: p.T("oversight.alert.title"), Desk: true, Body: alertBody(p, d, typed, problem)}
	if problem != nil {
		v.Status = problem.Status
	}
	return p.Render(w, r, v)
}

func (s site) ask(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "oversight.alert.asked", func(p page.Page, id oversight.ID, typed said) error {
		return s.svc.AskExplanation(r.Context(), p.Actor, id, typed.question)
	})
}

func (s site) decide(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "oversight.alert.decided", func(p page.Page, id oversight.ID, typed said) error {
		return s.svc.DecideAlert(r.Context(), p.Actor, id, oversight.State(typed.decision), typed.reason)
	})
}

// act does something about an alert and shows it again.
func (s site) act(w http.ResponseWriter, r *http.Request, done string, do func(page.Page, oversight.ID, said) error) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	id, err := alertOf(r)
	if err != nil {
		return err
	}
	typed := said{r.PostForm.Get("question"), r.PostForm.Get("reason"), r.PostForm.Get("decision")}
	if err := do(page.From(r.Context()), id, typed); err != nil {
		if problem := invalid(err); problem != nil {
			return s.showAlert(w, r, typed, problem)
		}
		return err
	}
	return page.Done(w, r, alertsPath+"/"+url.PathEscape(string(id)), done)
}

func (s site) questions(w http.ResponseWriter, r *http.Request) error {
	return s.showQuestions(w, r, "", "", nil)
}

func (s site) showQuestions(w http.ResponseWriter, r *http.Request, alert oversight.ID, typed string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	found, err := s.svc.ListQuestions(r.Context(), p.Actor, text.Line(r.FormValue("before")))
	if err != nil {
		return err
	}
	v := page.View{Title: p.T("oversight.questions.title"), Desk: true, Body: questionsBody(p, found, alert, typed, problem)}
	if problem != nil {
		v.Status = problem.Status
	}
	return p.Render(w, r, v)
}

func (s site) explain(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	id, err := alertOf(r)
	if err != nil {
		return err
	}
	words := r.PostForm.Get("words")
	if err := s.svc.Explain(r.Context(), p.Actor, id, words); err != nil {
		if problem := invalid(err); problem != nil {
			return s.showQuestions(w, r, id, words, problem)
		}
		return err
	}
	return page.Done(w, r, questionsPath, "oversight.questions.sent")
}

func (s site) erasures(w http.ResponseWriter, r *http.Request) error {
	return s.showErasures(w, r, audit.Erasure{Kind: audit.ErasePerson}, nil)
}

func (s site) showErasures(w http.ResponseWriter, r *http.Request, typed audit.Erasure, problem *web.ProblemError) error {
	p := page.From(r.Context())
	found, err := s.svc.ListErasures(r.Context(), p.Actor, text.Line(r.FormValue("before")))
	if err != nil {
		return err
	}
	v := page.View{Title: p.T("oversight.erasures.title"), Desk: true, Body: erasuresBody(p, found, typed, problem)}
	if problem != nil {
		v.Status = problem.Status
	}
	return p.Render(w, r, v)
}

func (s site) propose(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	typed := audit.Erasure{Kind: audit.ErasureKind(r.PostForm.Get("kind")), Target: r.PostForm.Get("target"), Reason: r.PostForm.Get("legal")}
	if _, err := s.svc.ProposeErasure(r.Context(), p.Actor, typed); err != nil {
		if problem := invalid(err); problem != nil {
			return s.showErasures(w, r, typed, problem)
		}
		return err
	}
	return page.Done(w, r, erasuresPath, "oversight.erasures.proposed")
}

func (s site) decideErasure(w http.ResponseWriter, r *http.Request) error {
	confirm := r.PathValue("decision") == "xac-nhan"
	if !confirm && r.PathValue("decision") != "tu-choi" {
		return oversight.ErrNotFound
	}
	if err := s.svc.DecideErasure(r.Context(), page.From(r.Context()).Actor, r.PathValue("erasure"), confirm); err != nil {
		return err
	}
	return page.Done(w, r, erasuresPath, "oversight.erasures.decided")
}

// mayDecide reports whether an alert is still open.
func mayDecide(a core.Alert) bool { return a.State != oversight.Closed }

func mayAsk(a core.Alert) bool {
	return a.Kind != oversight.ManyReaders && (a.State == oversight.New || a.State == oversight.Explained)
}
