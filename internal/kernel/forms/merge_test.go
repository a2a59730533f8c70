// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"net/url"
	"strings"
	"testing"
)

func TestTheNewerOfTwoDevicesWinsAnswerByAnswer(t *testing.T) {
	t.Parallel()
	f := household3(t)
	opened := Answers{"since": "1990", "settled": "yes", "insurance": "8912345678"}
	marks := f.Marks(opened, "head")
	if strings.Contains(marks, "1990") || strings.Contains(marks, "8912345678") {
		t.Errorf("the marks give answers away: %s", marks)
	}
	other := f.Apply(opened, "head", url.Values{"settled": {"yes"}, "since": {"1995"}, "insurance": {"1111111111"}, "card": {"8912345678"}})
	page := url.Values{MarksInput: {marks}, "settled": {"yes"}, "since": {"1990"}, "insurance": {"2222222222"}, "nation": {"01"}}
	got, clashes := f.Merge(other, "head", page)
	if got["since"] != "1995" || got["insurance"] != "2222222222" || got["card"] != "8912345678" || got["nation"] != "01" {
		t.Errorf("%v", got)
	}
	said := ""
	for _, c := range clashes {
		said += c.Key
		if c.Mine {
			said += " mine"
		}
		said += "; "
	}
	if said != "since; insurance mine; card; " {
		t.Error(said)
	}
	if _, clashes = f.Merge(opened, "head", page); clashes != nil {
		t.Errorf("nobody else changed anything: %v", clashes)
	}
	page.Del(MarksInput)
	if got, _ = f.Merge(other, "head", page); got["since"] != "1990" || got["card"] != nil {
		t.Errorf("a page without marks: %v", got)
	}
	again, _ := f.Merge(opened, "head", url.Values{MarksInput: {marks}, "settled": {"yes"}, "insurance": {"8912345678"}})
	if again["since"] != nil {
		t.Error("an answer that was emptied is still there")
	}
}

func TestWhatASourceSaysOtherwiseIsKept(t *testing.T) {
	t.Parallel()
	f, err := New(define(t, `{id: x, title: X, version: 1, steps: [{id: s, title: S, fields: [
		{key: name, type: text, label: Tên, prefill: owner.name}, {key: born, type: date, label: Sinh, prefill: owner.born}, {key: phone, type: phone, label: ĐT, prefill: owner.phone}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	known := Known{"owner.name": "Lê Văn Tám", "owner.born": "1956-03-02", "owner.phone": "0912345678"}
	a := Answers{"name": "Lê Văn  Tám", "born": "1957-03-02", "phone": "0912345679", KnownKey: map[string]string{"name": "forged"}}
	a["name"] = "Lê Văn Tám"
	f.Keep(a, known, map[string]string{"owner.name": "card", "owner.born": "card"}, World{})
	if says, source := a.Otherwise("born"); says != "02/03/1956" || source != "card" {
		t.Errorf("%q %q", says, source)
	}
	for _, key := range []string{"name", "phone"} {
		if says, _ := a.Otherwise(key); says != "" {
			t.Errorf("%s: %q", key, says)
		}
	}
	agreed := Answers{"born": "1956-03-02", KnownKey: map[string]string{"born": "forged"}, SourceKey: map[string]string{"born": "card"}}
	f.Keep(agreed, known, map[string]string{"owner.born": "card"}, World{})
	if len(agreed) != 1 {
		t.Errorf("%v", agreed)
	}
	text, err := a.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	back, err := f.DecodeJSON(text)
	if says, _ := back.Otherwise("born"); err != nil || says != "02/03/1956" {
		t.Errorf("%q %v", says, err)
	}
	if kept, _ := f.Submit(back, World{}); kept[KnownKey] != nil {
		t.Error("who sends answers says what a source says")
	}
}
