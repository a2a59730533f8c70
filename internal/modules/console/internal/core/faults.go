// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Fault is one way in which a simulated system misbehaves.
type Fault struct {
	Name  string // as its control door knows it
	Value string // in force, as it says: "3", "2s", "true"; empty: it behaves
}

// Simulator is a simulated system of a demonstration.
type Simulator struct {
	ID     string
	Page   string // address at which it shows what it has received; empty: none
	Up     bool   // it answers
	Faults []Fault
}

// Simulators is the other process that plays the outside systems.
type Simulators interface {
	// List returns the simulated systems with how they misbehave now.
	List(ctx context.Context) []Simulator
	// Order makes one misbehave in exactly the ways given, and in no other.
	Order(ctx context.Context, id string, faults map[string]string) error
}

// ListSimulators returns the simulated systems. There are none in production.
func (s *Service) ListSimulators(ctx context.Context, actor identity.Actor) (all []Simulator, err error) {
	defer errs.Wrap(&err, "list simulators")

	if _, err := access.Require(actor, console.PermOperate); err != nil {
		return nil, err
	}
	if s.simulators == nil {
		return nil, console.ErrNoSimulators
	}
	return s.simulators.List(ctx), nil
}

// OrderFault switches one fault of a simulated system on (a value that is not
// empty) or off; the others stay as they are.
func (s *Service) OrderFault(ctx context.Context, actor identity.Actor, simulator, fault, value string) (err error) {
	defer errs.Wrap(&err, "order a fault of simulator %s", simulator)

	all, err := s.ListSimulators(ctx, actor)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(one Simulator) bool { return one.ID == simulator })
	if at < 0 || !slices.ContainsFunc(all[at].Faults, func(f Fault) bool { return f.Name == fault }) {
		return console.ErrNoSimulators
	}
	if !all[at].Up {
		return console.ErrSilent
	}
	wanted := map[string]string{}
	for _, f := range all[at].Faults {
		if f.Name == fault {
			f.Value = value
		}
		if f.Value != "" {
			wanted[f.Name] = f.Value
		}
	}
	if err := s.simulators.Order(ctx, simulator, wanted); err != nil { // it is outside: before the transaction, never in it
		return console.ErrSilent.Because(err)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, console.AuditFault, simulator+"."+fault)
	})
}
