// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"fmt"
	"net/url"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/web"
)

func formFor(fields ...registers.Field) form {
	return form{Form: core.Form{Standing: registers.Standing{Definition: registers.Definition{Fields: fields}}, Fields: fields}}
}

func TestControlsAreRead(t *testing.T) {
	t.Parallel()
	place := registers.Field{Key: "place", Type: registers.Place}
	group := registers.Field{Key: "rows", Type: registers.Group, Max: 3, Fields: []registers.Field{
		{Key: "code", Type: registers.Line, Required: true, Label: i18n.Text{VI: "Số"}}, {Key: "size", Type: registers.Decimal, Scale: 1}, {Key: "day", Type: registers.Date},
	}}
	market := registers.Field{Key: "market", Type: registers.Reference, Register: "cho"}
	home := registers.Field{Key: "home", Type: registers.Address}
	for _, tt := range []struct {
		field      registers.Field
		sent       url.Values
		want, code string
	}{
		{place, url.Values{"f-place-lat": {"10,3862"}, "f-place-lon": {"105.4351"}}, "10.3862, 105.4351", ""},
		{place, url.Values{"f-place-lat": {"105.4351"}, "f-place-lon": {"10.3862"}}, "swapped: 105.4351, 10.3862", "books.wrong.swapped"},
		{place, url.Values{"f-place-lat": {"105.4351"}, "f-place-lon": {"10.3862"}, "do": {"swap:place"}}, "10.3862, 105.4351", ""},
		{place, url.Values{"f-place-plus": {"7p35 9cqp+jq"}}, "11.389062, 103.436937", ""},
		{place, url.Values{"f-place-plus": {"xx"}}, "xx", "books.wrong.plus"},
		{place, url.Values{}, "", ""},
		{group, url.Values{"f-rows-n": {"2"}, "f-rows-0-code": {"A1"}, "f-rows-0-size": {"4,5"}, "f-rows-1-code": {""}}, "[map[code:A1 size:4.5]]", ""},
		{group, url.Values{"f-rows-n": {"2"}, "f-rows-0-code": {"A1"}, "f-rows-1-code": {"A2"}, "do": {"drop:rows:0"}}, "[map[code:A2]]", ""},
		{group, url.Values{"f-rows-n": {"9999"}, "f-rows-5-code": {"A1"}}, "<nil>", ""},
		{market, url.Values{"f-market": {"x1"}}, "x1", ""},
		{market, url.Values{"f-market": {"x1"}, "f-market-search": {"chợ"}, "f-market-for": {"chợ"}}, "x1", ""},
		{market, url.Values{"f-market": {"x1"}, "f-market-search": {"chợ khác"}, "f-market-for": {"chợ"}}, "?", "books.wrong.pick"},
		{home, url.Values{"f-home-line": {"Số 1"}, "f-home-search": {"Long Xuyên"}, "f-home-for": {"Long Xuyên"}, "f-home-code": {"30280"}}, "map[commune:30280 line:Số 1]", ""},
		{home, url.Values{"f-home-search": {"Mỹ Bình"}, "f-home-for": {"Long Xuyên"}, "f-home-code": {"30280"}}, "map[commune:?]", "books.wrong.commune"},
		{home, url.Values{"f-home-search": {"Mỹ Bình"}, "f-home-pick": {"30280|Mỹ Bình"}}, "map[commune:30280]", ""},
		{home, url.Values{"f-home-search": {""}, "f-home-code": {"30280"}}, "<nil>", ""},
	} {
		f := formFor(tt.field)
		_, value := f.control(tt.field, tt.sent)
		code := ""
		if x := f.Extra[tt.field.Key]; x != nil {
			code = x.Code
		}
		if fmt.Sprint(value) != tt.want || code != tt.code {
			t.Errorf("%v: %v %q, want %s %q", tt.sent, value, code, tt.want, tt.code)
		}
	}
	f := formFor(group)
	f.Typed = map[string]string{}
	f.take(url.Values{"f-rows-n": {"2"}, "f-rows-0-size": {"x"}, "f-rows-1-code": {"A"}, "f-rows-1-day": {"31/2/2026"}})
	f.fail(&web.ProblemError{Fields: []web.ProblemField{{Name: "rows", Code: "registers.value.group"}, {Name: "unit", Code: "u"}}})
	said := ""
	for _, p := range f.Problem.Fields {
		said += p.Name + " " + p.Code + "; "
	}
	if said != "f-rows-0-code registers.value.required; f-rows-0-size registers.value.decimal; f-rows-1-day registers.value.date; unit u; " {
		t.Errorf("told %s", said)
	}
}
