// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"io"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Scan is the paper of a right as it comes: a file, or one that came with a
// dossier. The zero Scan is none.
type Scan struct {
	Name          string
	Content       io.Reader
	Dossier, File string // ids
}

func (c Scan) none() bool { return c.Content == nil && c.Dossier == "" }

// receive stages the paper of a right. It does nothing in the database.
func (s *Service) receive(ctx context.Context, actor identity.Actor, c Scan) (st files.Staged, err error) {
	if c.Dossier == "" {
		return s.Files.Receive(ctx, c.Content, files.Meta{Name: c.Name, Allow: AllowedFiles(), Limit: MaxFile})
	}
	if s.Papers == nil {
		return st, persons.ErrNotFound
	}
	content, name, err := s.Papers.OpenPaper(ctx, actor, c.Dossier, c.File)
	if err != nil {
		return st, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	return s.Files.Receive(ctx, content, files.Meta{Name: name, Allow: AllowedFiles(), Limit: MaxFile})
}

// ListPapers returns the papers of a dossier, of which one may be what gives a right.
func (s *Service) ListPapers(ctx context.Context, actor identity.Actor, code string) (_ []persons.GivenPaper, err error) {
	defer errs.Wrap(&err, "list papers of a dossier")

	if _, err := access.Require(actor, persons.PermRegister); err != nil {
		return nil, err
	}
	if code = text.Line(code); code == "" || s.Papers == nil {
		return nil, nil
	}
	return s.Papers.ListPapers(ctx, actor, code)
}

// OpenPaper opens the paper of a right, or of a request for one: for the parties,
// and for officials who register, confirm or look up. That it was read, and why, is
// recorded before. The caller closes it.
func (s *Service) OpenPaper(ctx context.Context, actor identity.Actor, right string, why access.Purpose) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "open paper of %s", right)

	if err := why.Check(); err != nil {
		return nil, files.File{}, err
	}
	file, about, err := s.paperOf(ctx, actor, right, why)
	if err != nil {
		return nil, files.File{}, err
	}
	if file == "" {
		return nil, files.File{}, persons.ErrNotFound
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditPaper, right, about, why)
	}); err != nil {
		return nil, files.File{}, err
	}
	return s.Files.Open(ctx, s.DB, subject(right), files.ID(file))
}

// paperOf finds the paper and whom it is about. A right that an official has taken
// on has the id of its request, and the request's file.
func (s *Service) paperOf(ctx context.Context, actor identity.Actor, right string, why access.Purpose) (file, about string, err error) {
	_, official := access.RequireAny(actor, persons.PermFind, persons.PermRegister, persons.PermConfirm)
	own := why == access.Own
	if official != nil && !actor.May(persons.PermAct) {
		return "", "", official
	}
	v, err := s.store.Get(ctx, s.DB, right)
	if err == nil {
		party := s.sees(ctx, actor, v)
		if own && !party || !own && official != nil {
			return "", "", persons.ErrNotFound
		}
		return v.File, v.Represented, nil
	}
	if !errors.Is(err, persons.ErrNotFound) {
		return "", "", err
	}
	r, err := s.store.GetRequest(ctx, s.DB, right)
	if err != nil {
		return "", "", err
	}
	if own {
		if r.Agent != actor.Person {
			return "", "", persons.ErrNotFound
		}
		return r.File, r.Agent, nil
	}
	if err := s.inScope(ctx, s.DB, actor, r.Unit); err != nil {
		return "", "", err
	}
	return r.File, r.Agent, nil
}

// sees reports whether a right is the actor's own: as the agent, as who is
// represented, or as who represents them by law.
func (s *Service) sees(ctx context.Context, actor identity.Actor, v store.Representation) bool {
	if actor.Person == v.Agent || actor.Person == v.Represented {
		return true
	}
	if !actor.Acts() || actor.For.Person != v.Represented {
		return false
	}
	_, err := s.grantor(ctx, s.DB, actor)
	return err == nil
}

// inScope refuses what is not in the units in which the actor registers or
// confirms, as if it was not there.
func (s *Service) inScope(ctx context.Context, q db.Querier, actor identity.Actor, unit string) error {
	for _, p := range []identity.Permission{persons.PermRegister, persons.PermConfirm} {
		scope, err := access.Require(actor, p)
		if err != nil {
			continue
		}
		if sees, err := scope.Sees(ctx, q, orgs.ID(unit)); err != nil || sees && unit != "" {
			return err
		}
	}
	return persons.ErrNotFound
}
