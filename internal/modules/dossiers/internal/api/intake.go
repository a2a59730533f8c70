// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/web"
)

func (o operations) intake() []web.Route {
	supplying := needs(dossiers.PermOwn, dossiers.PermAccept, dossiers.PermProcess)
	return []web.Route{
		web.Operation("POST /api/v1/intake", "Keep what was written down at the counter as a draft, and send it if nothing is wrong; the same Idempotency-Key is the same draft and dossier",
			needs(dossiers.PermAccept), o.takeIn),
		web.Operation("POST /api/v1/procedures/{procedure}/counter-vault", "What the vault of the person at the counter holds for the papers of a procedure; that they are there, and the look, are recorded",
			needs(dossiers.PermAccept), o.listAtQuay),
		web.Operation("GET /api/v1/mail", "Envelopes that were opened at one's units, the newest first, and what became of them", needs(dossiers.PermAccept), o.listMail),
		web.Operation("PUT /api/v1/dossiers/{id}/receipt-letter", "With which letter the receipt of a dossier that came by post goes back", needs(dossiers.PermAccept), o.sendLetter),
		web.Operation("GET /api/v1/dossiers/{id}/supplement/vault", "What the vault of the owner holds of what is missing; what an official is shown is recorded", supplying, o.listMissing),
		web.Operation("POST /api/v1/dossiers/{id}/supplement/papers/{paper}/vault", "Take a paper of the vault instead of bringing it again", supplying, o.takeMissing),
		web.Operation("DELETE /api/v1/dossiers/{id}/supplement/vault/{attachment}", "Take it out again, before the answer is sent", supplying, o.dropMissing),
	}
}

type takeIn struct {
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"chosen by the device, once for each dossier"`
	Body struct {
		Procedure string                  `json:"procedure" maxLength:"100"`
		Case      string                  `json:"case,omitempty" maxLength:"100" doc:"which case of the procedure it is"`
		Parties   dossierParties          `json:"parties"`
		Inputs    map[string][]string     `json:"inputs,omitempty" doc:"text for each input, as a browser sends it"`
		Handed    map[string]handedSheets `json:"handed,omitempty" doc:"sheets handed over, by paper"`
		Vault     map[string][]string     `json:"vault,omitempty" doc:"papers of the vault of the owner, by paper"`
		Present   bool                    `json:"present,omitempty" doc:"the person stands at the counter; needed for papers of the vault"`
		Mail      *mailIn                 `json:"mail,omitempty" doc:"the envelope in which it came; absent: the person was there"`
		Files     []takenFile             `json:"files,omitempty" maxItems:"30" doc:"files that were uploaded before"`
	}
}

type takenFile struct {
	Paper  string `json:"paper" maxLength:"100"`
	SHA256 string `json:"sha256" maxLength:"64" doc:"of the content, in hexadecimal; the same file is not attached twice"`
	Upload string `json:"upload" maxLength:"100" doc:"of POST /api/v1/uploads, complete; another one when it is sent again is the same file"`
}

type takenOut struct {
	Body struct {
		ID        string   `json:"id" doc:"empty: nothing was kept, because files are missing"`
		Missing   []string `json:"missing,omitempty" doc:"hashes of files that have to be uploaded before the same is sent again"`
		Sent      bool     `json:"sent" doc:"no: there is a draft, and GET /api/v1/drafts/{id}/check says what is wrong with it"`
		Reference string   `json:"reference,omitempty"`
	}
}

func (o operations) takeIn(ctx context.Context, in *takeIn) (*takenOut, error) {
	t := core.TakenIn{
		Key: in.Key, Procedure: procedures.ID(in.Body.Procedure), Case: in.Body.Case, Parties: in.Body.Parties.core(), Inputs: in.Body.Inputs, Handed: map[string]core.Handed{},
		Vault: in.Body.Vault, Present: in.Body.Present, Mail: in.Body.Mail.core(),
	}
	for paper, h := range in.Body.Handed {
		t.Handed[paper] = core.Handed(h)
	}
	for _, f := range in.Body.Files {
		t.Files = append(t.Files, core.TakenFile(f))
	}
	taken, err := o.svc.TakeIn(ctx, identity.From(ctx), t)
	if err != nil {
		return nil, err
	}
	out := &takenOut{}
	out.Body.ID, out.Body.Missing = string(taken.ID), taken.Missing
	if taken.Done != nil {
		out.Body.Sent, out.Body.Reference = true, taken.Done.Reference
	}
	return out, nil
}
