// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows processes and who stands where, moves running cases, says
// who is away, tries tables on past cases and lists what is stuck.
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
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// The addresses of the pages.
const (
	Path      = "/quy-trinh"
	MovePath  = "/chuyen-quy-trinh"
	AwayPath  = "/vang-mat"
	StuckPath = Path + "/ket"
	mendPath  = "/viec-ket"
)

type site struct{ svc *core.Service }

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s, view, move := site{svc}, web.Needs(string(processes.PermView)), web.Needs(string(processes.PermMove))
	approve := web.Needs(string(processes.PermApproveMove))
	moves := web.Needs(string(processes.PermMove), string(processes.PermApproveMove))
	away, repair := web.Needs(string(processes.PermAbsence), string(processes.PermAbsenceUnit)), web.Needs(string(processes.PermRepair))
	const one = Path + "/{id}/{version}"
	return []web.Route{
		{Pattern: "GET " + Path, Access: view, Handle: s.list},
		{Pattern: "GET " + one, Access: view, Handle: s.show},
		{Pattern: "GET " + one + "/ho-so", Access: view, Handle: s.cases},
		{Pattern: "GET " + one + "/tai/{format}", Access: view, Handle: s.file},
		{Pattern: "GET " + one + "/mo-phong", Access: view, Handle: s.simulate},
		{Pattern: "GET " + one + "/mo-phong.csv", Access: view, Handle: s.simulateCSV},
		{Pattern: "GET " + one + "/chuyen", Access: move, Handle: s.preview},
		{Pattern: "POST " + one + "/chuyen", Access: move, Handle: s.propose},
		{Pattern: "GET " + MovePath, Access: moves, Handle: s.moves},
		{Pattern: "GET " + MovePath + "/{move}", Access: moves, Handle: s.move},
		{Pattern: "POST " + MovePath + "/{move}/xac-nhan", Access: approve, Handle: s.decide(true)},
		{Pattern: "POST " + MovePath + "/{move}/rut", Access: moves, Handle: s.decide(false)},
		{Pattern: "GET " + MovePath + "/{move}/ket-qua.csv", Access: moves, Handle: s.report},
		{Pattern: "GET " + AwayPath, Access: away, Handle: s.away},
		{Pattern: "POST " + AwayPath, Access: away, Handle: s.declare},
		{Pattern: "POST " + AwayPath + "/{absence}/ket-thuc", Access: away, Handle: s.endAbsence},
		{Pattern: "GET " + StuckPath, Access: view, Handle: s.stuck},
		{Pattern: "POST " + mendPath + "/thu-lai/{job}", Access: repair, Handle: s.retry},
		{Pattern: "POST " + mendPath + "/hen-gio/{timer}", Access: repair, Handle: s.ring},
		{Pattern: "POST " + mendPath + "/mo-lai/{case}", Access: repair, Handle: s.rouse},
		{Pattern: "GET " + mendPath + "/tra-loi/{token}", Access: repair, Handle: s.byHand},
		{Pattern: "POST " + mendPath + "/tra-loi/{token}", Access: repair, Handle: s.answer},
	}
}

// ref reads which version a page is about.
func ref(r *http.Request) (workflow.Ref, error) {
	version, err := strconv.Atoi(r.PathValue("version"))
	if err != nil {
		return workflow.Ref{}, processes.ErrNotFound
	}
	return workflow.Ref{Flow: r.PathValue("id"), Version: version}, nil
}

// href is the page of a version, and what lies under it.
func href(of workflow.Ref, under ...string) string {
	return strings.Join(append([]string{Path, url.PathEscape(of.Flow), strconv.Itoa(of.Version)}, under...), "/")
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	found, err := s.svc.List(r.Context(), p.Actor, q.Get("q"), q.Get("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("processes.title"), Desk: true, Body: listBody(p, q.Get("q"), found)})
}

func (s site) show(w http.ResponseWriter, r *http.Request) error {
	of, err := ref(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	v, err := s.svc.Get(r.Context(), p.Actor, of)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: title(p, v.Version), Desk: true, Body: showBody(p, v)})
}

func (s site) cases(w http.ResponseWriter, r *http.Request) error {
	of, err := ref(r)
	if err != nil {
		return err
	}
	p, q := page.From(r.Context()), r.URL.Query()
	v, err := s.svc.Get(r.Context(), p.Actor, of)
	if err != nil {
		return err
	}
	found, err := s.svc.ListCases(r.Context(), p.Actor, of, q.Get("node"), workflow.ID(q.Get("after")))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("processes.cases.title"), Desk: true, Body: casesBody(p, v, q.Get("node"), found)})
}

func (s site) file(w http.ResponseWriter, r *http.Request) error {
	of, err := ref(r)
	if err != nil {
		return err
	}
	f, err := s.svc.Export(r.Context(), page.From(r.Context()).Actor, of, core.Format(r.PathValue("format")))
	if err != nil {
		return err
	}
	send(w, f)
	return nil
}

func send(w http.ResponseWriter, f core.File) {
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Disposition", `attachment; filename="`+f.Name+`"`)
	_, _ = w.Write(f.Data) // the reader has gone: nobody to tell
}

func title(p page.Page, v core.Version) string {
	return p.T("processes.version_of", "title", p.Text(v.Title), "n", v.Version)
}

func status(wrong []web.ProblemField) int {
	if len(wrong) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// problems are what was wrong with an input; false where the error is another.
func problems(err error, field string) ([]web.ProblemField, bool) {
	problem := web.Problem(err)
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		if len(problem.Fields) > 0 {
			return problem.Fields, true
		}
		return []web.ProblemField{{Name: field, Code: problem.Code, Args: problem.Args}}, true
	default:
	}
	return nil, false
}

// summary lists what was wrong, each with a link to its field.
func summary(p page.Page, wrong []web.ProblemField) ui.ErrorSummaryParams {
	s := ui.ErrorSummaryParams{TitleText: p.T("processes.problem")}
	for _, f := range wrong {
		s.ErrorList = append(s.ErrorList, ui.ErrorItem{Text: p.Named(f.Code, f.Args), Href: "#" + f.Name})
	}
	return s
}

func message(p page.Page, name string, wrong []web.ProblemField) *ui.ErrorMessage {
	if said := p.Errors(wrong)[name]; said != "" {
		return &ui.ErrorMessage{Text: said}
	}
	return nil
}
