// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package paymentsmod wires fees and charges. Only internal/app imports it; it
// holds no rules.
package paymentsmod

import (
	"slices"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/api"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/modules/payments/internal/gateway"
	"tinhso.vn/internal/modules/payments/internal/site"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/modules/payments/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Gateway is a platform on which people pay.
type Gateway = gateway.Gateway

// Ask is a payment that begins.
type Ask = gateway.Ask

// Options is how a platform is reached.
type Options = gateway.Options

// NewGateway returns a platform, or what is wrong with its options.
func NewGateway(o Options) (Gateway, error) { return gateway.New(o) }

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(d)
	return module.Module{
		Name: "payments", Migrations: store.Migrations(), Permissions: payments.Permissions(), AuditEvents: payments.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(), Locales: locales.Files, Sealed: store.Sealed(),
		Jobs: map[jobs.Kind]jobs.Handler{
			core.JobOrder: svc.MakeOrder, core.JobFollow: svc.Follow, core.JobReceipt: svc.MakeReceipt, core.JobBegin: svc.BeginTry, core.JobAsk: svc.AskTry,
		},
		Consumes: map[events.Name]jobs.Kind{dossiers.EventAcceptedV1: core.JobOrder, payments.EventMovedV1: core.JobFollow},
	}
}
