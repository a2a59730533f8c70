// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/crypt/hsm"
)

// What lies in the folder of the keys.
const (
	ringFile  = "data.json"
	auditFile = "audit.key"
)

// provider returns who holds the wrapping key. With create a file that is
// missing is made.
func provider(c config.Config, kind crypt.Kind, create bool) (crypt.Provider, error) {
	switch kind {
	case crypt.InEnvironment:
		return crypt.TextProvider(config.VariableKey, c.KeyProvider.Key)
	case crypt.InToken:
		return hsm.Token{
			Socket: c.KeyProvider.Socket, Label: c.KeyProvider.Label, PIN: c.KeyProvider.PIN,
			Wait: time.Duration(c.KeyProvider.Seconds) * time.Second,
		}, nil
	case crypt.InFile:
	}
	return crypt.FileProvider(filepath.Join(c.Keys, crypt.WrappingFile), create)
}

// openKeys opens ring and audit key by the configured provider; with create they
// are made where they are missing.
func (p *Program) openKeys(create bool) (err error) {
	c, ring := p.Config, filepath.Join(p.Config.Keys, ringFile)
	kind := crypt.Kind(c.KeyProvider.Kind)
	if kind == crypt.InFile { // the only provider under which a ring of the first version may still lie in clear
		load := crypt.Load
		if create {
			load = crypt.LoadOrCreate
		}
		if p.Keys, err = load(ring); err != nil {
			return err
		}
		_, wrapped := p.Keys.Provider()
		p.wrap, err = provider(c, kind, wrapped)
		if !wrapped {
			p.wrap, err = nil, nil
		}
	} else {
		if p.wrap, err = provider(c, kind, create); err == nil {
			p.Keys, err = crypt.Open(ring, p.wrap, create)
		}
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(c.Keys, auditFile)); !create && errors.Is(err, fs.ErrNotExist) {
		return crypt.ErrNoRing.With("file", filepath.Join(c.Keys, auditFile)).Because(err) // a new one would not vouch for the old log
	}
	// A move that was cut off between ring and audit key has left each with another provider: both open, and
	// the move is made again.
	p.auditWrap = p.wrap
	by, err := audit.WrappedBy(filepath.Join(c.Keys, auditFile))
	if err != nil {
		return err
	}
	if by != "" && (p.wrap == nil || by != p.wrap.Kind()) {
		if p.auditWrap, err = provider(c, by, false); err != nil {
			return err
		}
	}
	if p.Signer, err = audit.OpenSigner(filepath.Join(c.Keys, auditFile), p.auditWrap); err != nil {
		return err
	}
	p.LogKey, err = audit.LoadVerifier(filepath.Join(c.Keys, auditFile))
	return err
}
