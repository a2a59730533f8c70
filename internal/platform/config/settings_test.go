// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/config"
)

// fill puts a word that tells its field into every string.
func fill(v reflect.Value, above string) {
	for i := range v.NumField() {
		name := above + v.Type().Field(i).Name
		switch v.Field(i).Kind() {
		case reflect.Struct:
			fill(v.Field(i), name+".")
		case reflect.String:
			v.Field(i).SetString("value-of-" + name)
		}
	}
}

// Whatever is called like a secret is hidden: a new one is marked, or this fails.
func TestSettingsHideSecrets(t *testing.T) {
	t.Parallel()
	var c config.Config
	fill(reflect.ValueOf(&c).Elem(), "")
	for _, s := range c.Settings() {
		last := s.Key[strings.LastIndexByte(s.Key, '.')+1:]
		like := slices.ContainsFunc([]string{"password", "token", "secret", "pin", "access_key", "webhook"}, func(w string) bool { return strings.Contains(last, w) }) || last == "key"
		if like != s.Secret || (s.Secret && strings.Contains(s.Value, "value-of")) || (!s.Secret && s.Value == "[hidden]") {
			t.Errorf("%s: secret %v, shown %q", s.Key, s.Secret, s.Value)
		}
	}
}

func TestSettingsSayWhatIsUnusual(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Quota.Subject, c.Proxies, c.Database = 7, []string{"10.0.0.0/8", "::1/128"}, "postgres://u:geheim@h/d"
	got := map[string]config.Setting{}
	for _, s := range c.Settings() {
		got[s.Key] = s
	}
	if s := got["quota.subject"]; !s.Set || s.Value != "7" || s.Default != "4096" || s.Variable != "TINHSO_QUOTA_SUBJECT" {
		t.Errorf("%+v", s)
	}
	if s := got["proxies"]; !s.Set || s.Value != "10.0.0.0/8, ::1/128" {
		t.Errorf("%+v", s)
	}
	if s := got["limits"]; s.Set || s.Value != "true" {
		t.Errorf("%+v", s)
	}
	if s := got["database"]; strings.Contains(s.Value, "geheim") || !s.Set {
		t.Errorf("%+v", s)
	}
}
