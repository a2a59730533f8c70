// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/config"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheEnvironmentWins(t *testing.T) {
	t.Parallel()
	path := write(t, "listen: 127.0.0.1:1\ndata: /x\nlog: {level: warn}\n")
	c, err := config.Load(path, config.Environment{"TINHSO_LISTEN=127.0.0.1:2", "TINHSO_LOG_FORMAT=text", "TINHSO_PROXIES=10.0.0.0/8,192.168.0.0/16", "TINHSO_QUOTA_SUBJECT=7", "HOME=/root"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:2" || c.Log.Level != "warn" || c.Log.Format != "text" || len(c.Proxies) != 2 || c.Quota != (config.Quota{AccountDay: 8192, Subject: 7}) ||
		c.PublicURL != "http://127.0.0.1:2" || c.Database != "/x/tinhso.db" || c.Keys != "/x/keys" || c.Secure() {
		t.Errorf("got %+v", c)
	}
}

func TestEveryMistakeIsNamed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file string
		env  config.Environment
		want []string
	}{
		"unknown key":                {"listne: x\n", nil, []string{"line 1", "listne"}},
		"wrong type":                 {"listen: [1]\n", nil, []string{"line 1"}},
		"unknown variable":           {"", config.Environment{"TINHSO_LISTNE=x"}, []string{"TINHSO_LISTNE"}},
		"all at once":                {"listen: x\ndata: ''\nlog: {level: loud, format: xml}\nproxies: [here]\npublic_url: ftp://x\nsms: {enabled: true}\n", nil, []string{"listen", "data", "log.level", "log.format", "proxies", "public_url", "sms.url"}},
		"checkpoints beside the log": {"data: /x\ncheckpoints: [here, /x/points/]\n", nil, []string{`"here" is not an absolute path`, `"/x/points/" lies in data`}},
		"checkpoints elsewhere":      {"checkpoints: ['mailto:nobody', 'mailto:a@example.vn', 'http://example.vn/x', 'https:///x']\n", nil, []string{`"mailto:nobody" is no address`, `"mailto:a@example.vn" needs smtp.host`, `"http://example.vn/x" is not https`, `"https:///x" is not https`}},
		"no daemon":                  {"clamd: here\nquota: {subject: -1}\n", nil, []string{`clamd "here" is neither`, "quota: a number of MB"}},
		"no number":                  {"", config.Environment{"TINHSO_QUOTA_SUBJECT=much"}, []string{"TINHSO_QUOTA_SUBJECT"}},
		"no truth":                   {"", config.Environment{"TINHSO_SMS_ENABLED=maybe"}, []string{"TINHSO_SMS_ENABLED"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(write(t, tt.file), tt.env)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q is not named in: %v", w, err)
				}
			}
		})
	}
	if _, err := config.Load("/nowhere/c.yaml", nil); err == nil {
		t.Error("a missing file was accepted")
	}
}
