// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"reflect"
	"strings"
)

// Setting is one value of a configuration, as people may see it.
type Setting struct {
	Key      string // in the file: signing.tsa.url
	Variable string // in the environment: TINHSO_SIGNING_TSA_URL
	Value    string // of a secret: whether there is one
	Default  string
	Secret   bool
	Set      bool // it differs from what holds where nothing is said
}

// Settings lists every value, in the order of the file, without secrets.
func (c Config) Settings() (all []Setting) {
	c = c.Masked()
	list(reflect.ValueOf(c), reflect.ValueOf(Default()), "", &all)
	return all
}

func list(v, usual reflect.Value, above string, all *[]Setting) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key := above + f.Tag.Get("yaml")
		if f.Type.Kind() == reflect.Struct {
			list(v.Field(i), usual.Field(i), key+".", all)
			continue
		}
		s := Setting{
			Key: key, Variable: prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_")), Value: shown(v.Field(i)), Default: shown(usual.Field(i)),
			Secret: f.Tag.Get("secret") == "true", Set: !reflect.DeepEqual(v.Field(i).Interface(), usual.Field(i).Interface()),
		}
		if s.Secret && s.Value != "" {
			s.Value = masked
		}
		*all = append(*all, s)
	}
}

func shown(v reflect.Value) string {
	if v.Kind() == reflect.Slice {
		words := make([]string, v.Len())
		for i := range words {
			words[i] = fmt.Sprint(v.Index(i).Interface())
		}
		return strings.Join(words, ", ")
	}
	return fmt.Sprint(v.Interface())
}
