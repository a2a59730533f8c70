// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

func (o operations) phrases() []web.Route {
	either := needs(dossiers.PermAccept, dossiers.PermProcess)
	return []web.Route{
		web.Operation("GET /api/v1/phrases", "What one's unit, those above it and the pack ask of people again and again, with the rule", either, o.listPhrases),
		web.Operation("POST /api/v1/phrases", "Add a phrase to one's unit", either, o.addPhrase),
		web.Operation("PUT /api/v1/phrases/{phrase}", "Change a phrase of one's unit", either, o.changePhrase),
		web.Operation("DELETE /api/v1/phrases/{phrase}", "Take a phrase away; what was written with it stays", either, o.removePhrase),
	}
}

// PhraseBody is what a phrase says, and where it serves.
type PhraseBody struct {
	Kind      string `json:"kind" enum:"supplement,refusal,extension"`
	Procedure string `json:"procedure,omitempty" maxLength:"100" doc:"empty: every one"`
	Paper     string `json:"paper,omitempty" maxLength:"100" doc:"of the procedure; empty: every one"`
	Words     string `json:"words" maxLength:"2000"`
	Basis     string `json:"basis,omitempty" maxLength:"2000" doc:"the rule; it is put to whoever uses the phrase without one"`
}

func (b PhraseBody) core() core.Phrase {
	return core.Phrase{Kind: dossiers.PhraseKind(b.Kind), Procedure: procedures.ID(b.Procedure), Paper: b.Paper, Words: b.Words, Basis: b.Basis}
}

type phraseItem struct {
	PhraseBody
	ID      string    `json:"id"`
	Version int       `json:"version" doc:"given back to change it"`
	Unit    i18n.Text `json:"unit"`
	Mine    bool      `json:"mine" doc:"one may change it"`
	By      string    `json:"by"`
	At      db.Time   `json:"at"`

	Replaces string `json:"replaces,omitempty" doc:"the phrase of the pack in whose place it stands"`
	Pack     string `json:"pack,omitempty" doc:"of one that comes with the pack: its id there; it has no id of its own"`
	Verified bool   `json:"verified,omitempty" doc:"of one of the pack: compared with its source"`
}

type phrasesOut struct {
	Body struct {
		Items []phraseItem `json:"items"`
	}
}

func (o operations) listPhrases(ctx context.Context, _ *nothing) (*phrasesOut, error) {
	all, err := o.svc.ListPhrases(ctx, identity.From(ctx))
	out := &phrasesOut{}
	out.Body.Items = []phraseItem{}
	for _, p := range all {
		out.Body.Items = append(out.Body.Items, phraseItem{PhraseBody{string(p.Kind), string(p.Procedure), p.Paper, p.Words, p.Basis}, p.ID, p.Version, p.Unit, p.Mine, p.By, p.At, p.Replaces, p.Pack, p.Verified})
	}
	return out, err
}

type phraseOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

type addPhraseIn struct {
	Body struct {
		PhraseBody
		Replaces string `json:"replaces,omitempty" maxLength:"100" doc:"a phrase of the pack in whose place it stands for one's unit"`
	}
}

func (o operations) addPhrase(ctx context.Context, in *addPhraseIn) (*phraseOut, error) {
	out := &phraseOut{}
	var err error
	p := in.Body.core()
	p.Replaces = in.Body.Replaces
	out.Body.ID, err = o.svc.SavePhrase(ctx, identity.From(ctx), p)
	return out, err
}

type changePhraseIn struct {
	Phrase string `path:"phrase" maxLength:"36"`
	Body   struct {
		PhraseBody
		Version int `json:"version" doc:"as it was read"`
	}
}

func (o operations) changePhrase(ctx context.Context, in *changePhraseIn) (*phraseOut, error) {
	if !id.Valid(in.Phrase) {
		return nil, dossiers.ErrNoPhrase
	}
	p := in.Body.core()
	p.ID, p.Version = in.Phrase, in.Body.Version
	out := &phraseOut{}
	var err error
	out.Body.ID, err = o.svc.SavePhrase(ctx, identity.From(ctx), p)
	return out, err
}

type onePhrase struct {
	Phrase string `path:"phrase" maxLength:"36"`
}

func (o operations) removePhrase(ctx context.Context, in *onePhrase) (*nothing, error) {
	if !id.Valid(in.Phrase) {
		return nil, dossiers.ErrNoPhrase
	}
	return nil, o.svc.RemovePhrase(ctx, identity.From(ctx), in.Phrase)
}
