// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) letters() []web.Route {
	return []web.Route{
		web.Operation("GET /api/v1/letters", "Forms 04 and 05 that wait for oneself: for an initial, a signature, or number and seal", needs(dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue), o.listLetters),
		web.Operation("POST /api/v1/letters/{letter}/initial", "Put one's initial on a letter", needs(dossiers.PermProcess), o.doLetter(core.LetterInitial)),
		web.Operation("POST /api/v1/letters/{letter}/sign", "Sign a letter: who has agreed to the motion", needs(dossiers.PermSign), o.doLetter(core.LetterSign)).Proved(10 * time.Minute),
		web.Operation("POST /api/v1/letters/{letter}/issue", "Number, date and seal a letter", needs(dossiers.PermIssue), o.doLetter(core.LetterIssue)),
	}
}

type letterItem struct {
	ID      string         `json:"id"`
	Form    string         `json:"form" enum:"form04,form05"`
	State   string         `json:"state" enum:"drafted,to_sign,signed,issued"`
	Signer  string         `json:"signer"`
	Number  string         `json:"number,omitempty"`
	Changer string         `json:"changer" doc:"who did something last"`
	At      db.Time        `json:"at"`
	Dossier DossierSummary `json:"dossier"`
	Waits   string         `json:"waits,omitempty" doc:"the request for a signature that is waited for"`
}

type lettersOut struct {
	Body struct {
		Items []letterItem `json:"items"`
		Next  string       `json:"next,omitempty"`
	}
}

func (o operations) listLetters(ctx context.Context, in *PageIn) (*lettersOut, error) {
	found, err := o.svc.ListLetters(ctx, identity.From(ctx), in.After)
	out := &lettersOut{}
	out.Body.Items, out.Body.Next = []letterItem{}, found.Next
	for _, l := range found.Items {
		out.Body.Items = append(out.Body.Items, letterItem{l.ID, string(l.Form), string(l.State), l.Signer, l.Number, l.Changer, l.At, toSummary(l.Dossier), l.Waits})
	}
	return out, err
}

type oneLetter struct {
	Letter string `path:"letter" maxLength:"36"`
}

func (o operations) doLetter(what core.LetterAct) func(context.Context, *oneLetter) (*signedOut, error) {
	return func(ctx context.Context, in *oneLetter) (*signedOut, error) {
		return toSigned(o.svc.DoLetter(ctx, identity.From(ctx), in.Letter, what))
	}
}
