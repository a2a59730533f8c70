// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"log/slog"
	"net/url"
	"slices"
)

// masked is what is shown of a secret.
const masked = "[hidden]"

// Masked returns the configuration without its secrets: what may be shown.
func (c Config) Masked() Config {
	for _, secret := range []*string{
		&c.SMS.Token, &c.Payments.Secret, &c.KeyProvider.Key, &c.KeyProvider.PIN, &c.SignOn.VNeID.Secret, &c.NationalPortal.Password, &c.Post.Token,
		&c.Tax.Token, &c.Axis.Token, &c.OlderSystem.Secret,
	} {
		if *secret != "" {
			*secret = masked
		}
	}
	c.SignOn.Sources = slices.Clone(c.SignOn.Sources) // what is not there stays nil
	for i, p := range c.SignOn.Sources {
		if p.Secret != "" {
			c.SignOn.Sources[i].Secret = masked
		}
	}
	c.Ministries = slices.Clone(c.Ministries)
	for i, m := range c.Ministries {
		if m.Secret != "" {
			c.Ministries[i].Secret = masked
		}
	}
	if u, err := url.Parse(c.Database); err == nil && u.Scheme != "" {
		if _, has := u.User.Password(); has {
			u.User = url.User(u.User.Username())
		}
		q := u.Query()
		if q.Has("password") {
			q.Set("password", masked)
			u.RawQuery = q.Encode()
		}
		c.Database = u.String()
	}
	return c
}

// plain has the fields of Config and none of its methods.
type plain Config

// String shows the configuration without its secrets.
func (c Config) String() string { return fmt.Sprintf("%+v", plain(c.Masked())) }

// GoString shows the configuration without its secrets.
func (c Config) GoString() string { return c.String() }

// LogValue shows the configuration without its secrets.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// String hides the token.
func (s SMS) String() string { return fmt.Sprintf("{%v %s}", s.Enabled, s.URL) }

// GoString hides the token.
func (s SMS) GoString() string { return s.String() }

// String hides key and PIN.
func (k KeyProvider) String() string { return fmt.Sprintf("{%s %s %s}", k.Kind, k.Socket, k.Label) }

// GoString hides key and PIN.
func (k KeyProvider) GoString() string { return k.String() }
