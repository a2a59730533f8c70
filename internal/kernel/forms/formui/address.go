// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package formui

import (
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/ui"
)

// Why says what a place has to do with an old one; empty where it has nothing.
func Why(c forms.Candidate, p i18n.Printer) string {
	if c.Was == "" {
		return ""
	}
	code := "geo." + string(c.Kind)
	if c.Kind == geo.Split && c.Main {
		code = "geo.split_main"
	}
	why := p.T(code, "was", c.Was)
	if !c.Verified {
		why += " (" + p.T("geo.unverified") + ")"
	}
	return why
}

func (s shown) addressParams() ui.AddressParams {
	p, a := s.p.Printer, s.Address
	out := ui.AddressParams{
		ID: s.Key, Fieldset: *s.fieldset(), Hint: s.hint(), Line: a.Line, Search: a.Search, Code: a.Code, For: a.For, Old: a.Old,
		LineLabel: p.T("form.line"), SearchLabel: p.T("form.commune"), SearchHint: p.T("form.address_hint"), ProvinceLabel: p.T("form.province"),
		PickLabel: p.T("form.address_pick"), ErrorMessage: s.failure(), Source: s.p.Places,
		NoneText: p.T("form.address_none"), CountText: p.T("form.address_count", "n", "{n}"), Attributes: s.live(),
	}
	if a.Old != "" {
		out.OldText = p.T("form.address_old", "old", a.Old)
	}
	for _, c := range a.Provinces {
		out.Provinces = append(out.Provinces, ui.SelectItem{Value: c.Value, Text: c.Label.Text, Selected: c.Checked})
	}
	for _, c := range a.Candidates {
		item := ui.RadioItem{Value: c.Value, Text: c.Name}
		if why := Why(c, p); why != "" {
			item.Hint = &ui.Hint{Text: why}
		}
		out.Candidates = append(out.Candidates, item)
	}
	return out
}
