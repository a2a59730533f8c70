// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	contract "tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/web"
)

// proposalRoutes are the pages of registers where another person must agree.
func (s site) proposalRoutes(anybody web.Access) []web.Route {
	const under = booksPath + "/{register}/de-nghi"
	return []web.Route{
		{Pattern: "GET " + under, Access: anybody, Handle: s.proposals},
		{Pattern: "POST " + under, Access: anybody, Handle: s.decideMany},
		{Pattern: "GET " + under + "/xem/{proposal}", Access: anybody, Handle: s.proposal},
		{Pattern: "POST " + under + "/xem/{proposal}/du-lieu-ca-nhan", Access: anybody, Handle: s.personalProposal},
		{Pattern: "POST " + under + "/xem/{proposal}/quyet-dinh", Access: anybody, Handle: s.decide},
		{Pattern: "POST " + under + "/xem/{proposal}/rut", Access: anybody, Handle: s.withdraw},
		{Pattern: "GET " + under + "/xem/{proposal}/tep/{field}/{file}", Access: anybody, Handle: s.openProposedFile},
		{Pattern: "POST " + under + "/xem/{proposal}/tep/{field}/{file}", Access: anybody, Handle: s.openPersonalProposedFile},
	}
}

func shelfPath(register string, shelf registers.Shelf) string {
	return proposalsPath(register) + "?muc=" + string(shelf)
}

func proposalsPath(register string) string {
	return booksPath + "/" + url.PathEscape(register) + "/de-nghi"
}

func (s site) proposals(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	q := r.URL.Query()
	found, err := s.svc.Proposals(r.Context(), p.Actor, r.PathValue("register"), registers.Shelf(q.Get("muc")), q.Get("sau"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{
		Title: p.T("books.proposals.title", "register", found.Definition.Title), Desk: true, Body: proposals(p, found, units(r.Context(), p)),
	})
}

func (s site) proposal(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	v, err := s.svc.Proposal(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("proposal"))
	if err != nil {
		return err
	}
	return s.renderProposal(w, r, http.StatusOK, proposalPage{ProposalView: v})
}

// proposalPage is a proposal with what went wrong about it.
type proposalPage struct {
	core.ProposalView
	Why     access.Purpose // of reading its personal fields; empty: they are withheld
	Typed   string
	Problem *web.ProblemError
}

func (s site) renderProposal(w http.ResponseWriter, r *http.Request, status int, v proposalPage) error {
	p := page.From(r.Context())
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{
		Title: p.T("books.proposal."+string(v.Act)) + " · " + p.Text(v.Standing.Definition.Title), Desk: true, Status: status, Body: proposal(p, v, units(r.Context(), p)),
	})
}

// personalProposal shows a proposal once with its personal data.
func (s site) personalProposal(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	v, err := s.svc.PersonalProposal(r.Context(), p.Actor, access.Purpose(r.PostForm.Get("purpose")), r.PathValue("register"), r.PathValue("proposal"))
	if err == nil {
		return s.renderProposal(w, r, http.StatusOK, proposalPage{ProposalView: v, Why: access.Purpose(r.PostForm.Get("purpose"))})
	}
	problem := web.Problem(err)
	if problem.Status != http.StatusUnprocessableEntity {
		return err
	}
	problem.Fields = []web.ProblemField{{Name: "purpose", Code: problem.Code}}
	return s.failedProposal(w, r, problem, "")
}

// failedProposal shows a proposal again with what is in the way.
func (s site) failedProposal(w http.ResponseWriter, r *http.Request, problem *web.ProblemError, typed string) error {
	p := page.From(r.Context())
	v, err := s.svc.Proposal(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("proposal"))
	if err != nil {
		return err
	}
	p.Site.Explain(r, problem)
	return s.renderProposal(w, r, problem.Status, proposalPage{ProposalView: v, Typed: typed, Problem: problem})
}

func (s site) decide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	register, yes, words := r.PathValue("register"), r.PostForm.Get("outcome") == "yes", r.PostForm.Get("reason")
	done, err := s.svc.DecideProposal(r.Context(), p.Actor, register, r.PathValue("proposal"), yes, words)
	if err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity && problem.Status != http.StatusConflict {
			return err
		}
		if problem.Code == registers.ErrNoReason.Code {
			problem.Fields = []web.ProblemField{{Name: "reason", Code: problem.Code}}
		}
		return s.failedProposal(w, r, problem, words)
	}
	message := "books.proposal.was_refused"
	if yes {
		message = "books.proposal.was_agreed"
	}
	if yes && done.Act == registers.Destroy {
		message = "books.proposal.was_destroyed"
	}
	return page.Done(w, r, shelfPath(register, registers.ForMe), message)
}

func (s site) withdraw(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	register := r.PathValue("register")
	if err := s.svc.WithdrawProposal(r.Context(), p.Actor, register, r.PathValue("proposal")); err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusConflict {
			return err
		}
		return s.failedProposal(w, r, problem, "")
	}
	return page.Done(w, r, shelfPath(register, registers.ByMe), "books.proposal.was_withdrawn")
}

// bulk is several proposals that are decided about together: first what they
// are, then what became of each.
type bulk struct {
	core.Proposals
	Chosen  []core.ProposalView
	Results []core.Decided
	Typed   string
	Problem *web.ProblemError
}

// decideMany shows the proposals that were picked and asks; with an outcome it
// decides about each and says what became of it.
func (s site) decideMany(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	register, outcome := r.PathValue("register"), r.PostForm.Get("outcome")
	b := bulk{Typed: r.PostForm.Get("reason")}
	var err error
	if b.Proposals, err = s.svc.Proposals(r.Context(), p.Actor, register, registers.ForMe, ""); err != nil {
		return err
	}
	picked := r.PostForm["proposal"]
	if len(picked) == 0 {
		return web.SeeOther(w, r, shelfPath(register, registers.ForMe))
	}
	if len(picked) > core.PageSize {
		return contract.ErrTooManyAtOnce.With("most", core.PageSize)
	}
	for _, one := range picked {
		v, err := s.svc.Proposal(r.Context(), p.Actor, register, one)
		if err != nil {
			return err
		}
		b.Chosen = append(b.Chosen, v)
	}
	view := page.View{Title: p.T("books.proposals.many", "n", len(picked)), Desk: true, Status: http.StatusOK}
	switch {
	case outcome == "no" && b.Typed == "":
		b.Problem = web.Problem(registers.ErrNoReason)
		b.Problem.Fields = []web.ProblemField{{Name: "reason", Code: b.Problem.Code}}
		view.Status = b.Problem.Status
	case outcome == "yes" || outcome == "no":
		if b.Results, err = s.svc.DecideProposals(r.Context(), p.Actor, register, picked, outcome == "yes", b.Typed); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	view.Body = manyProposals(p, b, units(r.Context(), p))
	return p.Render(w, r, view)
}

// wish sends what was typed as a proposal and leads to it.
func (s site) wish(w http.ResponseWriter, r *http.Request, register string, wish core.Wish) error {
	made, err := s.svc.ProposeRecord(r.Context(), page.From(r.Context()).Actor, register, wish)
	if err != nil {
		return err
	}
	return page.Done(w, r, core.ProposalPath(made.Register, made.ID), "books.proposal.sent")
}

// unchanged drops values that are as the record has them: a proposal names what
// is to change. Personal values were never shown, so that what is typed is meant.
func (f form) unchanged(values, now map[string]any) map[string]any {
	for _, field := range f.Fields {
		if _, sent := values[field.Key]; sent && !core.Personal(field) && fill(field, now[field.Key]) == fill(field, read(field, f.Typed[field.Key])) {
			delete(values, field.Key)
		}
	}
	return values
}
