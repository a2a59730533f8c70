// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package accountsmod puts the accounts module together. Only internal/app
// imports it.
package accountsmod

import (
	"context"
	"io/fs"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/modules/accounts/internal/api"
	"tinhso.vn/internal/modules/accounts/internal/core"
	"tinhso.vn/internal/modules/accounts/internal/site"
	"tinhso.vn/internal/modules/accounts/locales"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/passkey"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB     *db.DB
	People *identity.Directory
	Log    *refusals.Log
	Secure bool   // cookies only over https
	Demo   []Demo // accounts that the sign-in page of a demonstration offers

	Name     string        // of the service, as authenticators show it
	Address  string        // public; passkeys belong to it
	Messages core.Messages // nil: nobody is told by a short message
	Lenient  bool          // a demonstration: second factors are never required

	// Outside returns other providers with which people can sign in now; nil: none.
	Outside func() []Outside
	// Elsewhere returns where a browser that signs out goes, so that its session
	// ends with the provider with which it began; empty, or nil: nowhere.
	Elsewhere func(ctx context.Context, actor identity.Actor) (to string, err error)
}

// Outside is another provider with which people can sign in.
type Outside = site.Outside

// What the commands of operators write in the audit log.
const (
	AuditMade     = accounts.AuditMade
	AuditPassword = accounts.AuditPassword
)

// Demo is such an account.
type Demo struct {
	Login, Name, Password string
	Role, Note            i18n.Text
}

// New returns the module.
func New(d Deps) module.Module {
	deps := core.Deps{DB: d.DB, People: d.People, Log: d.Log, Messages: d.Messages, Issuer: d.Name, Lenient: d.Lenient}
	if keys, ok := passkey.New(d.Name, d.Address); ok {
		deps.Passkeys = keys
	}
	svc := core.New(deps)
	options := site.Options{Secure: d.Secure, Passkeys: deps.Passkeys != nil, Lenient: d.Lenient, Outside: d.Outside, Elsewhere: d.Elsewhere}
	for _, a := range d.Demo {
		options.Demo = append(options.Demo, site.Demo(a))
	}
	return module.Module{
		Name:        "accounts",
		Permissions: []identity.Permission{accounts.PermPeople, accounts.PermUnits, accounts.PermSecure, accounts.PermSecureAll},
		AuditEvents: []audit.Event{
			accounts.AuditSignedIn, accounts.AuditSignedOut, AuditMade, AuditPassword,
			accounts.AuditPasswordChanged, accounts.AuditFactorAdded, accounts.AuditFactorRemoved, accounts.AuditFactorRestored, accounts.AuditCodesMade,
			accounts.AuditSessionsEnded, accounts.AuditProved, accounts.AuditRecoveryAsked, accounts.AuditRecoveryApproved, accounts.AuditRecoveryWithdrawn,
			accounts.AuditRecovered, accounts.AuditPhoneAsked, accounts.AuditPhoneRecovered,
		},
		Routes: slices.Concat(site.Routes(svc, options), api.Routes(svc)),
		Menu: []module.MenuItem{{
			Side: module.Officials, Order: 80, Label: "accounts.menu.units", Path: "/don-vi", Divided: true,
			Permissions: []identity.Permission{accounts.PermUnits, accounts.PermPeople},
		}, {
			Side: module.Officials, Order: 81, Label: "accounts.menu.recovery", Path: "/khoi-phuc", Permissions: []identity.Permission{accounts.PermSecure, accounts.PermSecureAll},
		}},
		Notices: accounts.Notices(), Locales: fs.FS(locales.Files),
	}
}
