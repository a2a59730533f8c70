// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"net/url"
)

// Tax is the tax authority that takes electronic receipts; without URL none are sent.
type Tax struct {
	URL    string `yaml:"url"`
	Token  string `yaml:"token" secret:"true"` // belongs in TINHSO_TAX_TOKEN
	Source string `yaml:"source"`              // the document by which this was set up; shown to accountants
}

// check reports what is wrong with it.
func (t Tax) check(wrong func(format string, args ...any)) {
	if t.URL == "" {
		return
	}
	if u, err := url.Parse(t.URL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		wrong("tax.url is not https://HOST/PATH")
	}
	if t.Token == "" {
		wrong("tax.token is missing: give it as TINHSO_TAX_TOKEN")
	}
	if t.Source == "" {
		wrong("tax.source is missing: name the document by which receipts are sent")
	}
}

// String hides the token.
func (t Tax) String() string { return fmt.Sprintf("{%s %s}", t.URL, t.Source) }

// GoString hides the token.
func (t Tax) GoString() string { return t.String() }
