// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// again is after how many seconds the page that waits asks for itself again: a
// header, so that it needs no script.
const again = "4"

// waiting is the page of who is asked to approve on the phone.
func (s site) waiting(w http.ResponseWriter, r *http.Request) error {
	return s.waitingPage(w, r, nil)
}

func (s site) waitingPage(w http.ResponseWriter, r *http.Request, wrong *problem) error {
	p := page.From(r.Context())
	v, err := s.svc.GetSigning(r.Context(), p.Actor, r.PathValue("request"))
	if err != nil {
		return err
	}
	switch {
	case v.ByCard && v.ToSign(): // a script may be at work: the page stays
		web.Connect(w, s.Card)
	case !v.Settled() && wrong == nil:
		w.Header().Set("Refresh", again)
	}
	w.Header().Set("Cache-Control", "no-store")
	return show(w, r, page.View{Title: p.T(signingTitle(v)), Desk: true, Body: waitingBody(p, v, s.Card, wrong)}, wrong)
}

func (s site) cancelSigning(w http.ResponseWriter, r *http.Request) error {
	request := r.PathValue("request")
	if err := s.svc.CancelSigning(r.Context(), page.From(r.Context()).Actor, request); err != nil {
		wrong, err := wrongWith(r, err, "")
		if err != nil {
			return err
		}
		return s.waitingPage(w, r, wrong)
	}
	return page.Done(w, r, at("ky", "cho", request), "dossiers.page.signing.cancelled_now")
}

func signingTitle(v core.SigningState) string {
	switch {
	case v.State.Open() && v.ByCard:
		return "dossiers.page.card.title"
	case v.State.Open():
		return "dossiers.page.signing.title"
	case !v.Settled():
		return "dossiers.page.signing.finishing"
	case v.State == requests.Approved && len(unusedOf(v)) > 0:
		return "dossiers.page.signing.partly"
	}
	return "dossiers.page.signing.state." + string(v.State)
}

func unusedOf(v core.SigningState) (all []core.SigningItem) {
	for _, i := range v.Items {
		if i.State == core.SignatureUnused {
			all = append(all, i)
		}
	}
	return all
}

// minutesLeft is how long there is to approve.
func minutesLeft(p page.Page, v core.SigningState) string {
	left := v.ExpiresAt.Sub(p.Now).Round(time.Second)
	if left <= 0 {
		return p.T("dossiers.page.signing.no_time")
	}
	return p.T("dossiers.page.signing.left", "minutes", int(left.Minutes()), "seconds", int(left.Seconds())%60)
}

// whyText says why a signature is not there.
func whyText(p page.Page, code string) string {
	text := p.T(code)
	if strings.ContainsAny(text, "{}") || text == code { // it needs what was not kept
		return p.T("dossiers.signing.changed")
	}
	return text
}

// itemTag is how far one dossier of a request is.
func itemTag(p page.Page, v core.SigningState, i core.SigningItem) ui.TagParams {
	switch {
	case i.State == core.SignatureUsed:
		return ui.TagParams{Text: p.T("dossiers.page.signing.item.used"), Classes: "ts-tag--ok"}
	case i.State == core.SignatureUnused:
		return ui.TagParams{Text: p.T("dossiers.page.signing.item.unused"), Classes: "ts-tag--late"}
	case v.ByCard:
		return cardTag(p, i)
	case v.State.Open():
		return ui.TagParams{Text: p.T("dossiers.page.signing.item.open"), Classes: "ts-tag--soon"}
	}
	return ui.TagParams{Text: p.T("dossiers.page.signing.item.finishing"), Classes: "ts-tag--soon"}
}
