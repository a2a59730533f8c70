// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/areas"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Newer is a newer table of communes.
type Newer struct {
	Day      string // first day on which it holds, as people write days
	Basis    string // the decision it rests on
	Communes []byte // CSV: code, province, name; lat and lon where known
	Lineage  []byte // CSV: old, new; empty where nothing is merged or divided
}

// longestBasis bounds what is written about a table.
const longestBasis = 300

func (s *Service) check(n Newer) (day string, err error) {
	var fields []errs.Field
	if day, err = s.Day(n.Day); err != nil || strings.TrimSpace(n.Day) == "" {
		fields = append(fields, errs.Field{Name: "day", Code: areas.ErrDay.Code})
	}
	switch n := utf8.RuneCountInString(strings.TrimSpace(n.Basis)); {
	case n == 0:
		fields = append(fields, errs.Field{Name: "basis", Code: "form.required"})
	case n > longestBasis:
		fields = append(fields, errs.Field{Name: "basis", Code: "form.too_long", Args: map[string]any{"max": longestBasis}})
	}
	if len(n.Communes) == 0 {
		fields = append(fields, errs.Field{Name: "communes", Code: "form.required"})
	}
	if len(fields) > 0 {
		return "", errs.BadInput(fields)
	}
	return day, nil
}

func (n Newer) files() map[string][]byte {
	return map[string][]byte{geo.FileCommunes: n.Communes, geo.FileLineage: n.Lineage}
}

// PreviewImport says what a newer table would change, or every row of it that
// does not hold. Nothing is kept.
func (s *Service) PreviewImport(ctx context.Context, actor identity.Actor, n Newer) (plan geo.Plan, wrong []geo.Mistake, err error) {
	defer errs.Wrap(&err, "preview administrative units")

	if _, err := access.Require(actor, areas.PermImport); err != nil {
		return plan, nil, err
	}
	day, err := s.check(n)
	if err != nil {
		return plan, nil, err
	}
	return s.Atlas.Compare(ctx, n.files(), day)
}

// ProposeImport keeps a newer table until somebody else has confirmed it.
func (s *Service) ProposeImport(ctx context.Context, actor identity.Actor, n Newer) (p geo.Proposal, err error) {
	defer errs.Wrap(&err, "propose administrative units")

	if _, err := access.Require(actor, areas.PermImport); err != nil {
		return p, err
	}
	day, err := s.check(n)
	if err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, err := s.Atlas.Propose(ctx, tx, actor.Account, day, strings.TrimSpace(n.Basis), n.files())
		if err != nil {
			return err
		}
		p = made
		return audit.Record(ctx, tx, actor, areas.AuditProposed, p.ID)
	})
	return p, err
}

// Import is a newer table with what it would change, while it waits.
type Import struct {
	geo.Proposal
	Plan         geo.Plan
	ByName, Name string // of who proposed, and who decided
	Mine         bool   // the actor has proposed it, and so cannot confirm it
}

// maxImports is how many newer tables are shown on a page.
const maxImports = 30

func (s *Service) mayImport(actor identity.Actor) error {
	if actor.May(areas.PermConfirm) {
		return nil
	}
	_, err := access.Require(actor, areas.PermImport)
	return err
}

func (s *Service) named(ctx context.Context, actor identity.Actor, p geo.Proposal) Import {
	i := Import{Proposal: p, ByName: s.Name(ctx, p.By), Mine: p.By == actor.Account}
	if p.Decider != "" {
		i.Name = s.Name(ctx, p.Decider)
	}
	return i
}

// ListImports returns newer tables that were proposed, the newest first, before one.
func (s *Service) ListImports(ctx context.Context, actor identity.Actor, before string) (all []Import, next string, err error) {
	defer errs.Wrap(&err, "list proposed tables")

	if err := s.mayImport(actor); err != nil {
		return nil, "", err
	}
	found, err := geo.ListProposals(ctx, s.DB, before, maxImports+1)
	if err != nil {
		return nil, "", err
	}
	if len(found) > maxImports {
		found = found[:maxImports]
		next = found[maxImports-1].ID
	}
	for _, p := range found {
		all = append(all, s.named(ctx, actor, p))
	}
	return all, next, nil
}

// GetImport returns a newer table; while it waits, with what it would change today.
func (s *Service) GetImport(ctx context.Context, actor identity.Actor, proposal string) (i Import, err error) {
	defer errs.Wrap(&err, "get proposed table %s", proposal)

	if err := s.mayImport(actor); err != nil {
		return i, err
	}
	p, files, err := geo.GetProposal(ctx, s.DB, proposal)
	if err != nil {
		return i, err
	}
	i = s.named(ctx, actor, p)
	if p.State == geo.StateProposed {
		i.Plan, _, err = s.Atlas.Compare(ctx, files, p.Day)
	}
	return i, err
}

// DecideImport confirms a newer table that somebody else has proposed, so that it
// holds from its day on, or refuses it. Who proposed it may take it back.
func (s *Service) DecideImport(ctx context.Context, actor identity.Actor, proposal string, confirm bool) (err error) {
	defer errs.Wrap(&err, "decide on table %s", proposal)

	if confirm {
		_, err = access.Require(actor, areas.PermConfirm)
	} else {
		err = s.mayImport(actor)
	}
	if err != nil {
		return err
	}
	event := areas.AuditRefused
	if confirm {
		event = areas.AuditConfirmed
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.Atlas.Decide(ctx, tx, actor.Account, proposal, confirm); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, event, proposal)
	})
}
