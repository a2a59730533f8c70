// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"net/url"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// One names a draft or a dossier; exported, or huma does not see the parameter
// of who embeds it.
type One struct {
	ID string `path:"id" maxLength:"40"`
}

type nothing struct{}

type draftProblem struct {
	Name string         `json:"name"`
	Code string         `json:"code"`
	Args map[string]any `json:"args,omitempty"`
}

func problems(found []errs.Field) []draftProblem {
	all := make([]draftProblem, len(found))
	for i, f := range found {
		all[i] = draftProblem(f)
	}
	return all
}

type dossierPaper struct {
	ID        string  `json:"id"`
	Paper     string  `json:"paper" doc:"id of the paper in the procedure"`
	File      string  `json:"file,omitempty" doc:"id of the file; none where sheets were handed over"`
	Name      string  `json:"name,omitempty"`
	Type      string  `json:"type,omitempty"`
	Size      int64   `json:"size,omitempty" doc:"bytes"`
	Original  int     `json:"original,omitempty" doc:"sheets handed over"`
	Copy      int     `json:"copy,omitempty"`
	Certified int     `json:"certified,omitempty"`
	AddedAt   db.Time `json:"added_at"`
	ErasedAt  db.Time `json:"erased_at,omitzero" doc:"absent while the file is there"`
	Vault     string  `json:"vault,omitempty" doc:"the paper of the vault it is a copy of"`
}

func toAttachment(a core.Attachment) dossierPaper {
	out := dossierPaper{ID: a.ID, Paper: a.Paper, Original: a.Original, Copy: a.Copy, Certified: a.Certified, AddedAt: a.AddedAt, Vault: a.Vault}
	if a.File != nil {
		out.File, out.Name, out.Type, out.Size = string(a.File.ID), a.File.Name, string(a.File.Type), a.File.Size
		out.ErasedAt = a.File.Erased
	}
	return out
}

func attachments(list []core.Attachment) []dossierPaper {
	all := make([]dossierPaper, len(list))
	for i, a := range list {
		all[i] = toAttachment(a)
	}
	return all
}

type dossierDraft struct {
	ID        string         `json:"id"`
	Procedure string         `json:"procedure"`
	Name      i18n.Text      `json:"name"`
	Case      string         `json:"case,omitempty" doc:"which case of the procedure it is; absent: it has none, or none is chosen yet"`
	Unit      string         `json:"unit"`
	Channel   int            `json:"channel"`
	Parties   dossierParties `json:"parties"`
	Answers   map[string]any `json:"answers"`
	Papers    []dossierPaper `json:"papers"`
	Mail      *mailOpened    `json:"mail,omitempty" doc:"the envelope in which the papers came"`
	Version   int            `json:"version" doc:"counts the changes"`
	SavedAt   db.Time        `json:"saved_at"`
	Problems  []draftProblem `json:"problems,omitempty"`
	Warnings  []draftProblem `json:"warnings,omitempty"`
	Prefill   map[string]any `json:"prefill,omitempty" doc:"answers to offer for questions of steps that nobody has begun, from what is known of the parties; they count only when they are sent as answers"`
	Sources   map[string]any `json:"prefill_sources,omitempty" doc:"where each comes from: account, card or parties"`
}

type draftOut struct{ Body dossierDraft }

func toDraft(d core.Draft, r forms.Result) *draftOut {
	known, from := d.Suggestions()
	sources := map[string]any{}
	for key, source := range from {
		sources[key] = source
	}
	return &draftOut{Body: dossierDraft{
		Prefill: known, Sources: sources,
		ID: string(d.ID), Procedure: string(d.Procedure.ID), Name: d.Procedure.Name, Case: d.Case, Unit: string(d.Unit.ID), Channel: int(d.Channel),
		Parties: toParties(d.Parties), Answers: d.Answers, Papers: attachments(d.Papers), Mail: toOpened(d.Mail), Version: d.Version, SavedAt: d.SavedAt,
		Problems: problems(r.Errors), Warnings: problems(r.Warnings),
	}}
}

type startIn struct {
	Body struct {
		Procedure string  `json:"procedure" maxLength:"100"`
		Unit      string  `json:"unit,omitempty" maxLength:"100" doc:"where it is sent; at a counter the own unit"`
		Case      string  `json:"case,omitempty" maxLength:"100" doc:"which case of the procedure it is; it can be chosen later"`
		Mail      *mailIn `json:"mail,omitempty" doc:"the envelope in which the papers came; for clerks at a counter"`
	}
}

func (o operations) startDraft(ctx context.Context, in *startIn) (*draftOut, error) {
	d, err := o.svc.StartDraft(ctx, identity.From(ctx), core.NewDraft{Procedure: procedures.ID(in.Body.Procedure), Unit: orgs.ID(in.Body.Unit), Case: in.Body.Case, Mail: in.Body.Mail.core()})
	if err != nil {
		return nil, err
	}
	return toDraft(d, forms.Result{}), nil
}

// PageIn says where a list goes on.
type PageIn struct {
	After string `query:"after" maxLength:"200" doc:"next of the page before"`
}

type draftItem struct {
	ID      string    `json:"id"`
	Name    i18n.Text `json:"name"`
	Unit    i18n.Text `json:"unit"`
	SavedAt db.Time   `json:"saved_at"`
}

type draftsOut struct {
	Body struct {
		Items []draftItem `json:"items"`
		Next  string      `json:"next,omitempty"`
	}
}

func (o operations) listDrafts(ctx context.Context, in *PageIn) (*draftsOut, error) {
	page, err := o.svc.ListDrafts(ctx, identity.From(ctx), in.After)
	if err != nil {
		return nil, err
	}
	out := &draftsOut{}
	out.Body.Items, out.Body.Next = []draftItem{}, page.Next
	for _, d := range page.Items {
		out.Body.Items = append(out.Body.Items, draftItem{string(d.ID), d.Name, d.Unit, d.SavedAt})
	}
	return out, nil
}

func (o operations) getDraft(ctx context.Context, in *One) (*draftOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	d, err := o.svc.GetDraft(ctx, identity.From(ctx), id)
	if err != nil {
		return nil, err
	}
	return toDraft(d, forms.Result{}), nil
}

func (o operations) discardDraft(ctx context.Context, in *One) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DiscardDraft(ctx, identity.From(ctx), id)
}

type dossierParty struct {
	Kind    string `json:"kind,omitempty" enum:"individual,organisation,"`
	Name    string `json:"name" maxLength:"1000"`
	Number  string `json:"number,omitempty" maxLength:"100" doc:"personal number or tax code"`
	Phone   string `json:"phone,omitempty" maxLength:"100"`
	Email   string `json:"email,omitempty" maxLength:"300"`
	Address string `json:"address,omitempty" maxLength:"1000"`
	Born    string `json:"born,omitempty" maxLength:"10" doc:"1985-06-12, or the part of it that is known"`
	Sex     string `json:"sex,omitempty" enum:"male,female,"`
	Source  string `json:"source,omitempty" enum:"account,card," doc:"where this comes from; card is for the counter to say, account for the server"`
}

func (p dossierParty) core() core.Party {
	return core.Party{Kind: identity.PersonKind(p.Kind), Name: p.Name, Number: p.Number, Phone: p.Phone, Email: p.Email, Address: p.Address, Born: p.Born, Sex: p.Sex, Source: core.Source(p.Source)}
}

type dossierParties struct {
	Basis     string        `json:"basis,omitempty" maxLength:"20" doc:"self, parent, guardian, authorised or legal; nothing means self"`
	BasisNote string        `json:"basis_note,omitempty" maxLength:"1000" doc:"the paper that gives the right"`
	Owner     dossierParty  `json:"owner"`
	Submitter *dossierParty `json:"submitter,omitempty" doc:"at the counter, when it is not the owner"`
}

func (p dossierParties) core() core.Parties {
	out := core.Parties{Basis: dossiers.Basis(p.Basis), BasisNote: p.BasisNote, Owner: p.Owner.core()}
	if p.Submitter != nil {
		out.Submitter = p.Submitter.core()
	}
	return out
}

func toParty(p core.Party) dossierParty {
	return dossierParty{Kind: string(p.Kind), Name: p.Name, Number: p.Number, Phone: p.Phone, Email: p.Email, Address: p.Address, Born: p.Born, Sex: p.Sex, Source: string(p.Source)}
}

func toParties(p core.Parties) dossierParties {
	out := dossierParties{Basis: string(p.Basis), BasisNote: p.BasisNote, Owner: toParty(p.Owner)}
	if p.Submitter.Name != "" {
		by := toParty(p.Submitter)
		out.Submitter = &by
	}
	return out
}

type partiesIn struct {
	One
	Body dossierParties
}

func (o operations) saveParties(ctx context.Context, in *partiesIn) (*draftOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	d, err := o.svc.SaveParties(ctx, identity.From(ctx), id, in.Body.core())
	if err != nil {
		return nil, err
	}
	return toDraft(d, forms.Result{}), nil
}

type answersIn struct {
	One
	Body map[string]any `doc:"answers by the key of the field, as /openapi.json of the procedure describes them"`
}

func (o operations) saveAnswers(ctx context.Context, in *answersIn) (*draftOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	d, r, err := o.svc.SaveAnswers(ctx, identity.From(ctx), id, raw)
	if err != nil {
		return nil, err
	}
	return toDraft(d, r), nil
}

type stepIn struct {
	One
	Step string `path:"step" maxLength:"100"`
	Body map[string][]string
}

func (o operations) saveStep(ctx context.Context, in *stepIn) (*draftOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	d, r, err := o.svc.SaveStep(ctx, identity.From(ctx), id, in.Step, url.Values(in.Body))
	if err != nil {
		return nil, err
	}
	return toDraft(d, r), nil
}

func (o operations) check(ctx context.Context, in *One) (*draftOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	d, r, err := o.svc.Check(ctx, identity.From(ctx), id)
	if err != nil {
		return nil, err
	}
	return toDraft(d, r), nil
}

type submittedOut struct {
	Body struct {
		ID        string  `json:"id"`
		Reference string  `json:"reference"`
		At        db.Time `json:"at"`
	}
}

func toSubmitted(s core.Submitted, err error) (*submittedOut, error) {
	if err != nil {
		return nil, err
	}
	out := &submittedOut{}
	out.Body.ID, out.Body.Reference, out.Body.At = string(s.ID), s.Reference, s.At
	return out, nil
}

func (o operations) submit(ctx context.Context, in *One) (*submittedOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return toSubmitted(o.svc.Submit(ctx, identity.From(ctx), id))
}

type handedSheets struct {
	Original  int `json:"original,omitempty" minimum:"0" maximum:"999"`
	Copy      int `json:"copy,omitempty" minimum:"0" maximum:"999"`
	Certified int `json:"certified,omitempty" minimum:"0" maximum:"999"`
}

type handInIn struct {
	One
	Paper string `path:"paper" maxLength:"100"`
	Body  handedSheets
}

func (o operations) handIn(ctx context.Context, in *handInIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.HandIn(ctx, identity.From(ctx), id, in.Paper, core.Handed(in.Body))
}

type attachmentIn struct {
	One
	Attachment string `path:"attachment" maxLength:"40"`
}

func (o operations) detach(ctx context.Context, in *attachmentIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Detach(ctx, identity.From(ctx), id, in.Attachment)
}

type fileIn struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"chosen by the caller, once for each dossier"`
	Body struct {
		Draft     string                  `json:"draft,omitempty" maxLength:"40" doc:"a draft that holds the files"`
		Procedure string                  `json:"procedure,omitempty" maxLength:"100"`
		Unit      string                  `json:"unit,omitempty" maxLength:"100"`
		Case      string                  `json:"case,omitempty" maxLength:"100" doc:"which case of the procedure it is"`
		Parties   *dossierParties         `json:"parties,omitempty"`
		Answers   map[string]any          `json:"answers,omitempty"`
		Handed    map[string]handedSheets `json:"handed,omitempty" doc:"sheets handed over at the counter, by paper"`
		Mail      *mailIn                 `json:"mail,omitempty" doc:"the envelope in which it came; for clerks at a counter"`
	}
}

func (o operations) file(ctx context.Context, in *fileIn) (*submittedOut, error) {
	a := core.Application{Procedure: procedures.ID(in.Body.Procedure), Unit: orgs.ID(in.Body.Unit), Case: in.Body.Case, Mail: in.Body.Mail.core()}
	if in.Body.Parties != nil {
		p := in.Body.Parties.core()
		a.Parties = &p
	}
	if in.Body.Draft != "" {
		id, err := dossiers.ParseID(in.Body.Draft)
		if err != nil {
			return nil, err
		}
		a.Draft = id
	}
	if in.Body.Answers != nil {
		raw, err := json.Marshal(in.Body.Answers)
		if err != nil {
			return nil, err
		}
		a.Answers = raw
	}
	if len(in.Body.Handed) > 0 {
		a.Handed = map[string]core.Handed{}
		for paper, h := range in.Body.Handed {
			a.Handed[paper] = core.Handed(h)
		}
	}
	return toSubmitted(o.svc.File(ctx, identity.From(ctx), a, in.Key))
}
