// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

// AtQuay is whose vault a clerk looks into before anything else is written down.
type AtQuay struct {
	Key       string // of the page: the dossier that comes of it has the same
	Procedure procedures.ID
	Owner     Party
	Present   bool // the person stands at the counter and agrees
}

// ListAtQuay returns what the vault of a person holds for the papers of a
// procedure, while the person is there. That they are is recorded with the look.
func (s *Service) ListAtQuay(ctx context.Context, actor identity.Actor, in AtQuay) (all []Offer, err error) {
	defer errs.Wrap(&err, "list holdings at the counter for %s", in.Procedure)

	if _, err := access.Require(actor, dossiers.PermAccept); err != nil {
		return nil, err
	}
	if !clerk(actor) {
		return nil, access.ErrNotAllowed
	}
	in.Owner = in.Owner.clean()
	if err := in.check(); err != nil {
		return nil, err
	}
	v, err := s.Procedures.Get(ctx, in.Procedure)
	if err != nil {
		return nil, err
	}
	d := Draft{ID: dossiers.ID(in.Key), Procedure: v, Channel: dossiers.Counter, Parties: Parties{Basis: dossiers.Self, Owner: in.Owner}}
	d.Procedure.Papers = EveryPaper(v)
	d.Unit.ID = orgs.ID(actor.Unit)
	w, err := s.wanted(ctx, s.DB, actor, d, d.Procedure.Papers...)
	if err != nil || w.Owner == "" {
		return nil, err
	}
	if err := s.present(ctx, actor, in.Key, w.Owner); err != nil {
		return nil, err
	}
	return s.offers(ctx, actor, w, d.Procedure.Papers)
}

func (in AtQuay) check() error {
	var found []errs.Field
	if in.Key == "" || len(in.Key) > maxTakenKey {
		found = append(found, errs.Field{Name: "key", Code: "form.required"})
	}
	if in.Owner.Number == "" {
		found = append(found, errs.Field{Name: "owner.number", Code: "dossiers.vault_number"})
	}
	if in.Owner.Name == "" {
		found = append(found, errs.Field{Name: "owner.name", Code: "form.required"})
	}
	if !in.Present {
		found = append(found, errs.Field{Name: "present", Code: "dossiers.not_present"})
	}
	return errs.BadInput(found)
}

// present records that the person whose vault is opened at a counter is there.
func (s *Service) present(ctx context.Context, actor identity.Actor, subject, person string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, dossiers.AuditPresent, subject, person, access.Handling)
	})
}

// offers are what the vault holds for each paper.
func (s *Service) offers(ctx context.Context, actor identity.Actor, w dossiers.Wanted, papers []procedures.Paper) (all []Offer, err error) {
	if s.Vault == nil || w.Owner == "" || len(w.Types) == 0 {
		return nil, nil
	}
	found, err := s.Vault.ListFor(ctx, actor, w)
	if err != nil {
		return nil, err
	}
	for _, p := range papers {
		o := Offer{Paper: p.ID}
		for _, h := range found {
			if p.Type != "" && h.Type == p.Type {
				o.Holdings = append(o.Holdings, h)
			}
		}
		if len(o.Holdings) > 0 {
			all = append(all, o)
		}
	}
	return all, nil
}

// takeTicked puts what was ticked on the page of the counter into its draft. A
// draft that was sent meanwhile has it already.
func (s *Service) takeTicked(ctx context.Context, actor identity.Actor, id dossiers.ID, in TakenIn) error {
	if len(in.Vault) == 0 {
		return nil
	}
	if !in.Present {
		return errs.BadInput([]errs.Field{{Name: "present", Code: "dossiers.not_present"}})
	}
	for _, paper := range sortedKeys(in.Vault) {
		for _, holding := range in.Vault[paper] {
			_, err := s.TakeHolding(ctx, actor, id, paper, holding)
			if errors.Is(err, dossiers.ErrDraftSent) || errors.Is(err, dossiers.ErrDraftNotFound) {
				return nil
			}
			if e, ok := errors.AsType[*errs.Error](err); ok && definite(err) {
				return errs.BadInput([]errs.Field{{Name: "paper-" + paper, Code: e.Code, Args: e.Args}})
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func sortedKeys(m map[string][]string) []string {
	all := make([]string, 0, len(m))
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// missingPapers are the papers of the procedure that a dossier waits for.
func (s *Service) missingPapers(ctx context.Context, d store.Dossier) (all []procedures.Paper, err error) {
	asked, err := s.supplements(ctx, d.ID)
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return nil, err
	}
	for _, p := range v.Papers {
		if p.Type != "" && slices.ContainsFunc(asked[len(asked)-1].Missing, func(m Missing) bool { return m.Paper == p.ID }) {
			all = append(all, p)
		}
	}
	return all, nil
}

// lacks is what a dossier that waits asks of the vault of its owner. On the web
// only the owner, or who acts for them, is offered it.
func lacks(actor identity.Actor, d store.Dossier, official bool, papers []procedures.Paper) dossiers.Wanted {
	w := dossiers.Wanted{Dossier: d.ID, Procedure: d.Procedure, Unit: d.Received}
	for _, p := range papers {
		if !slices.Contains(w.Types, p.Type) {
			w.Types = append(w.Types, p.Type)
		}
	}
	if official || whose(actor) == d.OwnerID {
		w.Owner = d.OwnerID
	}
	return w
}

// ListMissingHoldings returns what the vault of the owner holds of what a dossier
// waits for, but what it has already. A clerk says that the person is there.
func (s *Service) ListMissingHoldings(ctx context.Context, actor identity.Actor, id dossiers.ID, present bool) (all []Offer, err error) {
	defer errs.Wrap(&err, "list holdings for the supplement of dossier %s", id)

	d, official, err := s.supplier(ctx, s.DB, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
		return s.store.Get(ctx, s.DB, sc, c, id)
	})
	if err != nil {
		return nil, err
	}
	if official && !present {
		return nil, errs.BadInput([]errs.Field{{Name: "present", Code: "dossiers.not_present"}})
	}
	papers, err := s.missingPapers(ctx, d)
	if err != nil {
		return nil, err
	}
	w := lacks(actor, d, official, papers)
	if w.Owner == "" || len(w.Types) == 0 {
		return nil, nil
	}
	if official {
		if err := s.present(ctx, actor, string(id), w.Owner); err != nil {
			return nil, err
		}
	}
	if all, err = s.offers(ctx, actor, w, papers); err != nil {
		return nil, err
	}
	there, err := s.store.Papers(ctx, s.DB, id)
	if err != nil {
		return nil, err
	}
	for i, o := range all {
		all[i].Holdings = slices.DeleteFunc(o.Holdings, func(h dossiers.Holding) bool {
			return slices.ContainsFunc(there, func(p store.Paper) bool { return p.Paper == o.Paper && p.Vault == h.ID })
		})
	}
	return slices.DeleteFunc(all, func(o Offer) bool { return len(o.Holdings) == 0 }), nil
}

// TakeMissingHolding puts a copy of a paper of the vault into a dossier that waits
// for it. Taken twice it is there once.
func (s *Service) TakeMissingHolding(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, holding string, present bool) (a Attachment, err error) {
	defer errs.Wrap(&err, "take holding into dossier %s", id)

	d, official, err := s.supplier(ctx, s.DB, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
		return s.store.Get(ctx, s.DB, sc, c, id)
	})
	if err != nil {
		return a, err
	}
	if official && !present {
		return a, errs.BadInput([]errs.Field{{Name: "present", Code: "dossiers.not_present"}})
	}
	papers, err := s.missingPapers(ctx, d)
	if err != nil {
		return a, err
	}
	papers = slices.DeleteFunc(papers, func(p procedures.Paper) bool { return p.ID != paper })
	w := lacks(actor, d, official, papers)
	if s.Vault == nil || w.Owner == "" || len(w.Types) == 0 {
		return a, dossiers.ErrNoPaper
	}
	staged, sha, err := s.stageHolding(ctx, actor, w, holding)
	if err != nil {
		return a, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, _, err := s.supplier(ctx, tx, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
			return s.store.Lock(ctx, tx, sc, c, id)
		}); err != nil {
			return err
		}
		there, err := s.store.Papers(ctx, tx, id)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(there, func(p store.Paper) bool { return p.Paper == paper && p.Vault == holding }); i >= 0 {
			a = Attachment{ID: there[i].ID, Paper: paper, Vault: holding, AddedAt: there[i].AddedAt}
			return nil
		}
		if len(there) >= 2*maxFiles {
			return dossiers.ErrTooManyFiles.With("max", 2*maxFiles)
		}
		f, err := s.Files.Keep(ctx, tx, staged, subject(id), actor.Account)
		if err != nil {
			return err
		}
		p := store.Paper{ID: newid.New(), Dossier: id, Paper: paper, File: string(f.ID), Vault: holding, VaultSHA: sha, AddedBy: actor.Account}
		if err := s.store.AddPaper(ctx, tx, p); err != nil {
			return err
		}
		a = Attachment{ID: p.ID, Paper: paper, Vault: holding, File: info(f), AddedAt: tx.Now}
		if err := s.Vault.Use(ctx, tx, actor, w, paper, holding, sha); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditAdded, string(id))
	})
	if err != nil {
		return Attachment{}, err
	}
	return a, nil
}

// DropMissingHolding takes a paper of the vault out of an answer that was not sent yet.
func (s *Service) DropMissingHolding(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string) (err error) {
	defer errs.Wrap(&err, "drop holding from dossier %s", id)

	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, _, err := s.supplier(ctx, tx, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
			return s.store.Lock(ctx, tx, sc, c, id)
		}); err != nil {
			return err
		}
		asked, err := s.store.Supplements(ctx, tx, id)
		if err != nil {
			return err
		}
		there, err := s.store.Papers(ctx, tx, id)
		if err != nil || len(asked) == 0 {
			return err
		}
		since := there[min(asked[len(asked)-1].Papers, len(there)):]
		i := slices.IndexFunc(since, func(p store.Paper) bool { return p.ID == attachment && p.Vault != "" })
		if i < 0 {
			return dossiers.ErrNoPaper
		}
		return s.drop(ctx, tx, since[i])
	})
}

// confirmMissing records what an answer to a request takes from the vault; what
// counts no more by now is a mistake beside its paper. Persons are not locked here.
func (s *Service) confirmMissing(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, added []store.Paper) error {
	if s.Vault == nil {
		return nil
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return err
	}
	var wrong []errs.Field
	for _, p := range added {
		i := slices.IndexFunc(v.Papers, func(one procedures.Paper) bool { return one.ID == p.Paper })
		if p.Vault == "" || i < 0 {
			continue
		}
		w := dossiers.Wanted{Dossier: d.ID, Procedure: d.Procedure, Unit: d.Received, Owner: d.OwnerID, Types: []string{v.Papers[i].Type}}
		err := s.Vault.Confirm(ctx, tx, actor, w, p.Paper, p.Vault, p.VaultSHA)
		if e, ok := errors.AsType[*errs.Error](err); ok && definite(err) {
			wrong = append(wrong, errs.Field{Name: "paper-" + p.Paper, Code: e.Code, Args: e.Args})
		} else if err != nil {
			return err
		}
	}
	return errs.BadInput(wrong)
}
