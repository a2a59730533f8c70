// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/web"
)

// freeLines is how many things besides the papers of the procedure one request
// can name on the page; programs can name more.
const freeLines = 3

// withExtra adds the place of files that answer a line without a paper.
func withExtra(papers []procedures.Paper) []procedures.Paper {
	return append(slices.Clip(papers), procedures.Paper{ID: core.ExtraPaper, Name: i18n.Text{VI: "Giấy tờ bổ sung khác", EN: "Other papers added"}})
}

// withProof adds also the places of the document that shows a payment to another agency, of
// the papers of heirs, and of what came from an older system.
func withProof(papers []procedures.Paper) []procedures.Paper {
	return append(
		withExtra(papers), procedures.Paper{ID: core.ProofPaper, Name: i18n.Text{VI: "Chứng từ nộp tiền", EN: "Document of a payment"}},
		procedures.Paper{ID: core.HeirPaper, Name: i18n.Text{VI: "Giấy tờ thừa kế", EN: "Papers of an inheritance"}},
		procedures.Paper{ID: core.OlderPaper, Name: i18n.Text{VI: "Tệp từ hệ thống cũ", EN: "File of the older system"}},
	)
}

// asksFor reads the form; at tells for each thing asked for which line it is.
func asksFor(form url.Values, papers []procedures.Paper) (a core.Ask, at []string) {
	add := func(id string, m core.Missing) {
		m.Why, m.Basis = form.Get("why-"+id), form.Get("basis-"+id)
		a.Missing, at = append(a.Missing, m), append(at, id)
	}
	for _, paper := range papers {
		if slices.Contains(form["missing"], paper.ID) {
			add(paper.ID, core.Missing{Paper: paper.ID})
		}
	}
	for i := range freeLines {
		id := "line-" + strconv.Itoa(i+1)
		if strings.TrimSpace(form.Get("what-"+id)+form.Get("why-"+id)) != "" {
			add(id, core.Missing{What: form.Get("what-" + id)})
		}
	}
	days, err := strconv.Atoi(strings.TrimSpace(form.Get("days")))
	if err != nil {
		days = -1 // not a number: told like one that is too small
	}
	a.Days, a.Again, a.Reason = days, form.Get("again") != "", form.Get("again_reason")
	return a, at
}

// relined makes problems of lines lead to their controls.
func (w *problem) relined(at []string) *problem {
	for i, item := range w.Items {
		n, part, found := strings.Cut(strings.TrimPrefix(item.Href, "#missing["), "].")
		if index, err := strconv.Atoi(n); found && err == nil && index < len(at) {
			w.Items[i].Href = "#" + part + "-" + at[index]
			w.fields[part+"-"+at[index]] = w.fields["missing["+n+"]."+part]
		}
	}
	return w
}

func (s site) ask(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	return s.askPage(w, r, id, nil, nil)
}

func (s site) askPage(w http.ResponseWriter, r *http.Request, id dossiers.ID, form url.Values, wrong *problem) error {
	p := page.From(r.Context())
	f, err := s.svc.Get(r.Context(), p.Actor, id, access.Handling)
	if err != nil {
		return err
	}
	if !f.Can.Ask && wrong == nil {
		return web.SeeOther(w, r, at("xu-ly", string(id)))
	}
	phrases, err := s.svc.ListPhrases(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	if form == nil {
		form = url.Values{}
		if days := s.svc.SupplementDays(f.Received); days > 0 {
			form.Set("days", strconv.Itoa(days))
		}
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.ask.title"), Desk: true, Before: back(p, at("xu-ly", string(id))), Body: askBody(p, f, phrases, form, wrong),
	}, wrong)
}

func (s site) asked(w http.ResponseWriter, r *http.Request) error {
	return s.asking(w, r, func(id dossiers.ID, a core.Ask) error {
		if err := s.svc.AskSupplement(r.Context(), page.From(r.Context()).Actor, id, a); err != nil {
			return err
		}
		return page.Done(w, r, at("xu-ly", string(id)), "dossiers.page.ask.done")
	})
}

func (s site) askPreview(w http.ResponseWriter, r *http.Request) error {
	return s.asking(w, r, func(id dossiers.ID, a core.Ask) error {
		slip, err := s.svc.PreviewSupplement(r.Context(), page.From(r.Context()).Actor, id, a)
		if err != nil {
			return err
		}
		return givePDF(w, "phieu-bo-sung.pdf", slip)
	})
}

func (s site) asking(w http.ResponseWriter, r *http.Request, do func(dossiers.ID, core.Ask) error) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	f, err := s.svc.Get(r.Context(), p.Actor, id, access.Handling)
	if err != nil {
		return err
	}
	a, lines := asksFor(form, f.Version.Papers)
	if err := do(id, a); err != nil {
		wrong, err := wrongWith(r, err, "missing")
		if err != nil {
			return err
		}
		return s.askPage(w, r, id, form, wrong.relined(lines))
	}
	return nil
}

// supplyView is the page on which an answer is put together, by a citizen or
// at the counter.
type supplyView struct {
	largest int64 // bytes of one file
	full    core.Full
	path    string
	counter bool
	message string
	present bool // at the counter: the person is there
	offers  []core.Offer
	wrong   *problem
}

func (v supplyView) sized(largest int64) supplyView {
	v.largest = largest
	return v
}

// lines are the papers to add, each once, then the place for everything else.
func (v supplyView) papers() (all []procedures.Paper) {
	last := v.full.Supplements[len(v.full.Supplements)-1]
	for _, paper := range v.full.Version.Papers {
		if slices.ContainsFunc(last.Missing, func(m core.Missing) bool { return m.Paper == paper.ID }) {
			all = append(all, paper)
		}
	}
	return withExtra(all)
}

// since are the files that came after the request.
func (v supplyView) since(paper string) (all []core.Attachment) {
	last := v.full.Supplements[len(v.full.Supplements)-1]
	for _, a := range v.full.Papers[min(last.Before, len(v.full.Papers)):] {
		if a.Paper == paper && a.File != nil {
			all = append(all, a)
		}
	}
	return all
}

func (s site) supply(w http.ResponseWriter, r *http.Request) error {
	return s.supplyPage(w, r, supplyView{})
}

func (s site) taking(w http.ResponseWriter, r *http.Request) error {
	return s.supplyPage(w, r, supplyView{counter: true})
}

func (v supplyView) home() string {
	if v.counter {
		return at("xu-ly", string(v.full.ID))
	}
	return at("ho-so", string(v.full.ID))
}

func (s site) supplyPage(w http.ResponseWriter, r *http.Request, v supplyView) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	why, title := access.Own, p.T("dossiers.page.supply.title")
	if v.counter {
		why, title = access.Handling, p.T("dossiers.page.ask.take")
	}
	if v.full, err = s.svc.Get(r.Context(), p.Actor, id, why); err != nil {
		return err
	}
	if !v.full.Can.Supply {
		return web.SeeOther(w, r, v.home())
	}
	if v.path = r.URL.Path; !v.counter || v.present {
		if v.offers, err = s.svc.ListMissingHoldings(r.Context(), p.Actor, id, v.present); err != nil {
			return err
		}
	}
	return show(w, r, page.View{Title: title, Desk: v.counter, Before: back(p, v.home()), Body: supplyBody(p, v.sized(s.svc.Largest()))}, v.wrong)
}

func (s site) supplied(w http.ResponseWriter, r *http.Request) error {
	return s.takeSupply(w, r, supplyView{})
}

func (s site) takeIn(w http.ResponseWriter, r *http.Request) error {
	return s.takeSupply(w, r, supplyView{counter: true})
}

// takeSupply keeps the files that came, and sends the answer unless only files
// were to be received.
func (s site) takeSupply(w http.ResponseWriter, r *http.Request, v supplyView) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	up := upload{s, r, core.Draft{}, invalid(), url.Values{}, map[string]bool{}, func(paper, name string, content io.Reader) error {
		_, err := s.svc.AttachSupplement(r.Context(), p.Actor, id, paper, name, content)
		return err
	}, nil}
	if err := up.receive(); err != nil {
		return err
	}
	v.message, v.present, v.full.ID = up.form.Get("message"), up.form.Get(presentInput) != "", id
	if err := s.tickMissing(r, id, up, v.present); err != nil {
		return err
	}
	if v.counter && up.form.Get("do") == "vault" && !v.present {
		up.wrong.add(presentInput, p.T("dossiers.not_present"))
	}
	if len(up.wrong.Items) > 0 {
		v.wrong = up.wrong
		return s.supplyPage(w, r, v)
	}
	if up.form.Get("do") == "vault" {
		return s.supplyPage(w, r, v)
	}
	if up.form.Get("do") == "upload" || strings.HasPrefix(up.form.Get("do"), "remove:") {
		return page.Done(w, r, r.URL.Path, "dossiers.page.papers.saved")
	}
	if err := s.svc.SupplyMissing(r.Context(), p.Actor, id, core.Supply{Message: v.message}); err != nil {
		if v.wrong, err = wrongWith(r, err, "message"); err != nil {
			return err
		}
		return s.supplyPage(w, r, v)
	}
	return page.Done(w, r, v.home(), "dossiers.page.supply.done")
}

func (s site) supplementSlip(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	slip, err := s.svc.SupplementSlip(r.Context(), p.Actor, id, purpose(p))
	if err != nil {
		return err
	}
	return givePDF(w, "phieu-bo-sung.pdf", slip)
}
