// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// MaxReason is how many characters a reason may have; the other texts as many.
const MaxReason = 300

// Gift says whose an opened certificate is, and where its key lies.
type Gift struct {
	Import    string
	Login     string // of the official; or
	Unit      string // of the agency whose seal it is
	Kind      string // soft with a key, remote or local without
	Provider  string // of remote
	Reference string // of remote
	Replace   bool   // take the place of the active one
	NameSeen  bool   // the name in it is another, and that is right
	Reason    string
}

// Check reports every problem at once, in the order of the form.
func (g Gift) Check(hasKey bool) (fields []errs.Field) {
	wrong := func(name, code string) { fields = append(fields, errs.Field{Name: name, Code: code}) }
	login, unit := text.Line(g.Login), text.Line(g.Unit)
	switch {
	case login == "" && unit == "":
		wrong("login", "certificates.holder_missing")
	case login != "" && unit != "":
		wrong("unit", "certificates.holder_twice")
	}
	switch kind := keystore.Kind(g.Kind); {
	case hasKey && kind != keystore.Soft:
		wrong("kind", keystore.ErrKeyUnwanted.Code)
	case !hasKey && kind == keystore.Soft:
		wrong("kind", keystore.ErrKeyMissing.Code)
	case kind != keystore.Soft && kind != keystore.Remote && kind != keystore.Local:
		wrong("kind", "certificates.kind_missing")
	case kind == keystore.Remote:
		if text.Line(g.Provider) == "" {
			wrong("provider", "certificates.provider_missing")
		}
		if text.Line(g.Reference) == "" {
			wrong("reference", "certificates.reference_missing")
		}
	}
	for _, f := range []struct{ name, value string }{{"provider", g.Provider}, {"reference", g.Reference}, {"reason", g.Reason}} {
		if utf8.RuneCountInString(text.NFC(f.value)) > MaxReason {
			fields = append(fields, errs.Field{Name: f.name, Code: "certificates.too_long", Args: map[string]any{"max": MaxReason}})
		}
	}
	return fields
}

// Add takes an opened certificate into the register, for an official or an
// agency that the actor looks after.
func (s *Service) Add(ctx context.Context, actor identity.Actor, g Gift) (id string, err error) {
	defer errs.Wrap(&err, "add a certificate")

	scope, err := access.Everywhere(actor, certificates.PermManage)
	if err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		i, err := s.Register.Take(ctx, tx, g.Import, actor.Account)
		if err != nil {
			return err
		}
		if fields := g.Check(i.HasKey); len(fields) > 0 {
			return errs.BadInput(fields)
		}
		d := keystore.Draft{
			Kind: keystore.Kind(g.Kind), Provider: text.Line(g.Provider), Reference: text.Line(g.Reference), Cert: i.Opened.Cert, Chain: i.Opened.Chain, Key: i.Opened.Key,
			Replace: g.Replace, By: actor.Account, Reason: text.Line(text.NFC(g.Reason)),
		}
		name, err := s.holder(ctx, tx, scope, g, &d)
		if err != nil {
			return err
		}
		if !g.NameSeen && !names(i.Opened.Cert.Subject.CommonName, name) {
			return errs.BadInput([]errs.Field{{Name: "name_seen", Code: "certificates.name_differs", Args: map[string]any{"name": name}}})
		}
		c, err := s.Register.Add(ctx, tx, d)
		if err != nil {
			return onForm(err)
		}
		id = c.ID
		return audit.Record(ctx, tx, actor, certificates.AuditAdded, c.ID)
	})
	return id, err
}

// onForm makes a conflict of the register a problem of the form's field.
func onForm(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && errors.Is(err, keystore.ErrHasOne) {
		return errs.BadInput([]errs.Field{{Name: "replace", Code: e.Code, Args: e.Args}})
	}
	return err
}

// holder finds whom the certificate is for, in scope, and returns the name.
func (s *Service) holder(ctx context.Context, tx *db.Tx, scope access.Scope, g Gift, d *keystore.Draft) (name string, err error) {
	unknown := func(field, code string) error { return errs.BadInput([]errs.Field{{Name: field, Code: code}}) }
	if login := text.Line(g.Login); login != "" {
		a, found, err := s.People.FindAccount(ctx, tx, login)
		if err != nil {
			return "", err
		}
		if !found || a.Disabled {
			return "", unknown("login", "certificates.login_unknown")
		}
		posts, err := access.ListPosts(ctx, tx, a.ID, tx.Now)
		if err != nil {
			return "", err
		}
		for _, p := range posts {
			if sees, err := scope.Sees(ctx, tx, p.Unit); err != nil {
				return "", err
			} else if sees {
				d.Holder, d.Unit = keystore.Holder{Account: a.ID}, p.Unit
				return a.Name, nil
			}
		}
		return "", unknown("login", "certificates.login_unknown")
	}
	u, err := orgs.Get(ctx, tx, orgs.ID(text.Line(g.Unit)))
	if errors.Is(err, orgs.ErrNotFound) {
		return "", unknown("unit", "certificates.unit_unknown")
	}
	if err != nil {
		return "", err
	}
	if sees, err := scope.Sees(ctx, tx, u.ID); err != nil {
		return "", err
	} else if !sees {
		return "", unknown("unit", "certificates.unit_unknown")
	}
	d.Holder, d.Unit = keystore.Holder{Unit: u.ID}, u.ID
	return u.Authority().VI, nil
}

// names reports whether a certificate's name is that of its holder: titles and
// agencies may stand around it, and marks may be missing.
func names(common, holder string) bool {
	return holder != "" && strings.Contains(text.Fold(common), text.Fold(holder))
}
