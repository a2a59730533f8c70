// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossierstest

import (
	"context"
	"net/url"
	"testing"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
)

// LookAtQuay looks into the vault of a person at a counter and returns the ids of
// the papers that are offered for the paper giay-to.
func (w *World) LookAtQuay(ctx context.Context, clerk identity.Actor, key, name, number string, present bool) (ids []string, err error) {
	all, err := w.Service.ListAtQuay(ctx, clerk, core.AtQuay{
		Key: key, Procedure: "xac-nhan-cu-tru", Owner: core.Party{Kind: identity.Individual, Name: name, Number: number}, Present: present,
	})
	return offered(all), err
}

func offered(all []core.Offer) (ids []string) {
	for _, o := range all {
		for _, h := range o.Holdings {
			ids = append(ids, h.ID)
		}
	}
	return ids
}

// TakeTicked takes in a whole form with one paper of the vault; why says what is
// wrong with it.
func (w *World) TakeTicked(ctx context.Context, clerk identity.Actor, key, name, number, holding string, present bool) (id dossiers.ID, sent bool, why, err error) {
	in := core.TakenIn{
		Key: key, Procedure: "xac-nhan-cu-tru", Parties: core.Parties{Basis: dossiers.Self, Owner: core.Party{Kind: identity.Individual, Name: name, Number: number}},
		Inputs: url.Values{"full_name": {name}}, Handed: map[string]core.Handed{"to-khai": {Original: 1}}, Vault: map[string][]string{"giay-to": {holding}}, Present: present,
	}
	taken, err := w.Service.TakeIn(ctx, clerk, in)
	return taken.ID, taken.Done != nil, taken.Why, err
}

// WaitFor asks for the paper giay-to of an accepted dossier.
func (w *World) WaitFor(tb testing.TB, id dossiers.ID) {
	tb.Helper()
	check(tb, w.Service.AskSupplement(tb.Context(), w.Officer, id, core.Ask{Missing: []core.Missing{{Paper: "giay-to", Why: "Chưa nộp"}}}))
}

// OfferedMissing are the ids of what the vault offers for a dossier that waits.
func (w *World) OfferedMissing(ctx context.Context, actor identity.Actor, id dossiers.ID, present bool) ([]string, error) {
	all, err := w.Service.ListMissingHoldings(ctx, actor, id, present)
	return offered(all), err
}

// Supply answers a request with what was added before.
func (w *World) Supply(ctx context.Context, actor identity.Actor, id dossiers.ID) error {
	return w.Service.SupplyMissing(ctx, actor, id, core.Supply{})
}
