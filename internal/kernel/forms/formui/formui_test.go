// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package formui_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/forms/formui"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/yaml"
)

const everything = `
id: all
title: Mọi thứ
version: 1
steps:
  - id: one
    title: Bước
    fields:
      - {key: a, type: text, label: {vi: Họ và tên, en: Full name}, hint: Như trên thẻ, required: true}
      - {key: b, type: textarea, label: Nội dung}
      - {key: c, type: radios, label: Giới tính, required: true, options: [{value: male, label: Nam}, {value: female, label: {vi: Nữ, en: Female}}]}
      - {key: d, type: checkboxes, label: Giấy tờ, hint: Chọn các mục, required: true, options: [{value: x, label: X}, {value: y, label: Y}]}
      - {key: e, type: select, label: Lý do, required: true, options: [{value: x, label: X}]}
      - {key: f, type: date, label: Ngày cấp, required: true}
      - {key: g, type: date_partial, label: Ngày sinh}
      - {key: h, type: person_number, label: Số định danh, sex: c}
      - {key: i, type: tax_code, label: Mã số thuế}
      - {key: j, type: phone, label: Điện thoại}
      - {key: k, type: email, label: Thư}
      - {key: l, type: unit, label: Cơ quan, required: true}
      - {key: m, type: address, label: Nơi ở, hint: Nơi đang ở, required: true}
      - {key: n, type: money, label: Thu nhập}
      - {key: o, type: number, label: Diện tích, decimals: 1}
      - {key: p, type: file, label: Tệp, required: true}
      - {key: q, type: text, label: Khác, show_when: c == "female"}
`

// page is a step that was rendered and read again.
type page struct {
	all  []*html.Node
	byID map[string]*html.Node
	text string
}

func render(t *testing.T, a forms.Answers, l i18n.Lang, validate bool) page {
	t.Helper()
	var d forms.Definition
	if err := yaml.Unmarshal([]byte(everything), &d); err != nil {
		t.Fatal(err)
	}
	f, err := forms.New(d)
	if err != nil {
		t.Fatal(err)
	}
	source, err := forms.Locales()
	if err != nil {
		t.Fatal(err)
	}
	messages, err := i18n.Load(source)
	if err != nil {
		t.Fatal(err)
	}
	w := forms.World{
		Today: calendar.Date{Year: 2026, Month: 11, Day: 21},
		Unit:  func(id string) (forms.Text, bool) { return forms.Text{VI: "Phường"}, id == "p1" },
		Units: []forms.Option{{Value: "p1", Label: forms.Text{VI: "Phường"}}},
	}
	var result *forms.Result
	if validate {
		r := f.Validate(a, "one", w)
		result = &r
	}
	v, _ := f.View(a, "one", l, w, result)
	var b strings.Builder
	if err := formui.Step(v, formui.Params{Printer: messages.Printer(l), Refresh: "/refresh", Target: "#step"}).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	p := page{byID: map[string]*html.Node{}, text: b.String()}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		p.all = append(p.all, n)
		if id := attr(n, "id"); id != "" {
			if p.byID[id] != nil {
				t.Errorf("two elements are called %s", id)
			}
			p.byID[id] = n
		}
	}
	return p
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func (p page) controls() (all []*html.Node) {
	for _, n := range p.all {
		if slices.Contains([]string{"input", "select", "textarea"}, n.Data) {
			all = append(all, n)
		}
	}
	return all
}

func TestEveryControlHasALabelAndEveryProblemAPlace(t *testing.T) {
	t.Parallel()
	for _, l := range []i18n.Lang{i18n.VI, i18n.EN} {
		for _, validate := range []bool{false, true} {
			p := render(t, forms.Answers{"h": "1", "c": "nothing"}, l, validate)
			labels := map[string]bool{}
			problems := 0
			for _, n := range p.all {
				if n.Data == "label" {
					labels[attr(n, "for")] = true
				}
				if href := attr(n, "href"); n.Data == "a" && strings.HasPrefix(href, "#") {
					problems++
					to := p.byID[href[1:]]
					if to == nil || !slices.Contains(p.controls(), to) {
						t.Errorf("the error summary leads to %s, which is no control", href)
					}
				}
				for id := range strings.FieldsSeq(attr(n, "aria-describedby")) {
					if p.byID[id] == nil {
						t.Errorf("%s is described by %s, which is not there", attr(n, "id"), id)
					}
				}
			}
			if len(p.controls()) != 23 {
				t.Errorf("%d controls", len(p.controls()))
			}
			for _, c := range p.controls() {
				if !labels[attr(c, "id")] {
					t.Errorf("%s has no label", attr(c, "name"))
				}
			}
			if want := map[bool]int{false: 0, true: 9}[validate]; problems != want {
				t.Errorf("%d problems, want %d", problems, want)
			}
		}
	}
}

func TestAnswersComeBackAsTheyWereTyped(t *testing.T) {
	t.Parallel()
	typed := url.Values{
		"a": {`"><script>alert(1)</script>`}, "b": {"một\nhai"}, "c": {"female"}, "d": {"y"}, "e": {"x"},
		"f-day": {"31"}, "f-month": {"2"}, "f-year": {"2026"}, "g-year": {"1956"}, "j": {"0912345678"}, "l": {"p1"},
		"m-commune": {"p1"}, "m-detail": {"12 Lê Lợi"}, "n": {"1500000"}, "o": {"85,5"}, "q": {"x"},
	}
	var d forms.Definition
	if err := yaml.Unmarshal([]byte(everything), &d); err != nil {
		t.Fatal(err)
	}
	f, err := forms.New(d)
	if err != nil {
		t.Fatal(err)
	}
	p := render(t, f.Apply(nil, "one", typed), i18n.VI, true)
	if strings.Contains(p.text, "<script") {
		t.Error("what was typed is run")
	}
	sent := url.Values{}
	for _, c := range p.controls() {
		switch {
		case attr(c, "type") == "radio" || attr(c, "type") == "checkbox":
			if slices.ContainsFunc(c.Attr, func(a html.Attribute) bool { return a.Key == "checked" }) {
				sent.Add(attr(c, "name"), attr(c, "value"))
			}
		case c.Data == "textarea":
			sent.Set(attr(c, "name"), c.FirstChild.Data)
		case c.Data == "select":
			for o := range c.Descendants() {
				if slices.ContainsFunc(o.Attr, func(a html.Attribute) bool { return a.Key == "selected" }) {
					sent.Set(attr(c, "name"), attr(o, "value"))
				}
			}
		case attr(c, "value") != "":
			sent.Set(attr(c, "name"), attr(c, "value"))
		}
	}
	for name, want := range typed {
		if !slices.Equal(sent[name], want) {
			t.Errorf("%s: %q comes back as %q", name, want, sent[name])
		}
	}
	if live := p.byID["c"]; attr(live, "hx-post") != "/refresh" || attr(p.byID["a"], "hx-post") != "" {
		t.Error("only answers that change the questions ask the server")
	}
}

func TestVietnameseAmongEnglishIsMarked(t *testing.T) {
	t.Parallel()
	p := render(t, forms.Answers{"h": "089156001234", "c": "male"}, i18n.EN, true)
	for _, want := range []string{`<span lang="vi">Như trên thẻ</span>`, `<span lang="vi">Nội dung (optional)</span>`, "Full name", "Please check the personal number"} {
		if !strings.Contains(p.text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if strings.Contains(p.text, `<span lang="vi">Full name`) || strings.Contains(render(t, nil, i18n.VI, false).text, `lang="vi"`) {
		t.Error("what is in the language of the page is marked as foreign")
	}
}
