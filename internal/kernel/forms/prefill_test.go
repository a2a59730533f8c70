// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"net/url"
	"reflect"
	"slices"
	"testing"
)

const asksWho = `{id: x, title: X, version: 1, steps: [
  {id: who, title: W, fields: [
    {key: name, type: text, label: a, required: true, prefill: owner.name},
    {key: born, type: date_partial, label: a, prefill: owner.born},
    {key: sex, type: radios, label: a, prefill: owner.sex, options: [{value: male, label: Nam}, {value: female, label: Nữ}]},
    {key: number, type: person_number, label: a, prefill: owner.number},
    {key: home, type: address, label: a, prefill: owner.residence},
    {key: helped, type: radios, label: a, options: [{value: yes, label: Có}, {value: no, label: Không}]},
    {key: helper, type: text, label: a, prefill: submitter.name, show_when: 'helped == "yes"'},
  ]}]}`

func TestPrefillFillsGapsOnly(t *testing.T) {
	t.Parallel()
	f, err := New(define(t, asksWho))
	if err != nil {
		t.Fatal(err)
	}
	w := World{Units: []Option{{Value: "px", Label: Text{VI: "Phường Long Xuyên"}}}}
	known := Known{
		"owner.name": "Nguyễn  Văn Bảy", "owner.born": "1958-03-27", "owner.sex": "male", "owner.number": "089 058 000 001",
		"owner.residence": "Số 5, Khóm 2, phường Long Xuyên, An Giang", "submitter.name": "Lê Thị Nam",
	}
	all := Answers{
		"name": "Nguyễn Văn Bảy", "born": "1958-03-27", "sex": "male", "number": "089058000001", "home": map[string]string{Commune: "px", Detail: "Số 5, Khóm 2"},
	}
	keys := []string{"name", "born", "sex", "number", "home"}
	for name, c := range map[string]struct {
		have Answers
		sent url.Values
		want Answers
		keys []string
	}{
		"opened":          {Answers{}, nil, all, keys},
		"typed":           {Answers{"name": "Bảy"}, nil, Answers{"name": "Bảy"}, nil},
		"kept as offered": {Answers{"name": "Nguyễn Văn Bảy", "born": "1960"}, nil, Answers{"name": "Nguyễn Văn Bảy", "born": "1960"}, []string{"name"}},
		"emptied":         {Answers{}, url.Values{"name": {""}, "born-year": {""}, "sex": {""}, "number": {""}, "home-detail": {""}}, Answers{}, nil},
		"a new question": {
			Answers{"helped": "yes"},
			url.Values{"name": {""}, "born-day": {""}, "sex": {""}, "number": {""}, "home-commune": {""}, "helped": {"yes"}},
			Answers{"helped": "yes", "helper": "Lê Thị Nam"},
			[]string{"helper"},
		},
	} {
		got := f.Prefill(c.have, "who", known, c.sent, w)
		if !reflect.DeepEqual(got.Answers, c.want) || !slices.Equal(got.Keys, c.keys) {
			t.Errorf("%s: %v from %v", name, got.Answers, got.Keys)
		}
	}
	if got := f.Prefill(nil, "who", Known{"owner.sex": "other", "owner.born": "hôm qua", "owner.number": "12"}, nil, w); len(got.Answers) != 0 {
		t.Errorf("what makes no sense is offered: %v", got.Answers)
	}
	if got := f.Prefill(nil, "who", Known{"owner.residence": "Xã Cũ, Huyện Cũ"}, nil, w); !reflect.DeepEqual(got.Answers["home"], map[string]string{Commune: "", Detail: "Xã Cũ, Huyện Cũ"}) {
		t.Errorf("an older address: %v", got.Answers)
	}
}

func TestPrefillFitsTheField(t *testing.T) {
	t.Parallel()
	d := define(t, `{id: x, title: X, version: 1, steps: [{id: s, title: S, fields: [
		{key: a, type: date, label: a, prefill: owner.name}, {key: b, type: text, label: b, prefill: owner.shoes}, {key: c, type: text, label: c, prefill: submitter.name}]}]}`)
	if got, want := list(d.Check()), "steps[0].fields[0].prefill form.bad_prefill\nsteps[0].fields[1].prefill form.bad_prefill"; got != want {
		t.Errorf("got %s", got)
	}
}
