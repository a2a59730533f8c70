// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"net/url"
	"strings"
)

// Payments is the platform on which people pay; without URL there is none, and
// people pay at counters and by transfer. Names of fields are those of its shape
// until an operator states what the contract says.
type Payments struct {
	URL      string   `yaml:"url"`
	Shape    string   `yaml:"shape"` // national, paygov, keypay
	Merchant string   `yaml:"merchant"`
	Secret   string   `yaml:"secret" secret:"true"` // signs both ways; belongs in TINHSO_PAYMENTS_SECRET
	Fields   []string `yaml:"fields"`               // NAME=THEIRS
}

// String hides the secret.
func (p Payments) String() string { return fmt.Sprintf("{%s %s %s}", p.Shape, p.URL, p.Merchant) }

// GoString hides the secret.
func (p Payments) GoString() string { return p.String() }

// checkPayments reports what is wrong with the platform.
func (c Config) checkPayments(wrong func(format string, args ...any)) {
	p := c.Payments
	if p.URL == "" {
		return
	}
	if u, e := url.Parse(p.URL); e != nil || u.Host == "" {
		wrong("payments.url is not https://HOST/PATH")
	}
	if p.Shape != "national" && p.Shape != "paygov" && p.Shape != "keypay" {
		wrong("payments.shape is none of national, paygov, keypay")
	}
	if p.Merchant == "" {
		wrong("payments.merchant is missing")
	}
	if p.Secret == "" {
		wrong("payments.secret is missing: give it as TINHSO_PAYMENTS_SECRET")
	}
	for _, f := range p.Fields {
		if name, theirs, ok := strings.Cut(f, "="); !ok || name == "" || theirs == "" {
			wrong("payments.fields: %q is not NAME=THEIRS", f)
		}
	}
}
