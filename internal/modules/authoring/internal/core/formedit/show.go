// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package formedit

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/forms"
)

// Showable returns a form that can be drawn: what is wrong with the definition
// is left out of the picture of it, piece by piece. With all, conditions are
// left out too, so that every question is seen.
func Showable(d forms.Definition, all bool) (*forms.Form, bool) {
	d = deep(d)
	if all {
		for i := range d.Steps {
			d.Steps[i].ShowWhen = ""
			for j := range d.Steps[i].Fields {
				d.Steps[i].Fields[j].ShowWhen = ""
				for k := range d.Steps[i].Fields[j].Fields {
					d.Steps[i].Fields[j].Fields[k].ShowWhen = ""
				}
			}
		}
	}
	for range 20 {
		f, err := forms.New(d)
		if err == nil {
			return f, true
		}
		found := d.Check()
		if len(found) == 0 {
			return nil, false
		}
		for _, f := range slices.Backward(found) { // the last first: places before it stay
			mend(&d, f.Name)
		}
		d.Steps = slices.DeleteFunc(d.Steps, func(s forms.Step) bool { return len(s.Fields) == 0 })
	}
	return nil, false
}

func deep(d forms.Definition) forms.Definition {
	d.Steps = slices.Clone(d.Steps)
	for i := range d.Steps {
		d.Steps[i].Fields = slices.Clone(d.Steps[i].Fields)
		for j := range d.Steps[i].Fields {
			d.Steps[i].Fields[j].Fields = slices.Clone(d.Steps[i].Fields[j].Fields)
		}
	}
	d.Checks = slices.Clone(d.Checks)
	return d
}

// mend leaves out what a problem is about.
func mend(d *forms.Definition, name string) {
	at := Place(name)
	part := strings.TrimPrefix(strings.TrimPrefix(name, Path(at)), ".")
	if strings.HasPrefix(at, "k") || strings.HasPrefix(name, "checks") {
		d.Checks = nil
		return
	}
	all, ok := numbers(at)
	switch {
	case !ok || len(all) == 0:
		if part == "title" {
			d.Title.VI = "–"
		}
		return
	case all[0] >= len(d.Steps):
		return
	case len(all) == 1:
		mendPage(&d.Steps[all[0]], part, all[0])
		return
	}
	fields := &d.Steps[all[0]].Fields
	if len(all) == 3 {
		if all[1] >= len(*fields) {
			return
		}
		fields = &(*fields)[all[1]].Fields
	}
	i := all[len(all)-1]
	if i < len(*fields) && !mendField(&(*fields)[i], part) {
		*fields = slices.Delete(*fields, i, i+1)
	}
}

func mendPage(s *forms.Step, part string, i int) {
	switch part {
	case "show_when":
		s.ShowWhen = ""
	case "title":
		s.Title.VI = "–"
	case "id":
		s.ID = "trang-" + strconv.Itoa(i+1)
	}
}

// mendField reports whether the question can stay.
func mendField(f *forms.Field, part string) bool {
	part, _, _ = strings.Cut(part, "[")
	switch part {
	case "show_when":
		f.ShowWhen = ""
	case "compute", "why":
		f.Compute = ""
	case "label":
		f.Label.VI = "–"
	case "min", "max":
		f.Min, f.Max = "", ""
	case "pattern":
		f.Pattern = ""
	case "decimals":
		f.Decimals = 0
	case "sex", "birth":
		f.Sex, f.Birth = "", ""
	case "prefill":
		f.Prefill = ""
	case "optional":
		f.Optional = nil
	default:
		return false
	}
	return true
}
