// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

var _ dossiers.Sheaf = (*Service)(nil)

// Offer is what the vault holds for one paper of a draft.
type Offer struct {
	Paper    string // id of procedures.Paper
	Holdings []dossiers.Holding
}

// ownerOf returns the person a draft is for, as far as that is known for sure:
// on the web oneself or who is represented by a right, at the counter who has
// this number and this name. Empty: nobody's papers are looked for.
func (s *Service) ownerOf(ctx context.Context, q db.Querier, actor identity.Actor, d Draft) (string, error) {
	if d.Channel == dossiers.Online {
		if actor.Acts() || d.Parties.Basis == dossiers.Self {
			return whose(actor), nil
		}
		return "", nil
	}
	if d.Channel == dossiers.Post {
		return "", nil // nobody stands there who has shown who they are
	}
	owner := d.Parties.Owner
	if owner.Number == "" {
		return "", nil
	}
	known, found, err := s.Directory.FindByNumber(ctx, q, owner.Kind, owner.Number)
	if err != nil || !found || owner.Kind == identity.Individual && text.Fold(known.Name) != text.Fold(owner.Name) {
		return "", err
	}
	return known.ID, nil
}

// wanted is what a draft asks of the vault for some of its papers.
func (s *Service) wanted(ctx context.Context, q db.Querier, actor identity.Actor, d Draft, papers ...procedures.Paper) (w dossiers.Wanted, err error) {
	w = dossiers.Wanted{Dossier: d.ID, Procedure: d.Procedure.ID, Unit: d.Unit.ID}
	for _, p := range papers {
		if p.Type != "" && !slices.Contains(w.Types, p.Type) {
			w.Types = append(w.Types, p.Type)
		}
	}
	if s.Vault == nil || len(w.Types) == 0 {
		return w, nil
	}
	w.Owner, err = s.ownerOf(ctx, q, actor, d)
	return w, err
}

// ListHoldings returns what the vault of the owner holds for each paper of a
// draft that has a type. What a clerk sees of it is recorded.
func (s *Service) ListHoldings(ctx context.Context, actor identity.Actor, id dossiers.ID) (all []Offer, err error) {
	defer errs.Wrap(&err, "list holdings for draft %s", id)

	d, err := s.GetDraft(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	w, err := s.wanted(ctx, s.DB, actor, d, d.Procedure.Papers...)
	if err != nil || w.Owner == "" {
		return nil, err
	}
	return s.offers(ctx, actor, w, d.Procedure.Papers)
}

// leave takes the papers of the vault out of a draft that is for somebody else now.
func (s *Service) leave(ctx context.Context, tx *db.Tx, actor identity.Actor, before Draft, p Parties) error {
	after := before
	after.Parties = p
	old, err := s.ownerOf(ctx, tx, actor, before)
	if err != nil {
		return err
	}
	now, err := s.ownerOf(ctx, tx, actor, after)
	if err != nil || now == old {
		return err
	}
	rows, err := s.store.Papers(ctx, tx, before.ID)
	for _, row := range rows {
		if err == nil && row.Vault != "" {
			err = s.drop(ctx, tx, row)
		}
	}
	return err
}

// maxHeld bounds the file of a paper of the vault.
const maxHeld = 64 << 20

// TakeHolding puts a copy of a paper of the vault into a draft, for one of its
// papers. Taken twice it is there once.
func (s *Service) TakeHolding(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, holding string) (a Attachment, err error) {
	defer errs.Wrap(&err, "take holding into draft %s", id)

	d, err := s.GetDraft(ctx, actor, id)
	if err != nil {
		return a, err
	}
	i := slices.IndexFunc(d.Procedure.Papers, func(p procedures.Paper) bool { return p.ID == paper })
	if i < 0 || d.Procedure.Papers[i].Type == "" {
		return a, dossiers.ErrNoPaper
	}
	w, err := s.wanted(ctx, s.DB, actor, d, d.Procedure.Papers[i])
	if err != nil {
		return a, err
	}
	if w.Owner == "" {
		return a, dossiers.ErrNoPaper
	}
	if there := slices.IndexFunc(d.Papers, func(a Attachment) bool { return a.Paper == paper && a.Vault == holding }); there >= 0 {
		return d.Papers[there], s.Vault.Check(ctx, s.DB, w, holding, d.Papers[there].VaultSHA)
	}
	staged, sha, err := s.stageHolding(ctx, actor, w, holding)
	if err != nil {
		return a, err
	}
	err = s.change(ctx, actor, id, func(tx *db.Tx, _ *store.Draft) error {
		there, err := s.store.Papers(ctx, tx, id)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(there, func(p store.Paper) bool { return p.Paper == paper && p.Vault == holding }); i >= 0 { // in another tab
			a = Attachment{ID: there[i].ID, Paper: paper, Vault: holding, AddedAt: there[i].AddedAt}
			return nil
		}
		if len(there) >= maxFiles {
			return dossiers.ErrTooManyFiles.With("max", maxFiles)
		}
		f, err := s.Files.Keep(ctx, tx, staged, subject(id), actor.Account)
		if err != nil {
			return err
		}
		if err := s.Files.Show(ctx, tx, subject(id), f.ID); err != nil {
			return err
		}
		p := store.Paper{ID: newid.New(), Dossier: id, Paper: paper, File: string(f.ID), Vault: holding, VaultSHA: sha, AddedBy: actor.Account}
		if err := s.store.AddPaper(ctx, tx, p); err != nil {
			return err
		}
		a = Attachment{ID: p.ID, Paper: paper, Vault: holding, File: info(f), AddedAt: tx.Now}
		return s.Vault.Use(ctx, tx, actor, w, paper, holding, sha)
	})
	if err != nil {
		return Attachment{}, err
	}
	return a, nil
}

// stageHolding copies the file of a paper of the vault, byte for byte.
func (s *Service) stageHolding(ctx context.Context, actor identity.Actor, w dossiers.Wanted, holding string) (st files.Staged, sha string, err error) {
	content, h, err := s.Vault.OpenFor(ctx, actor, w, holding)
	if err != nil {
		return st, "", err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	st, err = s.Files.Receive(ctx, content, files.Meta{Name: h.FileName, Allow: AllowedFiles(), Limit: maxHeld, Own: true})
	if err == nil && st.SHA256 != h.SHA256 {
		err = dossiers.ErrFileChanged
	}
	return st, h.SHA256, err
}

// stale says which papers from the vault cannot be sent any more.
func (s *Service) stale(ctx context.Context, q db.Querier, actor identity.Actor, d Draft, do func(w dossiers.Wanted, a Attachment) error) (wrong []errs.Field, err error) {
	for _, a := range d.Papers {
		if a.Vault == "" || s.Vault == nil {
			continue
		}
		i := slices.IndexFunc(d.Procedure.Papers, func(p procedures.Paper) bool { return p.ID == a.Paper })
		if i < 0 {
			continue
		}
		w, err := s.wanted(ctx, q, actor, d, d.Procedure.Papers[i])
		if err != nil {
			return nil, err
		}
		err = do(w, a)
		if e, ok := errors.AsType[*errs.Error](err); ok && definite(err) {
			wrong = append(wrong, errs.Field{Name: "paper-" + a.Paper, Code: e.Code, Args: e.Args})
		} else if err != nil {
			return nil, err
		}
	}
	return wrong, nil
}

// checkVault is what is wrong now with papers from the vault.
func (s *Service) checkVault(ctx context.Context, actor identity.Actor, d Draft) ([]errs.Field, error) {
	return s.stale(ctx, s.DB, actor, d, func(w dossiers.Wanted, a Attachment) error {
		return s.Vault.Check(ctx, s.DB, w, a.Vault, a.VaultSHA)
	})
}

// confirmVault records what a dossier that is being sent takes from the vault.
func (s *Service) confirmVault(ctx context.Context, tx *db.Tx, actor identity.Actor, d Draft) error {
	wrong, err := s.stale(ctx, tx, actor, d, func(w dossiers.Wanted, a Attachment) error {
		return s.Vault.Confirm(ctx, tx, actor, w, a.Paper, a.Vault, a.VaultSHA)
	})
	return errors.Join(err, errs.BadInput(wrong))
}

// OpenIssued implements dossiers.Sheaf.
func (s *Service) OpenIssued(ctx context.Context, id dossiers.ID) (r dossiers.IssuedResult, _ io.ReadCloser, found bool, err error) {
	defer errs.Wrap(&err, "open what dossier %s issued", id)

	d, err := s.store.Get(ctx, s.DB, access.All(), store.Involved(), id)
	if err != nil {
		return r, nil, false, err
	}
	row, found, err := s.store.FindResult(ctx, s.DB, id)
	if err != nil || !found || row.IssuedFile == "" {
		return r, nil, false, err
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return r, nil, false, err
	}
	u, err := orgs.Get(ctx, s.DB, d.Authority)
	if err != nil {
		return r, nil, false, err
	}
	r = dossiers.IssuedResult{
		Dossier: id, Code: d.Code, Owner: d.OwnerID, Procedure: d.Procedure, Type: v.ResultType, Name: v.ResultName, Number: numberText(row), Subject: v.Template.Subject,
		Fields: map[string]string{}, Unit: d.Authority, Issuer: u.Authority().VI, Signer: row.SignerName, At: row.IssuedAt, SHA256: row.IssuedSHA,
	}
	if err := json.Unmarshal([]byte(row.Fields), &r.Fields); err != nil {
		return r, nil, false, err
	}
	before, err := s.store.Revocations(ctx, s.DB, id)
	if err != nil {
		return r, nil, false, err
	}
	for _, m := range before {
		if m.NewSHA == r.SHA256 {
			r.Replaces = m.SHA
		}
		if m.State == dossiers.MotionAgreed && m.SHA == r.SHA256 {
			return r, nil, false, nil // it counts no more
		}
	}
	content, f, err := s.Files.Open(ctx, s.DB, subject(id), files.ID(row.IssuedFile))
	r.FileName = f.Name
	return r, content, err == nil, err
}

// ListIncoming implements dossiers.Sheaf.
func (s *Service) ListIncoming(ctx context.Context, actor identity.Actor, id dossiers.ID) (in dossiers.Incoming, err error) {
	defer errs.Wrap(&err, "list what came with dossier %s", id)

	d, _, err := s.read(ctx, actor, id, access.Handling, dossiers.AuditPersonRead)
	if err != nil {
		return in, err
	}
	in = dossiers.Incoming{Dossier: id, Code: codeOr(d), Accepted: d.Code != "", Owner: d.OwnerID, OwnerName: d.OwnerName}
	if in.Procedure, err = s.follows(ctx, d); err != nil {
		return in, err
	}
	all, err := s.attachments(ctx, id)
	if err != nil {
		return in, err
	}
	for _, a := range all {
		if a.File == nil || !a.File.Erased.IsZero() {
			continue
		}
		f := dossiers.IncomingFile{ID: string(a.File.ID), Name: a.File.Name, SHA256: a.File.SHA256, Vault: a.Vault}
		if i := slices.IndexFunc(in.Procedure.Papers, func(p procedures.Paper) bool { return p.ID == a.Paper }); i >= 0 {
			f.Paper = in.Procedure.Papers[i]
		}
		in.Files = append(in.Files, f)
	}
	return in, nil
}

// OpenIncoming implements dossiers.Sheaf.
func (s *Service) OpenIncoming(ctx context.Context, actor identity.Actor, id dossiers.ID, file string) (content io.ReadCloser, name string, err error) {
	content, f, err := s.OpenFile(ctx, actor, id, files.ID(file), access.Handling)
	return content, f.Name, err
}
