// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules around processes: who stands where, moving
// running cases, absences, trying a table on past cases, and what is stuck. One
// file per use case; moving a case is kernel/workflow's.
package core

import (
	"context"
	"errors"
	"sync"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// PageSize is how many rows a list returns at most.
const PageSize = 50

// maxWords is how many characters a reason may have.
const maxWords = 1000

// Codes names what cases are about; other ids are left out. Codes name nobody.
type Codes interface {
	Codes(ctx context.Context, q db.Querier, ids []string) (map[string]string, error)
}

// Deps is everything the use cases need, by name and without defaults.
type Deps struct {
	DB        *db.DB
	Flows     *workflow.Engine
	Catalogue processes.Catalogue
	Followers map[string]processes.Follower // by kind of subject
	Codes     Codes                         // of dossiers
	Dossiers  dossiers.Finder               // who may see one
	Name      func(ctx context.Context, account string) string
}

// Service runs the use cases.
type Service struct {
	Deps
	batch int
	trip  func(point string) error // of tests: the plug is pulled here

	mu    sync.Mutex
	heads map[workflow.Ref]head // of versions that were applied: they never change
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d, batch: batch, heads: map[workflow.Ref]head{}} }

// Page is a part of a list. Next is given back to get the part after it; empty
// at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// head is what a list says of a version.
type head struct {
	title i18n.Text
	basis string
	steps int // that people do
}

func (s *Service) head(ctx context.Context, of workflow.Ref) (h head, err error) {
	s.mu.Lock()
	h, known := s.heads[of]
	s.mu.Unlock()
	if known {
		return h, nil
	}
	d, err := workflow.Load(ctx, s.DB, of.Flow, of.Version) // not by the engine: it remembers what runs
	if err != nil {
		return h, err
	}
	h = headOf(d)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heads[of] = h
	return h, nil
}

func headOf(d *workflow.Definition) head {
	t := d.Table()
	return head{title: t.Title, basis: t.Basis, steps: len(d.Model().Users())}
}

// viewing is the scope in which the actor sees cases: those who look after
// processes see all, others what passes through their units.
func viewing(actor identity.Actor) (access.Scope, error) {
	scope, err := access.Require(actor, processes.PermView)
	if err != nil {
		return scope, err
	}
	if actor.May(processes.PermMove) || actor.May(processes.PermApproveMove) || actor.May(processes.PermRepair) {
		return access.Everywhere(actor, processes.PermView)
	}
	return scope, nil
}

// definition returns a version that was applied, or that a procedure of today
// would begin with.
func (s *Service) definition(ctx context.Context, of workflow.Ref) (*workflow.Definition, error) {
	d, err := s.Flows.Definition(ctx, s.DB, of.Flow, of.Version)
	if !errors.Is(err, workflow.ErrNotFound) {
		return d, err
	}
	d, found, err := s.Catalogue.Definition(ctx, of)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, processes.ErrNotFound
	}
	return d, nil
}

// codes names subjects, and says which the actor may see.
func (s *Service) codes(ctx context.Context, actor identity.Actor, subjects []workflow.Subject) (map[string]Subject, error) {
	var ids []string
	for _, one := range subjects {
		if one.Kind == "dossier" {
			ids = append(ids, one.ID)
		}
	}
	known, err := s.Codes.Codes(ctx, s.DB, ids)
	if err != nil {
		return nil, err
	}
	named := map[string]Subject{}
	for _, one := range subjects {
		n := Subject{Kind: one.Kind, ID: one.ID, Code: known[one.ID]}
		if one.Kind == "dossier" && s.Dossiers != nil {
			if id, err := dossiers.ParseID(one.ID); err == nil {
				_, n.Seen, err = s.Dossiers.Find(ctx, actor, id)
				if err != nil && errs.KindOf(err) != errs.Forbidden { // who may see no dossier at all sees its code
					return nil, err
				}
			}
		}
		named[one.ID] = n
	}
	return named, nil
}

// Subject is what a case is about, by the code people call it.
type Subject struct {
	Kind, ID string
	Code     string // empty where it has none
	Seen     bool   // the actor may look at it
}

// Called is the code, or the id where there is none.
func (s Subject) Called() string {
	if s.Code != "" {
		return s.Code
	}
	return s.ID
}
