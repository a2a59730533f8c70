// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"net/http"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const lettersPath = "/phieu-cho-ky"

// lettering are forms 04 and 05 on their way to be issued.
type lettering interface {
	ListLetters(ctx context.Context, actor identity.Actor, after string) (core.Page[core.Letter], error)
	DoLetter(ctx context.Context, actor identity.Actor, letter string, what core.LetterAct) (core.Signing, error)
}

func (s site) letters(w http.ResponseWriter, r *http.Request) error {
	return s.lettersPage(w, r, nil)
}

func (s site) lettersPage(w http.ResponseWriter, r *http.Request, wrong *problem) error {
	p := page.From(r.Context())
	found, err := s.svc.ListLetters(r.Context(), p.Actor, r.FormValue("after"))
	if err != nil {
		return err
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.letter.title"), Desk: true, Body: lettersBody(p, found, wrong)}, wrong)
}

// doLetter does one thing to a letter, and shows the list again where it cannot be done.
func (s site) doLetter(what core.LetterAct) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		letter := r.PathValue("letter")
		if !id.Valid(letter) {
			return dossiers.ErrNoLetter
		}
		done, err := s.svc.DoLetter(r.Context(), page.From(r.Context()).Actor, letter, what)
		if err != nil {
			wrong, err := wrongWith(r, err, "")
			if err != nil {
				return err
			}
			return s.lettersPage(w, r, wrong)
		}
		if done.Request != "" {
			return web.SeeOther(w, r, at("ky", "cho", done.Request))
		}
		return page.Done(w, r, lettersPath, "dossiers.page.letter.done."+string(what))
	}
}

// nextAct is what a letter waits for.
func nextAct(state dossiers.LetterState) core.LetterAct {
	switch state {
	case dossiers.LetterDrafted:
		return core.LetterInitial
	case dossiers.LetterToSign:
		return core.LetterSign
	case dossiers.LetterSigned, dossiers.LetterIssued:
	}
	return core.LetterIssue
}

// letterAction is the last part of the address of an act.
func letterAction(a core.LetterAct) string {
	return map[core.LetterAct]string{core.LetterInitial: "ky-nhay", core.LetterSign: "ky", core.LetterIssue: "cap-so"}[a]
}

func letterTag(p page.Page, l core.Letter) ui.TagParams {
	return ui.TagParams{Text: p.T("dossiers.page.letter.state." + string(l.State))}
}
