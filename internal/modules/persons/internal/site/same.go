// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const (
	claimsPath = "/nguoi/so-trung"
	pairsPath  = "/nguoi/co-the-trung"
	mergesPath = "/nguoi/gop"
)

func (s site) claims(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.ListClaims(r.Context(), p.Actor, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.claims.title"), nil, claimsBody(p, all))
}

func (s site) claim(w http.ResponseWriter, r *http.Request) error {
	return s.claimPage(w, r, typed{}, nil)
}

func (s site) claimPage(w http.ResponseWriter, r *http.Request, in typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	c, err := s.svc.GetClaim(r.Context(), p.Actor, r.PathValue("claim"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.claims.one"), problem, claimBody(p, c, in, problem))
}

func (s site) settle(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	if err := s.svc.SettleClaim(r.Context(), page.From(r.Context()).Actor, r.PathValue("claim"), in.Get("whose"), in.Get("words")); err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.claimPage(w, r, in, problem)
	}
	return page.Done(w, r, claimsPath, "persons.rights.done")
}

func (s site) pairs(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.ListPairs(r.Context(), p.Actor, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.pairs.title"), nil, pairsBody(p, all))
}

func pairAt(one core.Pair) string {
	return pairsPath + "/" + url.PathEscape(one.A.ID) + "/" + url.PathEscape(one.B.ID)
}

func (s site) pair(w http.ResponseWriter, r *http.Request) error {
	return s.pairPage(w, r, typed{}, nil)
}

func (s site) pairPage(w http.ResponseWriter, r *http.Request, in typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	m, err := s.svc.PreviewMerge(r.Context(), p.Actor, r.PathValue("a"), r.PathValue("b"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.pairs.one"), problem, pairBody(p, m, in, problem))
}

// decidePair proposes that two are one, of whom the one that was chosen stays, or
// says that two are two.
func (s site) decidePair(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	p, ctx, a, b := page.From(r.Context()), r.Context(), r.PathValue("a"), r.PathValue("b")
	if in.Get("what") == "two" {
		if err := s.svc.DismissPair(ctx, p.Actor, a, b); err != nil {
			return err
		}
		return page.Done(w, r, pairsPath, "persons.rights.done")
	}
	from, to := a, b
	if in.Get("keep") == a {
		from, to = b, a
	}
	id, err := s.svc.ProposeMerge(ctx, p.Actor, from, to, in.Get("words"))
	if err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.pairPage(w, r, in, problem)
	}
	return page.Done(w, r, mergesPath+"/"+id, "persons.merge.proposed")
}

func (s site) merges(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	state := q.Get("xem")
	if state == "" {
		state = core.MergeAsked
	}
	all, err := s.svc.ListMerges(r.Context(), p.Actor, state, q.Get("before"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.merge.title"), nil, mergesBody(p, state, all))
}

func (s site) merge(w http.ResponseWriter, r *http.Request) error {
	return s.mergePage(w, r, typed{}, nil)
}

func (s site) mergePage(w http.ResponseWriter, r *http.Request, in typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	m, err := s.svc.GetMerge(r.Context(), p.Actor, r.PathValue("merge"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.merge.one"), problem, mergeBody(p, m, in, problem))
}

// decideMerge confirms, refuses or undoes a merge.
func (s site) decideMerge(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	p, ctx, id := page.From(r.Context()), r.Context(), r.PathValue("merge")
	if what := in.Get("what"); what == "undo" {
		err = s.svc.UndoMerge(ctx, p.Actor, id, in.Get("words"))
	} else {
		err = s.svc.DecideMerge(ctx, p.Actor, id, what == "confirm", in.Get("words"))
	}
	if err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.mergePage(w, r, in, problem)
	}
	return page.Done(w, r, mergesPath+"/"+url.PathEscape(id), "persons.rights.done")
}

// sideRows are two persons beside each other; in what they differ is marked.
func sideRows(p page.Page, all []core.Side) (rows []ui.WorkRow) {
	for _, s := range all {
		same := ui.WorkCell{Text: p.T("persons.side.differs"), Tone: ui.ToneSoon}
		if s.Same {
			same = ui.WorkCell{Text: p.T("persons.side.same")}
		}
		from, to := s.From, s.To
		if s.What == "born" {
			from, to = shownDay(from), shownDay(to)
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: p.T("persons.side." + s.What)}, {Text: dash(from)}, {Text: dash(to)}, same}})
	}
	return rows
}

func dash(value string) string {
	if value == "" {
		return "–"
	}
	return value
}
