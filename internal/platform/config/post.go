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

	Postage       int64  `yaml:"postage"`        // đồng, what people are told before they choose; 0: that the post says it
	PostageSource string `yaml:"postage_source"` // the tariff it is from; shown with it
}

// check reports what is wrong with it.
func (p Post) check(wrong func(format string, args ...any)) {
	if p.Postage < 0 || p.Postage > 10_000_000 || p.Postage > 0 && p.PostageSource == "" {
		wrong("post.postage is a sum in đồng, with the tariff it is from in post.postage_source")
	}
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
