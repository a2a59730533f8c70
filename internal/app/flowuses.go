// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"sync"

	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/modules/processes/processesmod"
)

// mostOffered is more procedures than any province has.
const mostOffered = 10_000

// flowUses tells processes which procedures of today use which process. What a
// version of a procedure means is remembered: it never changes.
type flowUses struct {
	catalogue proceduresmod.Catalogue
	work      dossiersmod.Offers

	mu    sync.Mutex
	known map[string]*workflow.Definition // by the checksum of the version
}

// usedFlow is a procedure with the process it is done by.
type usedFlow struct {
	processesmod.Use
	definition *workflow.Definition
}

// Uses implements processesmod's Catalogue.
func (f *flowUses) Uses(ctx context.Context) ([]processesmod.Use, error) {
	all, err := f.all(ctx)
	uses := make([]processesmod.Use, len(all))
	for i, u := range all {
		uses[i] = u.Use
	}
	return uses, err
}

// Definition implements processesmod's Catalogue.
func (f *flowUses) Definition(ctx context.Context, of workflow.Ref) (*workflow.Definition, bool, error) {
	all, err := f.all(ctx)
	for _, u := range all {
		if u.Ref == of {
			return u.definition, true, err
		}
	}
	return nil, false, err
}

func (f *flowUses) all(ctx context.Context) (all []usedFlow, err error) {
	offered, err := f.catalogue.Offer(ctx, "", mostOffered)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known == nil || len(f.known) >= mostOffered {
		f.known = map[string]*workflow.Definition{}
	}
	for _, v := range offered {
		if len(v.Flow.Steps) == 0 {
			continue // done elsewhere
		}
		d := f.known[v.SHA]
		if d == nil {
			if d, err = f.work.ProcessOf(v); err != nil {
				return nil, err
			}
			f.known[v.SHA] = d
		}
		t := d.Table()
		all = append(all, usedFlow{processesmod.Use{
			Procedure: string(v.ID), Code: v.Code, Name: v.Name, Title: t.Title, Ref: workflow.Ref{Flow: t.ID, Version: t.Version},
		}, d})
	}
	return all, nil
}
