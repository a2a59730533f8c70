// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// maxResultField is how long one thing in a result may be, in characters.
const maxResultField = 4000

// checkFields returns what an officer wrote, cleaned, and what is wrong with it.
// Missing answers are wrong only when all is asked for.
func checkFields(t procedures.Template, given map[string]string, all bool) (map[string]string, []errs.Field) {
	kept := map[string]string{}
	var wrong []errs.Field
	for _, f := range t.Fields {
		value := text.NFC(given[f.Key])
		switch {
		case value == "":
			if all && f.Required {
				wrong = append(wrong, errs.Field{Name: f.Key, Code: "form.required"})
			}
			continue
		case len(f.Options) > 0 && !slices.ContainsFunc(f.Options, func(o procedures.Option) bool { return o.Value == value }):
			wrong = append(wrong, errs.Field{Name: f.Key, Code: "form.choose"})
		case utf8.RuneCountInString(value) > maxResultField:
			wrong = append(wrong, errs.Field{Name: f.Key, Code: "form.too_long", Args: map[string]any{
				"max": maxResultField, "over": utf8.RuneCountInString(value) - maxResultField,
			}})
		}
		kept[f.Key] = value
	}
	for key := range given {
		if !slices.ContainsFunc(t.Fields, func(f procedures.TemplateField) bool { return f.Key == key }) {
			wrong = append(wrong, errs.Field{Name: key, Code: "form.unknown_field"})
		}
	}
	return kept, wrong
}

// SaveResultDraft saves what the officer writes into the result. It may be
// incomplete; what it says is checked all the same.
func (s *Service) SaveResultDraft(ctx context.Context, actor identity.Actor, id dossiers.ID, fields map[string]string) (r Result, err error) {
	defer errs.Wrap(&err, "save result of dossier %s", id)

	before, err := s.look(ctx, actor, dossiers.PermProcess, id, "", actDraft)
	if err != nil {
		return r, err
	}
	v, err := s.follows(ctx, before)
	if err != nil {
		return r, err
	}
	kept, wrong := checkFields(v.Template, fields, false)
	if err := errs.BadInput(wrong); err != nil {
		return r, err
	}
	words, err := json.Marshal(kept)
	if err != nil {
		return r, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.redraft(ctx, tx, actor, id, string(words), func(store.Result) error { return nil }); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditDrafted, string(id))
	})
	if err != nil {
		return r, err
	}
	row, _, err := s.store.FindResult(ctx, s.DB, id)
	if err != nil {
		return r, err
	}
	return s.result(ctx, v, row)
}

// redraft writes the draft of a dossier whose turn the actor has, empty fields as
// they are, and does more to it. One that is begun takes the template of this moment.
func (s *Service) redraft(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID, fields string, more func(row store.Result) error) error {
	d, err := s.turn(ctx, tx, actor, dossiers.PermProcess, id, "", actDraft)
	if err != nil {
		return err
	}
	row, found, err := s.store.LockResult(ctx, tx, id)
	if err != nil {
		return err
	}
	if !found {
		row = store.Result{ID: newid.New(), Dossier: id, State: string(Drafted), Fields: "{}"}
	}
	if fields != "" {
		row.Fields = fields
	}
	row.DraftedBy, row.Drafter = actor.Account, actor.Name
	if err := s.store.PutResult(ctx, tx, row); err != nil {
		return err
	}
	if !found {
		if err := s.beginWords(ctx, tx, d, row.ID); err != nil {
			return err
		}
	}
	if err := more(row); err != nil {
		return err
	}
	if d.Assignee == "" { // who writes has it in hands
		if err := s.assign(ctx, tx, &d, actor.Account, actor.Name); err != nil {
			return err
		}
	}
	if err := s.working(ctx, tx, &d); err != nil {
		return err
	}
	return s.store.Save(ctx, tx, d)
}

// result puts a row together with its template and its newest file.
func (s *Service) result(ctx context.Context, v procedures.Version, row store.Result) (r Result, err error) {
	r = Result{
		State: ResultState(row.State), Template: v.Template, Version: row.Version, Signer: row.SignerName,
		SignedAt: row.SignedAt, IssuedAt: row.IssuedAt, Fields: map[string]string{},
	}
	if row.Number > 0 {
		r.Number = numberText(row)
	}
	if err := json.Unmarshal([]byte(row.Fields), &r.Fields); err != nil {
		return r, err
	}
	if file := newest(row); file != "" {
		f, err := files.Get(ctx, s.DB, subject(row.Dossier), files.ID(file))
		if err != nil {
			return r, err
		}
		r.File = info(f)
	}
	return r, nil
}

func newest(r store.Result) string {
	for _, file := range []string{r.IssuedFile, r.SignedFile, r.Document} {
		if file != "" {
			return file
		}
	}
	return ""
}

// ListSigners returns the officials who may be asked to sign this dossier:
// those who hold the right in the unit that signs next.
func (s *Service) ListSigners(ctx context.Context, actor identity.Actor, id dossiers.ID) (all []SignerChoice, err error) {
	defer errs.Wrap(&err, "list signers of dossier %s", id)

	d, err := s.look(ctx, actor, dossiers.PermProcess, id, "", actDraft)
	if err != nil {
		return nil, err
	}
	return s.signers(ctx, d)
}

// maxHolders is more people than any unit has.
const maxHolders = 2000

func (s *Service) signers(ctx context.Context, d store.Dossier) (all []SignerChoice, err error) {
	v, err := s.follows(ctx, d)
	if err != nil {
		return nil, err
	}
	if v, err = s.asRuns(ctx, s.DB, d, v); err != nil {
		return nil, err
	}
	units, err := ruleUnits(ctx, s.DB, v, d.Received, d.Authority, nil)
	if err != nil {
		return nil, err
	}
	unit := orgs.ID("")
	for _, step := range following(v, d.Step) {
		if step.Action == actSign && unit == "" {
			unit = orgs.ID(units[step.Unit])
		}
	}
	roles, err := access.ListRoles(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	holders, err := access.ListHolders(ctx, s.DB, unit, access.Holder{}, maxHolders)
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		signs := slices.ContainsFunc(roles, func(r access.Role) bool {
			return r.ID == h.Role && slices.Contains(r.Permissions, dossiers.PermSign)
		})
		if !signs || h.Unit != unit || slices.ContainsFunc(all, func(c SignerChoice) bool { return c.Account == h.Account }) {
			continue
		}
		post, err := s.post(ctx, h.Account)
		if err != nil {
			return nil, err
		}
		all = append(all, SignerChoice{Account: h.Account, Name: h.Name, Post: post})
	}
	return all, nil
}

// post is what stands above the name of who signs.
func (s *Service) post(ctx context.Context, account string) (string, error) {
	post, err := s.Posts.Post(ctx, s.DB, account)
	if err != nil || post != "" {
		return post, err
	}
	return "NGƯỜI CÓ THẨM QUYỀN", nil
}

// PreviewResult draws the result as it would be sent to sign: a PDF marked as a
// draft. It holds personal data, so that it was read is recorded.
func (s *Service) PreviewResult(ctx context.Context, actor identity.Actor, id dossiers.ID) (_ []byte, err error) {
	defer errs.Wrap(&err, "preview result of dossier %s", id)

	if _, err := s.look(ctx, actor, dossiers.PermProcess, id, "", actDraft); err != nil {
		return nil, err
	}
	d, p, err := s.read(ctx, actor, id, access.Handling, dossiers.AuditPersonRead)
	if err != nil {
		return nil, err
	}
	r, found, err := s.store.FindResult(ctx, s.DB, id)
	if err != nil {
		return nil, err
	}
	if !found {
		r.Fields = "{}"
	}
	signer := SignerChoice{Name: "…………………", Post: "…………………"}
	if choices, err := s.signers(ctx, d); err == nil && len(choices) == 1 {
		signer = choices[0]
	}
	paper, err := s.draw(ctx, d, p, r, signer, true, s.DB.Now().Time)
	return paper.PDF, err
}

// SendToSign makes the document, puts the actor's initial on it and hands it to
// who is to sign; empty means the only one there is. What is signed is what was
// made here, byte for byte.
func (s *Service) SendToSign(ctx context.Context, actor identity.Actor, id dossiers.ID, signer string) (done Signing, err error) {
	defer errs.Wrap(&err, "send result of dossier %s to sign", id)

	before, err := s.look(ctx, actor, dossiers.PermProcess, id, "", actDraft)
	if err != nil {
		return done, err
	}
	if err := s.allAnswered(ctx, s.DB, before); err != nil {
		return done, err
	}
	if err := s.mayDecide(ctx, s.DB, before); err != nil {
		return done, err
	}
	r, found, err := s.store.FindResult(ctx, s.DB, id)
	if err != nil {
		return done, err
	}
	if !found {
		return done, dossiers.ErrNothingDrafted
	}
	v, err := s.follows(ctx, before)
	if err != nil {
		return done, err
	}
	var fields map[string]string
	if err := json.Unmarshal([]byte(r.Fields), &fields); err != nil {
		return done, err
	}
	if _, wrong := checkFields(v.Template, fields, true); len(wrong) > 0 {
		return done, errs.BadInput(wrong)
	}
	choice, err := s.choose(ctx, before, signer)
	if err != nil {
		return done, err
	}
	p, err := s.store.Personal(ctx, s.DB, access.All(), id) // the turn was asked for above; the document stays inside
	if err != nil {
		return done, err
	}
	document, areas, err := s.blank(ctx, before, p, r, choice)
	if err != nil {
		return done, err
	}
	r.Areas = areas
	w := wish{act: initials(), d: before, r: r, v: v, base: document, areas: areas, signer: choice}
	if w.request, err = s.hand(r, papers.AreaInitial, actor.Name, "Ký nháy"); err != nil {
		return done, err
	}
	w.request.Certify = true
	k, err := s.penOf(ctx, actor, "")
	if err != nil {
		return done, err
	}
	return s.one(ctx, actor, k, w)
}

// sentToSign hands a locked dossier, whose document has its initial, to who signs.
func (s *Service) sentToSign(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, g store.Signature) error {
	if err := s.working(ctx, tx, &d); err != nil {
		return err
	}
	if err := s.advance(ctx, tx, actor, &d, "", ""); err != nil {
		return err
	}
	if d.Action == actSign { // a process may let somebody else look at it first
		if err := s.assign(ctx, tx, &d, g.Signer, g.SignerName); err != nil {
			return err
		}
		if err := s.tellOfficial(ctx, tx, actor, d, dossiers.NoticeSign, d.Task, g.Signer, d.StepDue); err != nil {
			return err
		}
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, actor, dossiers.AuditInitialled, string(d.ID)); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditSentToSign, string(d.ID))
}

// choose finds who is to sign.
func (s *Service) choose(ctx context.Context, d store.Dossier, account string) (SignerChoice, error) {
	choices, err := s.signers(ctx, d)
	if err != nil {
		return SignerChoice{}, err
	}
	if account == "" && len(choices) == 1 {
		return choices[0], nil
	}
	for _, c := range choices {
		if c.Account == account {
			return c, nil
		}
	}
	return SignerChoice{}, dossiers.ErrNoSigner
}
