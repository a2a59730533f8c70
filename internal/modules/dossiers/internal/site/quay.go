// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

// quayPath is where the forms of the counter stand on one page each. With a
// script they go on without a line (docs/adr/0056).
const quayPath = "/quay"

func (s site) wholeForm(w http.ResponseWriter, r *http.Request) error {
	c, err := s.svc.CounterForm(r.Context(), procedures.ID(r.PathValue("procedure")))
	if err != nil {
		return err
	}
	return s.wholePage(w, r, c, quayVault{key: id.New()})
}

func (s site) wholePage(w http.ResponseWriter, r *http.Request, c core.CounterForm, v quayVault) error {
	p := page.From(r.Context())
	v.largest = s.svc.Largest()
	return show(w, r, page.View{
		Title: p.T("dossiers.page.quay.title", "name", c.Procedure.Name), Desk: true, Before: back(p, "/tiep-nhan/quay"), Body: wholeBody(p, c, communeItems(p, c), v),
	}, v.wrong)
}

// takenIn is the answer to a script: what became of what it has sent.
type takenIn struct {
	State  string   `json:"state"` // accepted, sent, draft; files: nothing was kept, and Missing has to be uploaded first
	Code   string   `json:"code"`
	To     string   `json:"to"`
	Wrongs []string `json:"wrongs"`

	Missing []string `json:"missing,omitempty"` // hashes
}

// takeWhole takes a form of the counter, now or after the line was down. At the
// counter a dossier is accepted at once.
func (s site) takeWhole(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	in := core.TakenIn{
		Key: form.Get("key"), Procedure: procedures.ID(r.PathValue("procedure")), Case: form.Get(caseInput), Parties: partiesFrom(form), Inputs: inputsOf(form), Handed: handedIn(form), Vault: tickedIn(form), Present: form.Get(presentInput) != "",
	}
	if in.Files, err = takenFiles(form); err != nil {
		return err
	}
	taken, err := s.svc.TakeIn(r.Context(), p.Actor, in)
	if err != nil {
		return err
	}
	if len(taken.Missing) > 0 {
		return sayTaken(w, takenIn{State: "files", Wrongs: []string{}, Missing: taken.Missing})
	}
	said := takenIn{State: "draft", To: at("nhap", string(taken.ID), "kiem-tra"), Wrongs: []string{}}
	if taken.Done != nil {
		said.State, said.Code, said.To = "sent", taken.Done.Reference, at("xu-ly", string(taken.ID))
		info, err := s.svc.Accept(r.Context(), p.Actor, taken.ID)
		switch {
		case err == nil:
			said.State, said.Code, said.To = "accepted", info.Code, at("tiep-nhan", string(taken.ID), "xong")
		case errors.Is(err, dossiers.ErrAlreadyAccepted): // its answer was lost
			said.State, said.To = "accepted", at("tiep-nhan", string(taken.ID), "xong")
			found, _, err := s.svc.FindCode(r.Context(), p.Actor, said.Code)
			if err != nil {
				return err
			}
			said.Code = codeOf(found)
		case errs.KindOf(err) == errs.Internal:
			return err
		}
	} else {
		if said.Wrongs, err = s.wrongs(r, taken.ID, taken.Why); err != nil {
			return err
		}
	}
	if !strings.Contains(r.Header.Get("Accept"), "application/json") {
		return web.SeeOther(w, r, said.To)
	}
	return sayTaken(w, said)
}

func sayTaken(w http.ResponseWriter, said takenIn) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(said)
}

// takenFiles are the files that a script has uploaded before, each as JSON.
func takenFiles(form url.Values) (all []core.TakenFile, err error) {
	for _, one := range form[fileInput] {
		var f struct{ Paper, SHA256, Upload string }
		if err := json.Unmarshal([]byte(one), &f); err != nil {
			return nil, web.ErrMalformed.Because(err)
		}
		all = append(all, core.TakenFile(f))
	}
	return all, nil
}

// shownWrongs is how many mistakes are named; the page of all answers has the others.
const shownWrongs = 3

// wrongs says in words why something stayed a draft.
func (s site) wrongs(r *http.Request, draft dossiers.ID, why error) ([]string, error) {
	p, told := page.From(r.Context()), web.Problem(why)
	p.Site.Explain(r, told)
	if len(told.Fields) == 0 {
		return []string{told.Detail}, nil
	}
	d, result, err := s.svc.Check(r.Context(), p.Actor, draft)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, item := range missingIn(p, routeOf(p, d), result) {
		all = append(all, item.Text)
	}
	if n := len(all) - shownWrongs; n > 0 {
		all = append(all[:shownWrongs], p.T("dossiers.page.quay.more", "n", n))
	}
	return all, nil
}

// The inputs of the page that are no answers of the form.
const (
	sheetsPrefix = "sheets-"
	fileInput    = "taken-file" // what a script has uploaded
)

func inputsOf(form url.Values) url.Values {
	out := url.Values{}
	for name, values := range form {
		if name != "key" && name != "qr" && name != caseInput && name != fileInput && name != vaultShown && name != presentInput && !strings.HasPrefix(name, vaultPrefix) && !strings.HasPrefix(name, sheetsPrefix) && !strings.HasPrefix(name, "owner.") && !strings.HasPrefix(name, "submitter.") {
			out[name] = values
		}
	}
	return out
}

// handedIn counts the sheets of each paper, one original where it is only ticked.
func handedIn(form url.Values) map[string]core.Handed {
	out := map[string]core.Handed{}
	for name, values := range form {
		paper, found := strings.CutPrefix(name, sheetsPrefix)
		n, err := strconv.Atoi(strings.Join(values[:1], ""))
		if found && err == nil && n != 0 {
			out[paper] = core.Handed{Original: n}
		}
	}
	return out
}
