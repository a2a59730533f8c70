// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/packs"
)

// What the texts of notices may name, and whether it tells of a person. Who
// adds a variable decides here what it is.
func variables() map[string]bool {
	return map[string]bool{
		"code": false, "procedure": false, "link": false, "promise": false, "state": false, "next": false, "step": false, "due": false, "n": false, "list": false,
		"register": false, "what": false, "outcome": false, "system": false, "late": false, "today": false, "soon": false, "at": false, "day": false, "answer": false,
		"when": false, "office": false, "partner": false, "why": false, "wave": false, "found": false,
		"owner": true, "by": true, "name": true, "died": true,
	}
}

func ruleOf(from packs.NoticeRule) notify.Rule {
	r := notify.Rule{
		ID: from.ID, ZNS: from.ZNS, Title: i18n.Text(from.Title), App: i18n.Text(from.App), Mail: i18n.Text(from.Mail), Neutral: i18n.Text(from.Neutral), SMS: i18n.Text(from.SMS),
	}
	for _, v := range from.Variables {
		r.Variables = append(r.Variables, notify.Variable{Key: v.Key, Max: v.Max, Personal: v.Personal})
	}
	return r
}

// No text of any pack tells about a person where somebody else may read it: a
// short message, a template of Zalo, a lock screen, the title of anything, a
// mail to an address that nobody has proven.
func TestNoTemplateNamesAPersonWhereOthersRead(t *testing.T) {
	t.Parallel()
	known, seen := variables(), 0
	for _, name := range names(t) {
		for _, from := range load(t, name).Notices {
			values, secrets := map[string]i18n.Text{}, []string{}
			for _, v := range from.Variables {
				personal, there := known[v.Key]
				if !there {
					t.Errorf("%s: %s names {%s}, of which this test does not know whether it is personal", name, from.ID, v.Key)
				}
				if personal != v.Personal {
					t.Errorf("%s: %s says of {%s} personal: %v", name, from.ID, v.Key, v.Personal)
				}
				values[v.Key] = i18n.Text{VI: "vi-" + v.Key, EN: "en-" + v.Key}
				if personal {
					secrets = append(secrets, "vi-"+v.Key, "en-"+v.Key)
				}
			}
			r := ruleOf(from)
			for _, lang := range []i18n.Lang{i18n.VI, i18n.EN} {
				for _, c := range from.Channels {
					said := []string{}
					w, ok := r.Say(notify.ChannelID(c), lang, false, values)
					if !ok {
						t.Errorf("%s: %s can say nothing by %s to an address that nobody has proven", name, from.ID, c)
					}
					said = append(said, w.Title, w.Text)
					if c == "zns" {
						for _, v := range r.Params(lang, values) {
							said = append(said, v)
						}
					}
					if i := slices.IndexFunc(secrets, func(s string) bool { return strings.Contains(strings.Join(said, "\n"), s) }); i >= 0 {
						t.Errorf("%s: %s says by %s: %q", name, from.ID, c, said)
					}
					seen++
				}
				if w, _ := r.Say(notify.App, lang, true, values); slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(w.Title, s) }) {
					t.Errorf("%s: the title of %s names a person", name, from.ID)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d texts were looked at", seen)
	}
}
