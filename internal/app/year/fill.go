// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/platform/errs"
)

// FillIn answers every question that is asked and has to be answered.
func FillIn(def forms.Definition, who Resident, unit string) (forms.Answers, error) {
	form, err := forms.New(def)
	if err != nil {
		return nil, err
	}
	return fillIn(form, def, who, unit), nil
}

func fillIn(form *forms.Form, def forms.Definition, who Resident, unit string) forms.Answers {
	answers := complete(form, def, forms.Answers{}, who, unit)
	w := forms.World{
		Today: calendar.Date{Year: 2024, Month: 1, Day: 1}, // before any demonstration: a date of today is never ahead
		Unit:  func(id string) (forms.Text, bool) { return forms.Text{VI: id}, id == unit },
		Units: []forms.Option{{Value: unit, Label: forms.Text{VI: unit}}},
		File:  func(id string) (string, bool) { return "mau.pdf", id == forms.MadeUpFile },
	}
	found := forms.Result{}
	if kept, err := asSent(form, answers); err == nil {
		_, found = form.Submit(kept, w)
	}
	if !slices.ContainsFunc(found.Errors, func(e errs.Field) bool { return e.Code == "form.check" }) {
		return answers
	}
	fits := fitting(def, answers, form.MadeUp(w))
	return complete(form, def, fits, who, unit)
}

// asSent are answers as they come in through the API.
func asSent(form *forms.Form, answers forms.Answers) (forms.Answers, error) {
	raw, err := json.Marshal(answers)
	if err != nil {
		return nil, fmt.Errorf("write answers: %w", err)
	}
	return form.DecodeJSON(raw)
}

// fitting are the answers of a resident, and made-up ones that the rules among
// answers take where they are not about the resident.
func fitting(def forms.Definition, own, made forms.Answers) forms.Answers {
	fits := forms.Answers{}
	for _, step := range def.Steps {
		for _, f := range step.Fields {
			said := made[f.Key]
			if f.Prefill != "" {
				said = own[f.Key]
			}
			if said != nil && f.Required && f.Type != forms.File && f.Compute == "" {
				fits[f.Key] = said
			}
		}
	}
	return fits
}

// complete answers what has to be answered and is not.
func complete(form *forms.Form, def forms.Definition, answers forms.Answers, who Resident, unit string) forms.Answers {
	for asked := true; asked; { // an answer may bring up further questions
		asked = false
		said := answers
		if kept, err := asSent(form, answers); err == nil {
			said = kept // conditions compare numbers as they are kept
		}
		visible := form.Visible(said)
		for _, step := range def.Steps {
			for _, f := range step.Fields {
				if _, answered := answers[f.Key]; answered || !f.Required || f.Compute != "" || !visible[f.Key] {
					continue
				}
				answers[f.Key], asked = answer(f, who, unit), true
			}
		}
	}
	return answers
}

func answer(f forms.Field, who Resident, unit string) any {
	switch f.Type {
	case forms.PersonNumber:
		return who.Number
	case forms.Phone:
		return who.Phone
	case forms.Email:
		return "nguoi.gia.dinh@example.org"
	case forms.Day, forms.PartialDay:
		return who.Born() + "-03-15"
	case forms.Unit:
		return unit
	case forms.Address:
		return map[string]string{forms.Commune: unit, forms.Detail: "Số 1, đường Giả Định"}
	case forms.Money, forms.Number:
		if least, err := strconv.Atoi(string(f.Min)); err == nil {
			return max(1, least)
		}
		return 1
	case forms.Checkboxes:
		return []string{f.Options[0].Value}
	case forms.Year:
		return who.Born()
	case forms.YesNo:
		return "no"
	case forms.Insurance, forms.Card:
		return who.Number[2:]
	case forms.Person:
		return map[string]string{
			forms.PartName: who.Name, forms.PartNumber: who.Number, forms.PartBorn: who.Born(), forms.PartSex: map[bool]string{true: "female", false: "male"}[who.Female()],
		}
	case forms.Organisation:
		return map[string]string{forms.PartTax: who.Number, forms.PartName: "Hộ kinh doanh " + who.Name}
	case forms.Document:
		return map[string]string{forms.PartKind: forms.KindCard, forms.PartNumber: who.Number, forms.PartIssued: "2022-03-15", forms.PartIssuer: "Bộ Công an"}
	case forms.Group:
		row := forms.Answers{}
		for _, one := range f.Fields {
			if one.Required && one.ShowWhen == "" {
				row[one.Key] = answer(one, who, unit)
			}
		}
		return []forms.Answers{row}
	case forms.Radios, forms.Select, forms.Code:
		for _, o := range f.Options {
			if o.Value == "no" || (f.Sex == "" && strings.HasSuffix(f.Key, "_sex") && (o.Value == "female") == who.Female()) {
				return o.Value
			}
		}
		return f.Options[0].Value
	case forms.TaxCode:
		return "9900000016" // of no enterprise
	case forms.Line, forms.Paragraphs, forms.File:
	}
	text, name := []rune(Words(string(f.Type), f.Key, 0, nil)), strings.HasSuffix(f.Key, "_name")
	switch most, err := strconv.Atoi(string(f.Max)); {
	case err != nil && name:
		return who.Name
	case err != nil:
	case name && most > shortName:
		text = []rune(who.Name)[:min(most, len([]rune(who.Name)))]
	case name:
		text = []rune("Số 1")[:min(most, 4)]
	default:
		text = text[:min(most, len(text))]
	}
	return string(text)
}

// shortName is the length of names up to which they are not those of people: of a well,
// of a vessel.
const shortName = 20

// Words is what an official or a resident writes where it does not matter what.
func Words(kind, key string, options int, option func(int) string) string {
	switch {
	case options > 0:
		return option(0)
	case kind == "money":
		return "500000"
	case kind == "number":
		return "1"
	case kind == "date":
		return "2026-12-01"
	case strings.Contains(key, "month"):
		return "12/2026"
	case strings.HasSuffix(key, "_account"):
		return "190000000001"
	case strings.HasSuffix(key, "_owner"):
		return "Người Giả Định"
	case strings.Contains(key, "number") || strings.Contains(key, "book"):
		return "01/2026"
	}
	return "Theo giấy tờ trong hồ sơ"
}
