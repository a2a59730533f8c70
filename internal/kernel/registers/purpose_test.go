// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/registers"
)

const teams = `registers:
  - id: to-so
    title: Tổ số
    version: 1
    purpose: {text: {vi: Liên hệ thành viên, en: Reaching members}, basis: [luat]}
    fields:
      - {key: code, label: Số, type: text, unique: true}
      - {key: phone, label: Điện thoại, type: phone}
      - {key: health, label: Sức khỏe, type: text, personal: sensitive}
      - key: families
        label: Gia đình
        type: group
        fields:
          - {key: name, label: Tên, type: text, personal: basic}
`

// What a register has personal data for is said by its file, in both languages and
// where there is such data, and it is kept with what is in force.
func TestWhatPersonalDataIsFor(t *testing.T) {
	t.Parallel()
	d, problems := decode(t, teams)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	basic, sensitive := d.PersonalFields()
	keys := func(all []registers.Field) (out []string) {
		for _, f := range all {
			out = append(out, f.Key)
		}
		return out
	}
	if got := keys(basic); !slices.Equal(got, []string{"phone", "name"}) {
		t.Errorf("basic: %v", got)
	}
	if got := keys(sensitive); !slices.Equal(got, []string{"health"}) {
		t.Errorf("sensitive: %v", got)
	}
	for replaced, want := range map[string]string{
		", en: Reaching members": "purpose_words",
		"basis:":                 "unknown",
		"      - {key: phone, label: Điện thoại, type: phone}\n      - {key: health, label: Sức khỏe, type: text, personal: sensitive}\n": "",
	} {
		with := map[string]string{"basis:": "bases:"}[replaced]
		text := strings.Replace(teams, replaced, with, 1)
		if want == "" { // nothing personal is left
			text, want = strings.Replace(text, ", personal: basic", "", 1), "purpose_of_nothing"
		}
		_, problems := decode(t, text)
		if !slices.ContainsFunc(problems, func(p registers.Problem) bool { return p.Code == "registers.definition."+want && p.Line == 5 }) {
			t.Errorf("%q: %v", replaced, problems)
		}
	}
}
