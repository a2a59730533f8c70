// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/vault"
	"tinhso.vn/internal/modules/security"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Keys is how the keys are; no key is in it.
type Keys struct {
	Provider   crypt.Kind
	Wrapped    bool // false: the keys lie in clear, as in the first version
	Generation int64
	Keys       []crypt.Key
	Index      string // name of the key of the search hashes
	Rotation   vault.Rotation
	Rotated    bool // there is a Rotation
	Processes  []vault.Process
	Exports    []Export
}

// Export is a wish to export the keys, with logins.
type Export struct {
	vault.Export
	AskedLogin, ConfirmedLogin string
	Open                       bool // it can still be agreed to or done
}

// exportsShown is how many wishes the page tells of.
const exportsShown = 10

// ShowKeys tells how the keys are.
func (s *Service) ShowKeys(ctx context.Context, actor identity.Actor) (k Keys, err error) {
	defer errs.Wrap(&err, "show keys")

	if _, err := access.Require(actor, security.PermKeys); err != nil {
		return Keys{}, err
	}
	if _, err := s.Deps.Keys.Reload(); err != nil {
		return Keys{}, err
	}
	k = Keys{Generation: s.Deps.Keys.Generation(), Keys: s.Deps.Keys.List(), Index: s.Deps.Keys.IndexKey()}
	k.Provider, k.Wrapped = s.Deps.Keys.Provider()
	if k.Rotation, k.Rotated, err = s.Vault.Last(ctx, s.DB); err != nil {
		return Keys{}, err
	}
	if k.Rotation.StartedBy, err = s.login(ctx, k.Rotation.StartedBy); err != nil {
		return Keys{}, err
	}
	if k.Processes, err = s.Vault.Processes(ctx, s.DB); err != nil {
		return Keys{}, err
	}
	exports, err := s.Vault.Exports(ctx, s.DB, "", exportsShown)
	if err != nil {
		return Keys{}, err
	}
	for _, e := range exports {
		x := Export{Export: e, Open: e.Open(s.DB.Now())}
		if x.AskedLogin, err = s.login(ctx, e.AskedBy); err != nil {
			return Keys{}, err
		}
		if x.ConfirmedLogin, err = s.login(ctx, e.ConfirmedBy); err != nil {
			return Keys{}, err
		}
		k.Exports = append(k.Exports, x)
	}
	return k, nil
}

// Rotate begins to seal with a new key. The processes that serve do the work.
func (s *Service) Rotate(ctx context.Context, actor identity.Actor) (o vault.Rotation, err error) {
	defer errs.Wrap(&err, "rotate keys")

	if _, err := access.Require(actor, security.PermKeys); err != nil {
		return vault.Rotation{}, err
	}
	last, ok, err := s.Vault.Last(ctx, s.DB)
	if err != nil {
		return vault.Rotation{}, err
	}
	if ok && last.State != vault.Done {
		return vault.Rotation{}, vault.ErrRunning
	}
	key, err := s.Vault.Prepare()
	if err != nil {
		return vault.Rotation{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		begun, err := s.Vault.Begin(ctx, tx, actor, key)
		if err != nil {
			return err
		}
		o = begun
		return audit.Record(ctx, tx, actor, security.AuditRotated, key)
	})
	return o, err
}

// Retire removes a key that nothing uses. It is recorded before it is done: what
// is gone cannot be without a record.
func (s *Service) Retire(ctx context.Context, actor identity.Actor, key string) (err error) {
	defer errs.Wrap(&err, "retire key")

	if _, err := access.Require(actor, security.PermKeys); err != nil {
		return err
	}
	known := false
	for _, k := range s.Deps.Keys.List() {
		known = known || k.Name == key
	}
	switch {
	case !known:
		return crypt.ErrKeyUnknown.With("key", "")
	case key == s.Deps.Keys.Active():
		return crypt.ErrKeyActive.With("key", key)
	}
	if err := s.Vault.Retirable(ctx, key); err != nil {
		return err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, security.AuditRetired, key)
	}); err != nil {
		return err
	}
	return s.Vault.Retire(ctx, key)
}
