// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net"
	"net/url"
	"strconv"

	"tinhso.vn/internal/modules/console/consolemod"
)

// outside lists the systems this installation speaks to. Those of a demonstration
// are played by tinhso simulate, which has a page for each.
func (p *Program) outside() []consolemod.Outside {
	c := p.Config
	all := []consolemod.Outside{
		{ID: "sms"},
		{ID: "smtp"},
		{ID: "smartca", Address: c.Signing.SmartCA.URL},
		{ID: "card"},
		{ID: "tsa", Address: c.Signing.TSA.URL},
		{ID: "bucket", Address: c.Files.Endpoint},
		{ID: "clamd", Address: c.Clamd},
		{ID: "payment", Address: c.Payments.URL},
	}
	if c.SMS.Enabled {
		all[0].Address = c.SMS.URL
	}
	if c.SMTP.Host != "" {
		all[1].Address = net.JoinHostPort(c.SMTP.Host, strconv.Itoa(c.SMTP.Port))
	}
	if c.Signing.Local.Use() != "" {
		all[3].Address = c.Signing.Local.Use()
	}
	gateway, err := url.Parse(c.SMS.URL)
	if !p.Province.Demo || err != nil || gateway.Host == "" {
		return all
	}
	pages := map[string]string{"sms": "/", "smtp": "/mail/", "smartca": "/smartca/", "tsa": "/ca/"}
	for i, one := range all {
		if one.Address == "" {
			continue
		}
		all[i].Simulated = one.ID != "clamd" && one.ID != "bucket"
		if path := pages[one.ID]; path != "" {
			all[i].Faults = gateway.Scheme + "://" + gateway.Host + path
		}
	}
	if all[3].Address != "" {
		all[3].Faults = httpOf(all[3].Address) + "/pin/"
	}
	return all
}
