// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/web"
)

// agreeImport lets in what somebody else has brought, or refuses it.
func (s site) agreeImport(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p, register, one := page.From(r.Context()), r.PathValue("register"), r.PathValue("import")
	yes := r.PostForm.Get("outcome") == "yes"
	err := s.svc.AgreeImport(r.Context(), p.Actor, register, one, yes, r.PostForm.Get("reason"))
	if err == nil {
		return web.SeeOther(w, r, importPath(register, one))
	}
	problem := web.Problem(err)
	switch {
	case problem.Code == registers.ErrOwn.Code:
	case problem.Status != http.StatusUnprocessableEntity && problem.Status != http.StatusConflict:
		return err
	}
	p.Site.Explain(r, problem)
	if problem.Code == registers.ErrNoReason.Code {
		problem.Fields = []web.ProblemField{{Name: "reason", Code: problem.Code}}
	}
	return s.renderImport(w, r, problem)
}
