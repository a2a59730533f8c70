// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"net/url"
)

// NationalPortal is the National Public Service Portal; without URL nothing is sent to it.
type NationalPortal struct {
	URL      string `yaml:"url"` // of its services
	User     string `yaml:"user"`
	Password string `yaml:"password" secret:"true"` // belongs in TINHSO_NATIONAL_PORTAL_PASSWORD
}

// check reports what is wrong with it.
func (p NationalPortal) check(wrong func(format string, args ...any)) {
	if p.URL == "" {
		return
	}
	if u, err := url.Parse(p.URL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Hostname() != "127.0.0.1") {
		wrong("national_portal.url is not https://HOST/PATH")
	}
	if p.User == "" || p.Password == "" {
		wrong("national_portal.user or .password is missing: give the password as TINHSO_NATIONAL_PORTAL_PASSWORD")
	}
}

// String hides the password.
func (p NationalPortal) String() string { return fmt.Sprintf("{%s %s}", p.URL, p.User) }

// GoString hides the password.
func (p NationalPortal) GoString() string { return p.String() }
