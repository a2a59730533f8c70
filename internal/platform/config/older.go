// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"net/url"
)

// OlderSystem is the interface of the one-stop system that is left; without URL none is
// asked. A mapping names paths below it: nothing else is asked, wherever answers point.
type OlderSystem struct {
	URL    string `yaml:"url"`
	User   string `yaml:"user"`                 // with the secret as the password; empty: the secret is a token
	Secret string `yaml:"secret" secret:"true"` // belongs in TINHSO_OLDER_SYSTEM_SECRET
}

// check reports what is wrong with it.
func (o OlderSystem) check(wrong func(format string, args ...any)) {
	if o.URL == "" {
		return
	}
	if u, err := url.Parse(o.URL); err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || (u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "127.0.0.1")) {
		wrong("older_system.url is not https://HOST/PATH")
	}
	if o.Secret == "" {
		wrong("older_system.secret is missing: give it as TINHSO_OLDER_SYSTEM_SECRET")
	}
}

// String hides the secret.
func (o OlderSystem) String() string { return fmt.Sprintf("{%s %s}", o.URL, o.User) }

// GoString hides the secret.
func (o OlderSystem) GoString() string { return o.String() }
