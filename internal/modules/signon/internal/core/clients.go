// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"net"
	"net/url"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Clients returns the clients of the units that the actor looks after, the oldest
// first, after the given one; next is where the list goes on.
func (s *Service) Clients(ctx context.Context, actor identity.Actor, after string) (_ []signon.Client, next string, err error) {
	defer errs.Wrap(&err, "list clients")

	scope, err := access.Require(actor, signon.PermClients)
	if err != nil {
		return nil, "", err
	}
	found, err := s.store.Clients(ctx, s.DB, scope, after, PageSize+1)
	if len(found) > PageSize {
		found = found[:PageSize]
		next = found[PageSize-1].ID
	}
	return found, next, err
}

// Client returns a client with its secrets, which are known by their hashes only.
func (s *Service) Client(ctx context.Context, actor identity.Actor, client string) (_ signon.Client, _ []signon.Secret, err error) {
	defer errs.Wrap(&err, "get client %s", client)

	scope, err := access.Require(actor, signon.PermClients)
	if err != nil {
		return signon.Client{}, nil, err
	}
	c, err := s.store.ClientIn(ctx, s.DB, scope, client)
	if err != nil {
		return c, nil, err
	}
	secrets, _, err := s.store.Secrets(ctx, s.DB, client, s.DB.Now())
	return c, secrets, err
}

// Scopes returns everything that a client can be registered for.
func (s *Service) Scopes() []string {
	all := signon.PersonScopes()
	last := ""
	for _, p := range s.known {
		module, _, _ := strings.Cut(string(p), ".")
		if module != last {
			all = append(all, signon.ScopeAPI+module)
			last = module
		}
		all = append(all, signon.ScopeAPI+string(p))
	}
	return all
}

// Draft is a client as somebody writes it down.
type Draft struct {
	Kind                                 string
	NameVI, NameEN, PurposeVI, PurposeEN string
	Unit                                 string
	Redirects, LogoutRedirects, Scopes   []string
	BackChannel, Login                   string
	Pushed                               bool
}

const (
	maxName      = 100
	maxPurpose   = 500
	maxAddresses = 10
	maxAddress   = 500
)

// check reports every problem at once, in the order of the form.
func (d Draft) check(known []string) (fields []errs.Field) {
	wrong := func(name, code string) { fields = append(fields, errs.Field{Name: name, Code: "signon." + code}) }
	kind := signon.Kind(d.Kind)
	if !slices.Contains(signon.Kinds(), kind) {
		wrong("kind", "kind_missing")
	}
	for _, f := range []struct {
		name, value string
		max         int
		needed      bool
	}{{"name_vi", d.NameVI, maxName, true}, {"name_en", d.NameEN, maxName, false}, {"purpose_vi", d.PurposeVI, maxPurpose, true}, {"purpose_en", d.PurposeEN, maxPurpose, false}} {
		switch {
		case f.needed && f.value == "":
			wrong(f.name, f.name+"_missing")
		case len([]rune(f.value)) > f.max:
			wrong(f.name, "too_long")
		}
	}
	if d.Unit == "" {
		wrong("unit", "unit_missing")
	}
	coded := kind == signon.Web || kind == signon.Native
	switch {
	case coded && len(d.Redirects) == 0:
		wrong("redirects", "redirects_missing")
	case !coded && len(d.Redirects) > 0:
		wrong("redirects", "redirects_unused")
	case len(d.Redirects) > maxAddresses || slices.ContainsFunc(d.Redirects, func(a string) bool { return !redirectable(a, kind == signon.Native) }):
		wrong("redirects", "redirects_wrong")
	}
	if len(d.LogoutRedirects) > maxAddresses || slices.ContainsFunc(d.LogoutRedirects, func(a string) bool { return !redirectable(a, kind == signon.Native) }) {
		wrong("logout_redirects", "redirects_wrong")
	}
	if d.BackChannel != "" && !redirectable(d.BackChannel, false) {
		wrong("back_channel", "back_channel_wrong")
	}
	switch {
	case len(d.Scopes) == 0:
		wrong("scopes", "scopes_missing")
	case slices.ContainsFunc(d.Scopes, func(scope string) bool { return !slices.Contains(known, scope) }):
		wrong("scopes", "scopes_unknown")
	case kind == signon.Service && slices.ContainsFunc(d.Scopes, func(scope string) bool { return !strings.HasPrefix(scope, signon.ScopeAPI) }):
		wrong("scopes", "scopes_of_people")
	case (coded || kind == signon.Device) && !slices.Contains(d.Scopes, openid.ScopeOpenID):
		wrong("scopes", "scopes_openid")
	}
	if (kind == signon.Service) != (d.Login != "") {
		wrong("login", "login_of_service")
	}
	return fields
}

// redirectable reports whether an address is one that a browser may be sent to:
// complete, without a part that two readers could take for different things, and
// over TLS wherever it leaves the machine.
func redirectable(address string, native bool) bool {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxAddress || u.Host == "" || u.User != nil || u.Fragment != "" || strings.ContainsAny(address, "#\\* \t\r\n") || u.Opaque != "" ||
		u.String() != address || strings.Contains(u.EscapedPath(), "//") || strings.Contains(u.EscapedPath()+"/", "/../") || strings.Contains(u.EscapedPath()+"/", "/./") || strings.Contains(strings.ToLower(u.EscapedPath()), "%2") {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	here := ip != nil && ip.IsLoopback()
	switch u.Scheme {
	case "https":
		return true
	case "http":
		return here && (!native || u.Port() == "")
	}
	return false
}

func (d Draft) clean() Draft {
	for _, f := range []*string{&d.NameVI, &d.NameEN, &d.PurposeVI, &d.PurposeEN} {
		*f = text.Line(*f)
	}
	d.BackChannel, d.Login, d.Unit = strings.TrimSpace(d.BackChannel), strings.TrimSpace(d.Login), strings.TrimSpace(d.Unit)
	return d
}

// SaveClient registers a client, or changes the one of that id; what it is stays.
// The client is returned.
func (s *Service) SaveClient(ctx context.Context, actor identity.Actor, client string, d Draft) (c signon.Client, err error) {
	defer errs.Wrap(&err, "save client %s", client)

	scope, err := access.Require(actor, signon.PermClients)
	if err != nil {
		return c, err
	}
	d = d.clean()
	if err := errs.BadInput(d.check(s.Scopes())); err != nil {
		return c, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		was := signon.Client{ID: id.New(), Kind: signon.Kind(d.Kind)}
		event := signon.AuditMade
		if client != "" {
			var err error
			if was, err = s.store.ClientIn(ctx, tx, scope, client); err != nil {
				return err
			}
			event = signon.AuditChanged
			if string(was.Kind) != d.Kind {
				return errs.BadInput([]errs.Field{{Name: "kind", Code: "signon.kind_stays"}})
			}
		}
		if sees, err := scope.Sees(ctx, tx, orgs.ID(d.Unit)); err != nil || !sees {
			if err != nil {
				return err
			}
			return errs.BadInput([]errs.Field{{Name: "unit", Code: "signon.unit_missing"}})
		}
		account := ""
		if d.Login != "" {
			found, ok, err := s.People.FindAccount(ctx, tx, d.Login)
			if err != nil {
				return err
			}
			if !ok || found.Disabled {
				return errs.BadInput([]errs.Field{{Name: "login", Code: "signon.login_unknown"}})
			}
			account = found.ID
		}
		changed := was
		changed.Name.VI, changed.Name.EN, changed.Purpose.VI, changed.Purpose.EN = d.NameVI, d.NameEN, d.PurposeVI, d.PurposeEN
		changed.Unit, changed.Redirects, changed.LogoutRedirects, changed.BackChannel = orgs.ID(d.Unit), d.Redirects, d.LogoutRedirects, d.BackChannel
		changed.Scopes, changed.Account, changed.Pushed = d.Scopes, account, d.Pushed
		if err := s.store.PutClient(ctx, tx, changed); err != nil {
			return err
		}
		// What it may no longer have, it no longer has.
		if slices.ContainsFunc(was.Scopes, func(scope string) bool { return !slices.Contains(changed.Scopes, scope) }) {
			if _, err := s.store.EndClient(ctx, tx, changed.ID, ""); err != nil {
				return err
			}
		}
		c = changed
		return audit.Record(ctx, tx, actor, event, changed.ID)
	})
	return c, err
}

// SetDisabled disables a client at once, with all its tokens, or enables it again.
func (s *Service) SetDisabled(ctx context.Context, actor identity.Actor, client string, disabled bool) (err error) {
	defer errs.Wrap(&err, "disable client %s: %v", client, disabled)

	scope, err := access.Require(actor, signon.PermClients)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.store.ClientIn(ctx, tx, scope, client)
		if err != nil || c.Disabled == disabled {
			return err
		}
		c.Disabled = disabled
		if err := s.store.PutClient(ctx, tx, c); err != nil {
			return err
		}
		event := signon.AuditEnabled
		if disabled {
			event = signon.AuditDisabled
			if _, err := s.store.EndClient(ctx, tx, client, ""); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, event, client)
	})
}

// LoginOf returns the login of an account; empty for none.
func (s *Service) LoginOf(ctx context.Context, account string) (string, error) {
	if account == "" {
		return "", nil
	}
	a, err := s.People.GetAccount(ctx, s.DB, account)
	return a.Login, err
}
