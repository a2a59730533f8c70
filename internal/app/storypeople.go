// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
)

// resident is somebody of the story. Nobody here exists.
type resident struct{ name, number, phone string }

// person makes the n-th resident up: a name, and numbers that cannot be anybody's.
func person(n int) resident {
	family := [...]string{"Nguyễn Thị", "Trần Văn", "Lê Thị", "Phạm Văn", "Huỳnh Thị", "Võ Văn", "Đặng Thị", "Bùi Văn", "Đỗ Thị", "Hồ Văn"}
	given := [...]string{"Ánh", "Bình", "Cúc", "Dũng", "Đào", "Giang", "Hạnh", "Khải", "Lan", "Minh", "Nga", "Oanh", "Phúc", "Quý", "Sen", "Tài", "Út", "Vân", "Xuân", "Yên", "Ngọc"}
	sex := 1 - n%2 // family[even] are women: 1, men: 0
	return resident{
		name:   family[n%len(family)] + " " + given[n%len(given)],
		number: fmt.Sprintf("089%d%02d%06d", sex, 45+n%12, 900000+n),
		phone:  fmt.Sprintf("09000001%02d", n),
	}
}

// procedureOf chooses a procedure that the unit itself decides on.
func procedureOf(set *packs.Set, n int) proceduresmod.ID {
	var own []proceduresmod.ID
	for _, p := range set.Procedures {
		if p.AuthorityUnit == "" && p.Route == "LOCAL" && onlyHere(set, p) {
			own = append(own, proceduresmod.ID(p.ID))
		}
	}
	return own[n%len(own)]
}

// onlyHere reports whether every step of the procedure is done where it was received.
func onlyHere(set *packs.Set, p packs.Procedure) bool {
	flow, ok := set.Flow(p.Flow)
	for _, s := range flow.Steps {
		if s.Unit != "received" && s.Unit != "authority" {
			return false
		}
	}
	return ok && !p.SameDay
}

// file lets the clerk file for a resident at the counter: everything filled in,
// every required paper handed over.
func (n *narrator) file(ctx context.Context, s *scene) error {
	who := person(s.n)
	v, err := n.p.Parts.Catalogue.Get(ctx, procedureOf(n.set, s.n))
	if err != nil {
		return err
	}
	answers, err := fillIn(v.Form, who, s.office.unit)
	if err != nil {
		return err
	}
	handed := map[string]any{}
	for _, p := range v.Papers {
		if p.Required {
			handed[p.ID] = map[string]int{"original": max(1, p.Original), "copy": p.Copy}
		}
	}
	var filed struct {
		ID string `json:"id"`
	}
	err = n.call(ctx, s.office.staff["clerk"], http.MethodPost, "/api/v1/dossiers", map[string]any{
		"procedure": v.ID, "unit": s.office.unit, "answers": answers, "handed": handed,
		"parties": map[string]any{"basis": "self", "owner": map[string]string{
			"kind": "individual", "name": who.name, "number": who.number, "phone": who.phone, "address": "Số " + fmt.Sprint(s.n+1) + ", đường Giả Định",
		}},
	}, &filed)
	s.id = filed.ID
	return err
}

// fillIn answers every question that is asked and has to be answered.
func fillIn(def forms.Definition, who resident, unit string) (forms.Answers, error) {
	form, err := forms.New(def)
	if err != nil {
		return nil, err
	}
	answers := forms.Answers{}
	for asked := true; asked; { // an answer may bring up further questions
		asked = false
		visible := form.Visible(answers)
		for _, step := range def.Steps {
			for _, f := range step.Fields {
				if _, answered := answers[f.Key]; answered || !f.Required || f.Compute != "" || !visible[f.Key] {
					continue
				}
				answers[f.Key], asked = answer(f, who, unit), true
			}
		}
	}
	return answers, nil
}

func answer(f forms.Field, who resident, unit string) any {
	switch f.Type {
	case forms.PersonNumber:
		return who.number
	case forms.Phone:
		return who.phone
	case forms.Email:
		return "nguoi.gia.dinh@example.org"
	case forms.Day, forms.PartialDay:
		return "19" + who.number[4:6] + "-03-15"
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
		return "19" + who.number[4:6]
	case forms.YesNo:
		return "no"
	case forms.Insurance, forms.Card:
		return who.number[2:]
	case forms.Person:
		return map[string]string{
			forms.PartName: who.name, forms.PartNumber: who.number, forms.PartBorn: "19" + who.number[4:6], forms.PartSex: map[bool]string{true: "female", false: "male"}[who.number[3] == '1'],
		}
	case forms.Organisation:
		return map[string]string{forms.PartTax: who.number, forms.PartName: "Hộ kinh doanh " + who.name}
	case forms.Document:
		return map[string]string{forms.PartKind: forms.KindCard, forms.PartNumber: who.number, forms.PartIssued: "2022-03-15", forms.PartIssuer: "Bộ Công an"}
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
			if o.Value == "no" || (f.Sex == "" && strings.HasSuffix(f.Key, "_sex") && (o.Value == "female") == (who.number[3] == '1')) {
				return o.Value
			}
		}
		return f.Options[0].Value
	case forms.TaxCode:
		return "9900000016" // of no enterprise
	case forms.Line, forms.Paragraphs, forms.File:
	}
	if strings.HasSuffix(f.Key, "_name") {
		return who.name
	}
	text := []rune(words(string(f.Type), f.Key, 0, nil))
	if most, err := strconv.Atoi(string(f.Max)); err == nil {
		text = text[:min(most, len(text))]
	}
	return string(text)
}

// words is what an official or a resident writes where it does not matter what.
func words(kind, key string, options int, option func(int) string) string {
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
