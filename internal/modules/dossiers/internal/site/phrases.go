// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const phrasesPath = "/cau-mau"

// phrased is the page of the phrases of a unit.
type phrased struct {
	all   []core.Phrase
	form  url.Values
	edit  string // the phrase that is changed; empty: a new one is added
	wrong *problem

	instead string // the phrase of the pack in whose place the new one stands; empty: in none
}

func (s site) phrases(w http.ResponseWriter, r *http.Request) error {
	form := url.Values{"procedure": {r.FormValue("thu-tuc")}, "kind": {string(dossiers.ForSupplement)}}
	return s.phrasesPage(w, r, phrased{form: form, edit: r.FormValue("sua"), instead: r.FormValue("thay")})
}

func (s site) phrasesPage(w http.ResponseWriter, r *http.Request, v phrased) (err error) {
	p := page.From(r.Context())
	if v.all, err = s.svc.ListPhrases(r.Context(), p.Actor); err != nil {
		return err
	}
	if v.wrong == nil && v.edit != "" {
		for _, one := range v.all {
			if one.ID == v.edit && one.Mine {
				v.form = url.Values{
					"kind": {string(one.Kind)}, "procedure": {string(one.Procedure)}, "paper": {one.Paper}, "words": {one.Words}, "basis": {one.Basis}, "version": {strconv.Itoa(one.Version)},
				}
			}
		}
		if v.form.Get("version") == "" {
			return web.SeeOther(w, r, phrasesPath) // it is gone
		}
	}
	if v.wrong == nil && v.edit == "" && v.instead != "" {
		i := slices.IndexFunc(v.all, func(one core.Phrase) bool { return one.Pack == v.instead })
		if i < 0 {
			return web.SeeOther(w, r, phrasesPath) // another stands in its place already
		}
		one := v.all[i]
		v.form = url.Values{"kind": {string(one.Kind)}, "procedure": {string(one.Procedure)}, "paper": {one.Paper}, "words": {one.Words}, "basis": {one.Basis}}
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.menu.phrases"), Desk: true, Body: phrasesBody(p, v)}, v.wrong)
}

func (s site) savePhrase(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(form.Get("version")) // of a new one there is none
	edit := form.Get("id")
	if edit != "" && !id.Valid(edit) {
		return dossiers.ErrNoPhrase
	}
	if _, err := s.svc.SavePhrase(r.Context(), page.From(r.Context()).Actor, core.Phrase{
		ID: edit, Version: version, Kind: dossiers.PhraseKind(form.Get("kind")), Procedure: procedures.ID(form.Get("procedure")), Paper: form.Get("paper"), Words: form.Get("words"), Basis: form.Get("basis"),
		Replaces: form.Get("replaces"),
	}); err != nil {
		wrong, err := wrongWith(r, err, "words")
		if err != nil {
			return err
		}
		return s.phrasesPage(w, r, phrased{form: form, edit: edit, wrong: wrong, instead: form.Get("replaces")})
	}
	return page.Done(w, r, phrasesPath, "dossiers.page.phrase.saved")
}

func (s site) removePhrase(w http.ResponseWriter, r *http.Request) error {
	phrase := r.PathValue("phrase")
	if !id.Valid(phrase) {
		return dossiers.ErrNoPhrase
	}
	if err := s.svc.RemovePhrase(r.Context(), page.From(r.Context()).Actor, phrase); err != nil {
		return err
	}
	return page.Done(w, r, phrasesPath, "dossiers.page.phrase.removed")
}

// fitting are the phrases that serve for a paper of a procedure.
func fitting(all []core.Phrase, kind dossiers.PhraseKind, procedure procedures.ID, paper string) (found []core.Phrase) {
	for _, one := range all {
		if one.Fits(kind, procedure, paper) {
			found = append(found, one)
		}
	}
	return found
}

// refusalItems are the phrases with which a dossier can be refused.
func refusalItems(p page.Page, all []core.Phrase, procedure procedures.ID) []ui.SelectItem {
	return phraseItems(p, all, dossiers.ForRefusal, procedure)
}

// phraseItems are the phrases of a kind that serve for a procedure.
func phraseItems(p page.Page, all []core.Phrase, kind dossiers.PhraseKind, procedure procedures.ID) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.phrase.none_chosen")}}
	for _, one := range fitting(all, kind, procedure, "") {
		items = append(items, ui.SelectItem{Value: phraseText(one), Text: short(phraseText(one))})
	}
	return items
}

// phraseText is a phrase with the rule that asks for it.
func phraseText(one core.Phrase) string {
	if one.Basis == "" {
		return one.Words
	}
	return one.Words + " (căn cứ: " + one.Basis + ")"
}

// withPhrase puts a phrase that was chosen before the words of a refusal or a motion.
func withPhrase(form url.Values) string {
	phrase, words := form.Get("phrase"), form.Get("reason")
	switch {
	case phrase == "":
		return words
	case words == "":
		return phrase
	}
	return phrase + "\n" + words
}

// proposing makes a control propose phrases.
func proposing(id string, all []core.Phrase) templ.Attributes {
	if len(all) == 0 {
		return nil
	}
	return templ.Attributes{"list": id}
}
