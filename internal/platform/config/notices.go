// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
)

// SMS is the gateway of short messages.
type SMS struct {
	Enabled bool   `yaml:"enabled"`
	URL     string `yaml:"url"`
	Token   string `yaml:"token" secret:"true"`   // belongs in TINHSO_SMS_TOKEN
	Webhook string `yaml:"webhook" secret:"true"` // token of what it says later, in TINHSO_SMS_WEBHOOK; empty: nothing is taken
	Price   int    `yaml:"price"`                 // đồng, of one message
}

// ZNS is the official account of Zalo that sends approved templates; without URL
// there is none. Codes of errors are Zalo's, and unverified until an operator has seen them.
type ZNS struct {
	URL       string   `yaml:"url"`                  // of POST /message/template
	Token     string   `yaml:"token" secret:"true"`  // access token, in TINHSO_ZNS_TOKEN
	App       string   `yaml:"app"`                  // id of the application
	Secret    string   `yaml:"secret" secret:"true"` // of its notices, in TINHSO_ZNS_SECRET; empty: none are taken
	Templates []string `yaml:"templates"`            // EVENT=TEMPLATE
	Price     int      `yaml:"price"`                // đồng, of one message
	NoZalo    []string `yaml:"no_zalo"`              // codes: the number has no Zalo
	Quota     []string `yaml:"quota"`                // codes: no more today
	Never     []string `yaml:"never"`                // codes: it will never be taken
}

// Template returns the approved templates by event.
func (z ZNS) Template() map[string]string {
	all := map[string]string{}
	for _, t := range z.Templates {
		if event, id, ok := strings.Cut(t, "="); ok {
			all[event] = id
		}
	}
	return all
}

// Codes reads a list of codes of errors.
func Codes(list []string) (all []int) {
	for _, c := range list {
		if n, err := strconv.Atoi(c); err == nil {
			all = append(all, n)
		}
	}
	return all
}

// Push is which push services of browsers are asked; without services there is none.
type Push struct {
	Services []string `yaml:"services"` // origins: https://fcm.googleapis.com, https://*.notify.windows.com
	Contact  string   `yaml:"contact"`  // mailto:ADDRESS or https://…, for the services
}

// checkNotices reports what is wrong with the ways to people.
func (c Config) checkNotices(wrong func(format string, args ...any)) {
	if c.SMS.Enabled {
		if u, e := url.Parse(c.SMS.URL); e != nil || u.Host == "" {
			wrong("sms.url is missing")
		}
	}
	if c.SMS.Price < 0 || c.ZNS.Price < 0 {
		wrong("sms.price, zns.price: no price is below 0")
	}
	if c.ZNS.URL != "" {
		if u, e := url.Parse(c.ZNS.URL); e != nil || u.Host == "" {
			wrong("zns.url is not https://HOST/PATH")
		}
		if c.ZNS.Token == "" {
			wrong("zns.token is missing: give it as TINHSO_ZNS_TOKEN")
		}
		for _, t := range c.ZNS.Templates {
			if event, id, ok := strings.Cut(t, "="); !ok || event == "" || id == "" {
				wrong("zns.templates: %q is not EVENT=TEMPLATE", t)
			}
		}
		for _, list := range [][]string{c.ZNS.NoZalo, c.ZNS.Quota, c.ZNS.Never} {
			if len(Codes(list)) != len(list) {
				wrong("zns: codes of errors are whole numbers")
			}
		}
	}
	for _, s := range c.Push.Services {
		if u, e := url.Parse(strings.Replace(s, "*.", "", 1)); e != nil || u.Host == "" || u.Path != "" || (u.Scheme != "https" && u.Hostname() != "127.0.0.1") {
			wrong("push.services: %q is not https://HOST", s)
		}
	}
	if len(c.Push.Services) > 0 && !strings.HasPrefix(c.Push.Contact, "mailto:") && !strings.HasPrefix(c.Push.Contact, "https://") {
		wrong("push.contact is neither mailto:ADDRESS nor https://…")
	}
	if c.SMTP.Bounces != "" && !filepath.IsAbs(c.SMTP.Bounces) {
		wrong("smtp.bounces %q is not an absolute path", c.SMTP.Bounces)
	}
}
