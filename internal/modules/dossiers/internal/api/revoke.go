// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net/http"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

func (o operations) revocations() []web.Route {
	ask, sign := needs(dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue), needs(dossiers.PermSign)
	return []web.Route{
		web.Operation("GET /api/v1/revocations", "Results that one is asked to take back, the oldest first", sign, o.listRevocations),
		web.Operation("POST /api/v1/dossiers/{id}/revocations", "Ask a leader to take the issued result back", ask, o.retract),
		web.Operation("POST /api/v1/dossiers/{id}/revocations/{revocation}/decision", "Take the result back, or decline with the words why; never by who has asked", sign, o.decideRevocation),
		web.Operation("DELETE /api/v1/dossiers/{id}/revocations/{revocation}", "Take back what one has asked for oneself", ask, o.dropRevocation),
		web.RawOperation("GET /api/v1/dossiers/{id}/revocations/{revocation}/file", "A result that counts no more, as it was issued", readers(), givesFile([]string{string(files.PDF)}, purposeParam()), o.revokedFile),
	}
}

// DossierRevocation is that an issued result was, or shall be, taken back.
type DossierRevocation struct {
	ID         string  `json:"id"`
	Number     string  `json:"number" doc:"of the result"`
	Renew      bool    `json:"renew" doc:"a new result replaces it"`
	Days       int     `json:"days,omitempty" doc:"working days until then"`
	Reason     string  `json:"reason"`
	Decision   string  `json:"decision" doc:"the paper by which it is taken back"`
	Asker      string  `json:"asker"`
	AskedAt    db.Time `json:"asked_at"`
	State      string  `json:"state" enum:"open,agreed,declined,dropped"`
	Words      string  `json:"words,omitempty" doc:"why it was declined"`
	Ender      string  `json:"ender,omitempty"`
	EndedAt    db.Time `json:"ended_at"`
	Making     bool    `json:"making" doc:"the new one is being made"`
	NewNumber  string  `json:"new_number,omitempty" doc:"of what replaces it"`
	ReplacedAt db.Time `json:"replaced_at"`
}

func toRevocation(m core.Revocation) DossierRevocation {
	return DossierRevocation{
		m.ID, m.Number, m.Renew, m.Days, m.Reason, m.Decision, m.Asker, m.AskedAt, string(m.State), m.Words, m.Ender, m.EndedAt, m.Making, m.NewNumber, m.ReplacedAt,
	}
}

func toRevocations(all []core.Revocation) []DossierRevocation {
	out := []DossierRevocation{}
	for _, m := range all {
		out = append(out, toRevocation(m))
	}
	return out
}

// RevokedResult is a result that counts no more, as the public may know it.
type RevokedResult struct {
	Number    string  `json:"number"`
	At        db.Time `json:"at"`
	Making    bool    `json:"making" doc:"a new one is being made"`
	NewNumber string  `json:"new_number,omitempty" doc:"of what replaces it"`
}

func toRevoked(all []core.RevokedResult) []RevokedResult {
	out := []RevokedResult{}
	for _, m := range all {
		out = append(out, RevokedResult(m))
	}
	return out
}

// RevocationItem is a revocation with the dossier it is about.
type RevocationItem struct {
	DossierRevocation
	Dossier DossierSummary `json:"dossier"`
}

type revocationsOut struct {
	Body struct {
		Items []RevocationItem `json:"items"`
		Next  string           `json:"next,omitempty"`
	}
}

func (o operations) listRevocations(ctx context.Context, in *PageIn) (*revocationsOut, error) {
	page, err := o.svc.ListRevocations(ctx, identity.From(ctx), in.After)
	if err != nil {
		return nil, err
	}
	out := &revocationsOut{}
	out.Body.Items, out.Body.Next = []RevocationItem{}, page.Next
	for _, i := range page.Items {
		out.Body.Items = append(out.Body.Items, RevocationItem{toRevocation(i.Revocation), toSummary(i.Dossier)})
	}
	return out, nil
}

type retractIn struct {
	One
	Body struct {
		Reason   string `json:"reason" maxLength:"8000" doc:"people read it"`
		Decision string `json:"decision" maxLength:"2000" doc:"the paper by which it is taken back: number and day"`
		Renew    bool   `json:"renew,omitempty" doc:"a new result replaces it"`
		Days     int    `json:"days,omitempty" doc:"working days until then"`
	}
}

type retractOut struct {
	Body struct {
		Revocation string `json:"revocation" doc:"its id"`
	}
}

func (o operations) retract(ctx context.Context, in *retractIn) (*retractOut, error) {
	dossier, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	out := &retractOut{}
	out.Body.Revocation, err = o.svc.AskRevocation(ctx, identity.From(ctx), dossier, core.Retraction(in.Body))
	return out, err
}

// OneRevocation names a revocation about a dossier.
type OneRevocation struct {
	One
	Revocation string `path:"revocation" maxLength:"36"`
}

func (in OneRevocation) ids() (dossiers.ID, string, error) {
	dossier, err := dossiers.ParseID(in.ID)
	if err == nil && !id.Valid(in.Revocation) {
		err = dossiers.ErrNoMotion
	}
	return dossier, in.Revocation, err
}

type decideRevocationIn struct {
	OneRevocation
	Body struct {
		Agree bool   `json:"agree"`
		Words string `json:"words,omitempty" maxLength:"8000" doc:"why not"`
	}
}

func (o operations) decideRevocation(ctx context.Context, in *decideRevocationIn) (*nothing, error) {
	dossier, revocation, err := in.ids()
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DecideRevocation(ctx, identity.From(ctx), dossier, revocation, core.Verdict{Agree: in.Body.Agree, Words: in.Body.Words})
}

func (o operations) dropRevocation(ctx context.Context, in *OneRevocation) (*nothing, error) {
	dossier, revocation, err := in.ids()
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DropRevocation(ctx, identity.From(ctx), dossier, revocation)
}

func (o operations) revokedFile(w http.ResponseWriter, r *http.Request) error {
	dossier, revocation, err := OneRevocation{One{r.PathValue("id")}, r.PathValue("revocation")}.ids()
	if err != nil {
		return err
	}
	content, f, err := o.svc.RevokedFile(r.Context(), identity.From(r.Context()), dossier, revocation, why(r))
	if err != nil {
		return err
	}
	return send(w, r, content, f)
}
