// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const (
	paperPrefix  = "paper-"
	uploadPrefix = "upload-" // before the paper, and as value a file that came in parts
)

// given is what was added for one paper.
type given struct {
	paper procedures.Paper
	files []core.Attachment
	hand  core.Handed
	vault []dossiers.Holding // what the vault of the owner holds for it
}

func givenIn(papers []procedures.Paper, all []core.Attachment) []given {
	out := make([]given, len(papers))
	for i, paper := range papers {
		out[i].paper = paper
		for _, a := range all {
			switch {
			case a.Paper != paper.ID:
			case a.File != nil:
				out[i].files = append(out[i].files, a)
			default:
				out[i].hand = core.Handed{Original: a.Original, Copy: a.Copy, Certified: a.Certified}
			}
		}
	}
	return out
}

func (g given) there() bool { return len(g.files) > 0 || g.hand != core.Handed{} }

// made reports whether a paper is made from the answers, and nothing was brought in its place:
// then nobody is asked for a file.
func (g given) made(way route) bool {
	return g.paper.ByForm && !atCounter(way.draft) && len(g.files) == 0
}

func (g given) state(p page.Page) *ui.TagParams {
	switch {
	case g.fromVault():
		return &ui.TagParams{Text: p.T("dossiers.page.vault.taken"), Classes: "ts-tag--ok"}
	case len(g.files) > 0:
		return &ui.TagParams{Text: p.T("dossiers.page.paper.files", "n", len(g.files)), Classes: "ts-tag--ok"}
	case g.there():
		return &ui.TagParams{Text: p.T("dossiers.page.paper.handed"), Classes: "ts-tag--ok"}
	case g.paper.ByForm:
		return &ui.TagParams{Text: p.T("dossiers.page.paper.by_form"), Classes: "ts-tag--ok"}
	case g.paper.Required:
		return &ui.TagParams{Text: p.T("dossiers.page.paper.missing"), Classes: "ts-tag--soon"}
	}
	return &ui.TagParams{Text: p.T("dossiers.page.paper.optional"), Classes: "ts-tag--plain"}
}

func (s site) papers(w http.ResponseWriter, r *http.Request) error {
	d, err := s.draftOf(w, r)
	if err != nil {
		return unless(err)
	}
	return s.papersPage(w, r, d, nil)
}

func (s site) papersPage(w http.ResponseWriter, r *http.Request, d core.Draft, wrong *problem) error {
	p := page.From(r.Context())
	way := routeOf(p, d)
	offers, err := s.svc.ListHoldings(r.Context(), p.Actor, d.ID)
	if err != nil {
		return err
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.papers.title"), Desk: atCounter(d), Before: back(p, way.before("giay-to")), Body: papersBody(p, way, withVault(givenIn(d.Procedure.Papers, d.Papers), offers), s.svc.Largest(), wrong),
	}, wrong)
}

// savePapers takes all files and counts of the page at once. What was received
// stays, whatever comes after it.
func (s site) savePapers(w http.ResponseWriter, r *http.Request) error {
	d, err := s.draftOf(w, r)
	if err != nil {
		return unless(err)
	}
	up := upload{s, r, d, invalid(), url.Values{}, map[string]bool{}, func(paper, name string, content io.Reader) error {
		_, err := s.svc.Attach(r.Context(), page.From(r.Context()).Actor, d.ID, paper, name, content)
		return err
	}, func(paper, upload string) (string, error) {
		actor := page.From(r.Context()).Actor
		u, err := s.svc.GetUpload(r.Context(), actor, upload)
		if err == nil {
			_, err = s.svc.AttachUpload(r.Context(), actor, d.ID, paper, upload)
		}
		if errs.KindOf(err) == errs.Invalid { // it will never be taken
			err = errors.Join(err, s.svc.DropUpload(r.Context(), actor, upload))
		}
		return u.Name, err
	}}
	if err := up.receive(); err != nil {
		return unless(s.led(w, r, d.ID, err))
	}
	if err := up.act(); err != nil {
		return unless(s.led(w, r, d.ID, err))
	}
	p := page.From(r.Context())
	if d, err = s.svc.GetDraft(r.Context(), p.Actor, d.ID); err != nil {
		return err
	}
	if len(up.wrong.Items) == 0 && up.form.Get("do") == "next" {
		if err := up.complete(); err != nil {
			return err
		}
	}
	if len(up.wrong.Items) > 0 {
		return s.papersPage(w, r, d, up.wrong)
	}
	path := routeOf(p, d).path("giay-to")
	switch up.form.Get("do") {
	case "later":
		return page.Done(w, r, later(d), "dossiers.page.draft.saved")
	case "next":
		return web.SeeOther(w, r, onward(p, d, "giay-to", url.Values{}))
	}
	return page.Done(w, r, path, "dossiers.page.papers.saved")
}

// upload is one sending of the page of papers.
type upload struct {
	site  site
	r     *http.Request
	draft core.Draft
	wrong *problem
	form  url.Values
	added map[string]bool // papers to which a file came
	keep  func(paper, name string, content io.Reader) error
	whole func(paper, upload string) (name string, err error) // nil: files come with the form only
}

// maxValue bounds what is not a file.
const maxValue = 4 << 10

func (u upload) receive() error {
	parts, err := u.r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		u.copy()
		return nil
	}
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken(err)
		}
		if err := u.take(part); err != nil {
			return err
		}
	}
}

// copy takes what came without files.
func (u upload) copy() {
	if u.r.ParseForm() == nil {
		maps.Copy(u.form, u.r.PostForm)
	}
}

func broken(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return err
	}
	return files.ErrInterrupted.Because(err)
}

func (u upload) take(part *multipart.Part) error {
	paper, isPaper := strings.CutPrefix(part.FormName(), paperPrefix)
	if !isPaper {
		value, err := io.ReadAll(io.LimitReader(part, maxValue))
		if err != nil {
			return broken(err)
		}
		if paper, came := strings.CutPrefix(part.FormName(), uploadPrefix); came && u.whole != nil {
			return u.attach(paper, string(value))
		}
		u.form.Add(part.FormName(), string(value))
		return nil
	}
	if part.FileName() == "" {
		return nil
	}
	err := u.keep(paper, part.FileName(), part)
	if err == nil {
		u.added[paper] = true
		return nil
	}
	return u.refused(paperPrefix+paper, part.FileName(), err)
}

// attach adds a file that came in parts before the form was sent.
func (u upload) attach(paper, id string) error {
	name, err := u.whole(paper, id)
	switch {
	case err == nil:
		u.added[paper] = true
		return nil
	case errors.Is(err, files.ErrNoUpload): // the form was sent twice
		return nil
	}
	return u.refused(paperPrefix+paper, name, err)
}

// refused says beside the paper what is wrong with a file, by its name.
func (u upload) refused(name, file string, err error) error {
	if errs.KindOf(err) != errs.Invalid && errs.KindOf(err) != errs.TooLarge {
		return err
	}
	p := page.From(u.r.Context())
	told := web.Problem(err)
	p.Site.Explain(u.r, told)
	u.wrong.add(name, p.T("dossiers.page.papers.refused", "file", file, "why", told.Detail))
	return nil
}

// act does what the pressed button says besides receiving, and notes the sheets
// that were handed over.
func (u upload) act() error {
	p := page.From(u.r.Context())
	do, attachment, _ := strings.Cut(u.form.Get("do"), ":")
	if do == "replace" {
		i := slices.IndexFunc(u.draft.Papers, func(a core.Attachment) bool { return a.ID == attachment })
		if i >= 0 && !u.added[u.draft.Papers[i].Paper] {
			if len(u.wrong.Items) == 0 {
				u.wrong.add(paperPrefix+u.draft.Papers[i].Paper, p.T("dossiers.page.papers.choose_first"))
			}
			return nil
		}
	}
	if do == "remove" || do == "replace" {
		if err := u.site.svc.Detach(u.r.Context(), p.Actor, u.draft.ID, attachment); err != nil && !errors.Is(err, dossiers.ErrNoPaper) {
			return err
		}
	}
	if err := u.tick(); err != nil {
		return err
	}
	if !atCounter(u.draft) {
		return nil
	}
	for _, g := range givenIn(u.draft.Procedure.Papers, u.draft.Papers) {
		if err := u.handed(g); err != nil {
			return err
		}
	}
	return nil
}

func (u upload) handed(g given) error {
	p := page.From(u.r.Context())
	now := core.Handed{}
	for kind, to := range map[string]*int{"original": &now.Original, "copy": &now.Copy, "certified": &now.Certified} {
		value := strings.TrimSpace(u.form.Get(kind + "-" + g.paper.ID))
		if value == "" {
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			u.wrong.add(paperPrefix+g.paper.ID, p.T("dossiers.page.papers.bad_count", "name", g.paper.Name))
			return nil //nolint:nilerr // said beside the paper
		}
		*to = n
	}
	if now == g.hand {
		return nil
	}
	err := u.site.svc.HandIn(u.r.Context(), p.Actor, u.draft.ID, g.paper.ID, now)
	if errs.KindOf(err) == errs.Invalid {
		u.wrong.add(paperPrefix+g.paper.ID, p.T("dossiers.page.papers.bad_count", "name", g.paper.Name))
		return nil
	}
	return err
}

// complete says which papers are missing, as the check before sending would.
func (u upload) complete() error {
	p := page.From(u.r.Context())
	_, result, err := u.site.svc.Check(u.r.Context(), p.Actor, u.draft.ID)
	if err != nil {
		return err
	}
	for _, f := range result.Errors {
		id, isPaper := strings.CutPrefix(f.Name, paperPrefix)
		i := slices.IndexFunc(u.draft.Procedure.Papers, func(paper procedures.Paper) bool { return paper.ID == id })
		if isPaper && i >= 0 {
			u.wrong.add(f.Name, p.T("dossiers.page.papers.still_missing", "name", u.draft.Procedure.Papers[i].Name))
		}
	}
	return nil
}
