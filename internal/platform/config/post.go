// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"net/url"
)

// Post is the public post that carries results; without URL waybills are written by hand.
type Post struct {
	URL   string `yaml:"url"`
	Token string `yaml:"token" secret:"true"` // belongs in TINHSO_POST_TOKEN
}

// check reports what is wrong with it.
func (p Post) check(wrong func(format string, args ...any)) {
	if p.URL == "" {
		return
	}
	if u, err := url.Parse(p.URL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		wrong("post.url is not https://HOST/PATH")
	}
	if p.Token == "" {
		wrong("post.token is missing: give it as TINHSO_POST_TOKEN")
	}
}

// String hides the token.
func (p Post) String() string { return fmt.Sprintf("{%s}", p.URL) }

// GoString hides the token.
func (p Post) GoString() string { return p.String() }
