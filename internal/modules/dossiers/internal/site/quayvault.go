// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/id"
)

// presentInput says that the person stands at the counter.
const presentInput = "co-mat"

// quayVault is the vault of the person in front of the clerk, on the page of the
// whole form. It is looked into first: nothing else is typed by then.
type quayVault struct {
	key     string // of the page
	owner   core.Party
	present bool
	looked  bool
	offers  []core.Offer
	largest int64 // bytes of one file
	wrong   *problem
}

// given is what the vault holds for a paper.
func (v quayVault) given(paper procedures.Paper) given {
	g := given{paper: paper}
	if i := slices.IndexFunc(v.offers, func(o core.Offer) bool { return o.Paper == paper.ID }); i >= 0 {
		g.vault = v.offers[i].Holdings
	}
	return g
}

func (s site) lookAtQuay(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	c, err := s.svc.CounterForm(r.Context(), procedures.ID(r.PathValue("procedure")))
	if err != nil {
		return err
	}
	v := quayVault{key: form.Get("key"), present: form.Get(presentInput) != "", owner: core.Party{Kind: identity.Individual, Name: form.Get("kho-name"), Number: form.Get("kho-number")}}
	if !id.Valid(v.key) {
		v.key = id.New()
	}
	if v.offers, err = s.svc.ListAtQuay(r.Context(), page.From(r.Context()).Actor, core.AtQuay{Key: v.key, Procedure: c.Procedure.ID, Owner: v.owner, Present: v.present}); err != nil {
		if v.wrong, err = wrongWith(r, err, "kho-number"); err != nil {
			return err
		}
		v.wrong.moved(map[string]string{"owner.number": "kho-number", "owner.name": "kho-name", "present": presentInput})
		return s.wholePage(w, r, c, v)
	}
	v.looked = true
	return s.wholePage(w, r, c, v)
}

// moved makes problems lead to controls of other names.
func (w *problem) moved(names map[string]string) {
	for from, to := range names {
		for i, item := range w.Items {
			if item.Href == "#"+from {
				w.Items[i].Href = "#" + to
			}
		}
		if text, found := w.fields[from]; found {
			w.fields[to] = text
		}
	}
}

// tickedIn are the papers of the vault that were ticked, by paper of the procedure.
func tickedIn(form url.Values) map[string][]string {
	out := map[string][]string{}
	for name, values := range form {
		if paper, found := strings.CutPrefix(name, vaultPrefix); found && len(values) > 0 {
			out[paper] = values
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
