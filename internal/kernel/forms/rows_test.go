// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
)

const household = `
id: household
title: Đề nghị xét hộ nghèo
version: 3
steps:
  - id: head
    title: Chủ hộ
    fields:
      - {key: head, type: person, label: Chủ hộ, required: true, optional: [number]}
      - {key: firm, type: organisation, label: Nơi làm việc}
      - {key: paper, type: identity_document, label: Giấy tờ, optional: [issuer, issued]}
      - {key: settled, type: yes_no, label: Ở ổn định, required: true}
      - {key: since, type: year, label: Từ năm, max: today, show_when: settled == 'yes'}
      - {key: nation, type: code, label: Dân tộc, options: [{value: '01', label: Kinh}, {value: '02', label: Khmer}, {value: '03', label: Chăm}]}
      - {key: insurance, type: insurance_number, label: Mã số BHXH}
      - {key: card, type: health_card, label: Thẻ BHYT}
  - id: members
    title: Thành viên
    fields:
      - key: members
        type: group
        label: Thành viên trong hộ
        row: {vi: thành viên, en: member}
        required: true
        min: 1
        max: 12
        fields:
          - {key: name, type: text, label: Họ và tên, required: true, personal: identity}
          - {key: born, type: date_partial, label: Ngày sinh, max: today}
          - {key: sex, type: radios, label: Giới tính, options: [{value: male, label: Nam}, {value: female, label: Nữ}]}
          - {key: number, type: person_number, label: Số định danh, sex: sex, birth: born}
          - {key: works, type: yes_no, label: Có thu nhập}
          - {key: income, type: money, label: Thu nhập, required: true, show_when: works == 'yes'}
          - {key: yearly, type: money, label: Cả năm, compute: income * 12, why: Thu nhập tháng nhân 12}
      - {key: count, type: number, label: Số người, compute: members, why: Số dòng ở trên}
      - {key: each, type: money, label: Bình quân, compute: sum(income) / members, why: Tổng thu nhập chia số người}
      - {key: poor, type: text, label: Diện, compute: "each < rate ? 'nghèo' : 'không'", why: So với mức chuẩn}
      - {key: rate, type: money, label: Mức chuẩn}
      - {key: from_day, type: date, label: Từ}
      - {key: to_day, type: date, label: Đến}
      - {key: phone, type: phone, label: Điện thoại}
      - {key: mail, type: email, label: Thư}
checks:
  - {field: to_day, holds: from_day <= to_day, message: {vi: Ngày cuối đứng trước ngày đầu, en: Ends before it begins}}
  - {field: phone, holds: "phone != '' || mail != ''", when_empty: true, message: Cần một cách liên lạc}
  - {field: income, holds: income < 100000000, level: warn, message: Thu nhập rất cao}
`

func fieldsOf(err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return ""
	}
	return strings.ReplaceAll(list(e.Fields), "\n", " ")
}

func household3(t *testing.T) *Form {
	t.Helper()
	f, err := New(define(t, household))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func rowsOf(a Answers) []Answers {
	rows, _ := a["members"].([]Answers)
	return rows
}

func sent() url.Values {
	return url.Values{
		"members-rows": {"2"}, "rate": {"2.000.000"}, "phone": {"0912345678"},
		"members-1-name": {" Trần Văn  Hai "}, "members-1-works": {"yes"}, "members-1-income": {"3.000.000"}, "members-1-yearly": {"1"},
		"members-1-born-day": {""}, "members-1-born-year": {"1956"}, "members-1-sex": {"male"}, "members-1-number": {"089056001234"},
		"members-2-name": {"Lê Thị Ba"}, "members-2-works": {"no"}, "members-2-income": {"9"}, "members-3-name": {"nobody"}, "each": {"5"},
	}
}

func TestRowsAreReadComputedAndShown(t *testing.T) {
	t.Parallel()
	f := household3(t)
	a := f.Apply(nil, "members", sent())
	rows := rowsOf(a)
	want := []Answers{
		{"name": "Trần Văn Hai", "works": "yes", "income": int64(3_000_000), "yearly": int64(36_000_000), "born": "1956", "sex": "male", "number": "089056001234"},
		{"name": "Lê Thị Ba", "works": "no", "income": int64(9), "yearly": int64(0)},
	}
	if !reflect.DeepEqual(rows, want) {
		t.Fatalf("%v", rows)
	}
	if a["count"] != int64(2) || a["each"] != int64(1_500_000) || a["poor"] != "nghèo" {
		t.Errorf("computed %v %v %v", a["count"], a["each"], a["poor"])
	}
	text, err := a.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := f.DecodeJSON(text); err != nil || !reflect.DeepEqual(back, a) {
		t.Errorf("read back as %v, %v", back, err)
	}
	kept, _ := f.Submit(a, World{})
	if second := rowsOf(kept)[1]; second["income"] != nil || len(second) != 3 {
		t.Errorf("a question that is not asked was sent: %v", second)
	}
	v, _ := f.View(a, "members", i18n.VI, World{}, nil)
	if r := v.Fields[0].Rows; len(r) != 2 || !r[0].First || !r[1].Last || r[0].Fields[0].Key != "members-1-name" || r[1].ID != "members-2" {
		t.Errorf("%+v", r)
	}
	if len(v.Fields[0].Rows[0].Fields) != 7 || len(v.Fields[0].Rows[1].Fields) != 6 {
		t.Error("a condition in a row looks at another row")
	}
	if each := v.Fields[2]; !each.Computed || each.Value != "1.500.000 đồng" || each.Why.Text != "Tổng thu nhập chia số người" || !v.Fields[0].Rows[0].Fields[5].Refreshes {
		t.Errorf("%+v", each)
	}
	lines := f.Summarise(a, new(i18n.Catalogue).Printer(i18n.VI), World{})
	found := false
	for _, line := range lines {
		found = found || (line.Key == "members" && strings.HasPrefix(line.Value, "1. Họ và tên: Trần Văn Hai; Ngày sinh: 1956; Giới tính: Nam") && strings.Contains(line.Value, "\n2. Họ và tên: Lê Thị Ba"))
	}
	if !found {
		t.Errorf("%+v", lines)
	}
}

func TestWhatIsSaidToBeComputedIsNotBelieved(t *testing.T) {
	t.Parallel()
	f := household3(t)
	a, err := f.DecodeJSON([]byte(`{"each": 1, "count": 7, "members": [{"name": "A", "works": "yes", "income": 100, "yearly": 1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	kept, _ := f.Submit(a, World{})
	if kept["each"] != int64(100) || kept["count"] != int64(1) || rowsOf(kept)[0]["yearly"] != int64(1200) {
		t.Errorf("%v", kept)
	}
	if kept, _ = f.Submit(Answers{"each": int64(5)}, World{}); kept["each"] != nil {
		t.Errorf("a division by nobody gave %v", kept["each"])
	}
}

func TestErrorsLeadToTheRow(t *testing.T) {
	t.Parallel()
	f := household3(t)
	form := sent()
	form.Set("members-2-name", "")
	form.Set("members-2-works", "yes")
	form.Set("members-2-income", "nhiều")
	form.Set("members-1-sex", "female")
	a := f.Apply(nil, "members", form)
	w := World{Today: calendar.Date{Year: 2026, Month: 11, Day: 24}}
	r := f.Validate(a, "members", w)
	if got := list(r.Errors); got != "members-2-name form.required\nmembers-2-income form.not_money" {
		t.Errorf("%q", got)
	}
	if got := list(r.Warnings); got != "members-1-number form.person_number_sex" {
		t.Errorf("%q", got)
	}
	v, _ := f.View(a, "members", i18n.VI, w, &r)
	if len(v.Problems) != 2 || v.Problems[1].Name != "members-2-income" || v.Fields[0].Rows[1].Fields[5].Value != "nhiều" || v.Fields[0].Rows[0].Fields[3].Ask == nil {
		t.Errorf("%+v", v.Problems)
	}
	for n, code := range map[int]string{0: "members form.no_rows", 13: "members form.fewer_rows"} {
		form.Set("members-rows", fmt.Sprint(n))
		if got := list(f.Validate(f.Apply(nil, "members", form), "members", w).Errors); !strings.Contains(got, code) {
			t.Errorf("%d rows: %q", n, got)
		}
	}
	form.Set("members-rows", "1")
	if one := rowsOf(f.Apply(nil, "members", form)); len(one) != 1 {
		t.Errorf("a single row is read as %v", one)
	}
	form.Set("members-rows", "100000")
	if rows := rowsOf(f.Apply(nil, "members", form)); len(rows) != maxRows {
		t.Errorf("%d rows were read", len(rows))
	}
}

func TestRowsAreAddedRemovedAndMoved(t *testing.T) {
	t.Parallel()
	f := household3(t)
	a := f.Apply(nil, "members", sent())
	names := func(a Answers) (all string) {
		rows := rowsOf(a)
		for _, r := range rows {
			all += fmt.Sprint(r["name"]) + ";"
		}
		return all
	}
	for _, v := range []struct{ do, names, focus string }{
		{"members add", "Trần Văn Hai;Lê Thị Ba;<nil>;", "members-3"},
		{"members up 2", "Lê Thị Ba;Trần Văn Hai;", "members-1"},
		{"members down 1", "Lê Thị Ba;Trần Văn Hai;", "members-2"},
		{"members up 1", "Trần Văn Hai;Lê Thị Ba;", "members-1"},
		{"members remove 1", "Lê Thị Ba;", "members-1"},
		{"members remove 9", "Trần Văn Hai;Lê Thị Ba;", "members-2"},
		{"members up", "Trần Văn Hai;Lê Thị Ba;", "members-1"},
	} {
		out, focus, ok := f.Edit(a, "members", v.do)
		if !ok || names(out) != v.names || focus != v.focus {
			t.Errorf("%s: %s %s %v", v.do, names(out), focus, ok)
		}
	}
	if names(a) != "Trần Văn Hai;Lê Thị Ba;" {
		t.Error("the answers given were changed")
	}
	for _, do := range []string{"", "members", "count add", "nobody add"} {
		if _, _, ok := f.Edit(a, "members", do); ok {
			t.Errorf("%q is a button", do)
		}
	}
	for range 20 {
		a, _, _ = f.Edit(a, "members", "members add")
	}
	if rows := rowsOf(a); len(rows) != 12 || rows[11]["yearly"] != int64(0) {
		t.Errorf("%d rows", len(rows))
	}
	one, _, _ := f.Edit(Answers{"members": []Answers{{}}}, "members", "members remove 1")
	if one["members"] != nil {
		t.Errorf("%v", one)
	}
	kept, _ := f.Submit(a, World{})
	if rows := rowsOf(kept); len(rows) != 2 {
		t.Errorf("%d rows were sent, though nothing stands in most", len(rows))
	}
}

func TestProgramsSendRows(t *testing.T) {
	t.Parallel()
	f := household3(t)
	_, err := f.DecodeJSON([]byte(`{"members": [{"name": 5, "shoe": 1}, 7], "name": "x", "head": {"shoe": ""}, "count": {}}`))
	if got := fieldsOf(err); got != "count form.wrong_shape head form.wrong_shape members-1-name form.wrong_shape members-1-shoe form.unknown_field members-2 form.wrong_shape name form.unknown_field" {
		t.Error(got)
	}
	rows := strings.Repeat(`{},`, maxRows) + `{}`
	if _, err = f.DecodeJSON([]byte(`{"members": [` + rows + `]}`)); fieldsOf(err) != "members form.fewer_rows" {
		t.Error(err)
	}
	text, err := f.Schema()
	var s struct {
		Properties struct {
			Members struct {
				Type     string
				MaxItems int
				Items    struct {
					Properties struct {
						Name struct {
							Personal string `json:"x-personal"`
						}
					}
				}
			}
		}
	}
	if err != nil || json.Unmarshal(text, &s) != nil {
		t.Fatal(err)
	}
	if m := s.Properties.Members; m.Type != "array" || m.MaxItems != 12 || m.Items.Properties.Name.Personal != "identity" {
		t.Errorf("%+v", m)
	}
}

func TestRulesOverSeveralAnswers(t *testing.T) {
	t.Parallel()
	f := household3(t)
	base := func() Answers {
		return Answers{"members": []Answers{{"name": "A"}}, "phone": "0912345678"}
	}
	look := func(change Answers) (string, Result) {
		a := base()
		maps.Copy(a, change)
		r := f.Validate(a, "members", World{})
		return list(append(r.Errors, r.Warnings...)), r
	}
	for _, v := range []struct {
		change Answers
		want   string
	}{
		{Answers{}, ""},
		{Answers{"from_day": "2026-05-01"}, ""},
		{Answers{"to_day": "2026-05-01"}, ""},
		{Answers{"from_day": "2026-05-01", "to_day": "2026-05-01"}, ""},
		{Answers{"from_day": "2026-05-02", "to_day": "2026-05-01"}, "to_day form.check"},
		{Answers{"from_day": "mai", "to_day": "2026-05-01"}, "from_day form.not_a_date"},
		{Answers{"phone": nil}, "phone form.check"},
		{Answers{"phone": nil, "mail": "a@b.vn"}, ""},
		{Answers{"members": []Answers{{"name": "A"}, {"name": "B", "works": "yes", "income": int64(100_000_000)}}}, "members-2-income form.check"},
	} {
		if got, _ := look(v.change); got != v.want {
			t.Errorf("%v: %q, not %q", v.change, got, v.want)
		}
	}
	_, r := look(Answers{"from_day": "2026-05-02", "to_day": "2026-05-01"})
	p := new(i18n.Catalogue).Printer(i18n.EN)
	if message, ok := r.Errors[0].Args["message"].(i18n.Text); !ok || p.Text(message) != "Ends before it begins" {
		t.Errorf("%v", r.Errors[0])
	}
}
