// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"sync"

	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/processes/processesmod"
)

// mostOffered is more procedures than any province has.
const mostOffered = 10_000

// flowUses tells processes which procedures of today use which process. What a
// version of a procedure means is remembered: it never changes.
type flowUses struct {
	catalogue procedures.Offerer
	process   func(v procedures.Version) (*workflow.Definition, error)

	mu    sync.Mutex
	known map[string]*workflow.Definition // by the checksum of the version
}

// Uses implements processesmod's Catalogue.
func (f *flowUses) Uses(ctx context.Context) (all []processesmod.Use, err error) {
	err = f.each(ctx, func(v procedures.Version, d *workflow.Definition) bool {
		t := d.Table()
		all = append(all, processesmod.Use{
			Procedure: string(v.ID), Code: v.Code, Name: v.Name, Title: t.Title, Ref: workflow.Ref{Flow: t.ID, Version: t.Version},
		})
		return true
	})
	return all, err
}

// Definition implements processesmod's Catalogue.
func (f *flowUses) Definition(ctx context.Context, of workflow.Ref) (found *workflow.Definition, ok bool, err error) {
	err = f.each(ctx, func(_ procedures.Version, d *workflow.Definition) bool {
		if t := d.Table(); t.ID == of.Flow && t.Version == of.Version {
			found, ok = d, true
		}
		return !ok
	})
	return found, ok, err
}

func (f *flowUses) each(ctx context.Context, do func(v procedures.Version, d *workflow.Definition) bool) error {
	offered, err := f.catalogue.Offer(ctx, "", mostOffered)
	if err != nil {
		return err
	}
	for _, v := range offered {
		if len(v.Flow.Steps) == 0 {
			continue // done elsewhere
		}
		d, err := f.of(v)
		if err != nil {
			return err
		}
		if !do(v, d) {
			return nil
		}
	}
	return nil
}

func (f *flowUses) of(v procedures.Version) (*workflow.Definition, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d := f.known[v.SHA]; d != nil {
		return d, nil
	}
	d, err := f.process(v)
	if err != nil {
		return nil, err
	}
	if f.known == nil || len(f.known) >= mostOffered {
		f.known = map[string]*workflow.Definition{}
	}
	f.known[v.SHA] = d
	return d, nil
}
