// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"net/url"
)

// Axis is the integration axis of the province, over which the systems of other
// agencies are reached; without URL none is asked.
type Axis struct {
	URL   string `yaml:"url"`                 // below it each partner has a path
	Token string `yaml:"token" secret:"true"` // belongs in TINHSO_AXIS_TOKEN
}

// check reports what is wrong with it.
func (a Axis) check(wrong func(format string, args ...any)) {
	if a.URL == "" {
		return
	}
	if u, err := url.Parse(a.URL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Hostname() != "127.0.0.1") {
		wrong("axis.url is not https://HOST/PATH")
	}
	if a.Token == "" {
		wrong("axis.token is missing: give it as TINHSO_AXIS_TOKEN")
	}
}

// String hides the token.
func (a Axis) String() string { return fmt.Sprintf("{%s}", a.URL) }

// GoString hides the token.
func (a Axis) GoString() string { return a.String() }
