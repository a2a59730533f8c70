// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"regexp"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Parts of a person, an organisation and an identity document. Their answers
// are all texts, kept together under the key of the field.
const (
	PartName   = "name"
	PartNumber = "number"
	PartBorn   = "born"
	PartSex    = "sex"
	PartTax    = "tax_code"
	PartKind   = "kind"
	PartIssued = "issued"
	PartIssuer = "issuer"
)

// Kinds of identity document.
const (
	KindCard      = "identity_card" // thẻ căn cước, căn cước công dân: twelve digits
	KindOldCard   = "old_card"      // chứng minh nhân dân: nine digits
	KindPassport  = "passport"
	KindResidence = "residence_card" // of a foreigner
)

// parts returns the questions a block is made of; none for other types. Their
// keys are the parts' names.
func (f Field) parts() []Field {
	must := func(part string) bool { return f.Required && !slices.Contains(f.Optional, part) }
	switch f.Type {
	case Person:
		return []Field{
			{Key: PartName, Type: Line, Label: Text{VI: "Họ, chữ đệm và tên", EN: "Full name"}, Max: "100", Width: 30, Required: must(PartName)},
			{Key: PartNumber, Type: PersonNumber, Label: Text{VI: "Số định danh cá nhân", EN: "Personal number"}, Width: 20, Sex: PartSex, Birth: PartBorn, Required: must(PartNumber)},
			{Key: PartBorn, Type: PartialDay, Label: Text{VI: "Ngày sinh, hoặc chỉ tháng và năm, hoặc chỉ năm", EN: "Date of birth, or month and year, or the year alone"}, Max: today, Required: must(PartBorn)},
			{Key: PartSex, Type: Radios, Label: Text{VI: "Giới tính", EN: "Sex"}, Required: must(PartSex), Options: []Option{
				{Value: "male", Label: Text{VI: "Nam", EN: "Male"}}, {Value: "female", Label: Text{VI: "Nữ", EN: "Female"}},
			}},
		}
	case Organisation:
		return []Field{
			{Key: PartTax, Type: TaxCode, Label: Text{VI: "Mã số thuế", EN: "Tax code"}, Width: 20, Required: must(PartTax)},
			{Key: PartName, Type: Line, Label: Text{VI: "Tên tổ chức", EN: "Name of the organisation"}, Max: "200", Required: must(PartName)},
		}
	case Document:
		return []Field{
			{Key: PartKind, Type: Select, Label: Text{VI: "Loại giấy tờ", EN: "Kind of document"}, Required: must(PartKind), Options: []Option{
				{Value: KindCard, Label: Text{VI: "Thẻ căn cước, căn cước công dân", EN: "Identity card"}},
				{Value: KindOldCard, Label: Text{VI: "Chứng minh nhân dân", EN: "Identity card of nine digits"}},
				{Value: KindPassport, Label: Text{VI: "Hộ chiếu", EN: "Passport"}},
				{Value: KindResidence, Label: Text{VI: "Thẻ thường trú", EN: "Permanent residence card"}},
			}},
			{Key: PartNumber, Type: Line, Label: Text{VI: "Số giấy tờ", EN: "Number of the document"}, Max: "20", Width: 20, Required: must(PartNumber)},
			{Key: PartIssued, Type: Day, Label: Text{VI: "Ngày cấp", EN: "Date of issue"}, Max: today, Required: must(PartIssued)},
			{Key: PartIssuer, Type: Line, Label: Text{VI: "Nơi cấp", EN: "Issued by"}, Max: "200", Required: must(PartIssuer)},
		}
	default: // the others are one question each
	}
	return nil
}

func (t Type) block() bool { return t == Person || t == Organisation || t == Document }

// partNames lists the parts of a block.
func (f Field) partNames() (all []string) {
	for _, p := range f.parts() {
		all = append(all, p.Key)
	}
	return all
}

// normalBlock brings each part into the form it is kept in; nil where all are
// empty.
func (f Field) normalBlock(v map[string]string) any {
	out := map[string]string{}
	for _, p := range f.parts() {
		if s, ok := p.normalText(cut(v[p.Key])).(string); ok {
			if p.Key == PartNumber && f.Type == Document {
				s = strings.ToUpper(strings.ReplaceAll(s, " ", ""))
			}
			out[p.Key] = s
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// checkBlock returns what is wrong with the parts, by their input's name below
// the given one. A part that is needed is needed as soon as another is there.
func (f Field) checkBlock(v any, name string, w World) (all []errs.Field) {
	given, ok := v.(map[string]string)
	if v != nil && !ok {
		return []errs.Field{{Name: name, Code: "form.wrong_shape"}}
	}
	for _, p := range f.parts() {
		s := given[p.Key]
		switch {
		case s != "":
			found := p.check(s, w)
			if found == nil && f.Type == Document && p.Key == PartNumber && !documentNumber(given[PartKind], s) {
				found = problem("form.document_number")
			}
			if found != nil {
				found.Name = part(name, p.Key)
				all = append(all, *found)
			}
		case p.Required, len(given) > 0 && !slices.Contains(f.Optional, p.Key) && slices.Contains(f.backbone(), p.Key):
			all = append(all, errs.Field{Name: part(name, p.Key), Code: required(p)})
		}
	}
	return all
}

// backbone are the parts without which the others say nothing.
func (f Field) backbone() []string {
	switch f.Type {
	case Organisation:
		return []string{PartTax, PartName}
	case Document:
		return []string{PartKind, PartNumber}
	default: // of a person the name alone may be known
	}
	return []string{PartName}
}

// part is the name of the input of a part or of a field in a row.
func part(name, key string) string { return name + "-" + key }

// documentNumber tells whether a number can be one of a document of that kind.
func documentNumber(kind, number string) bool {
	return regexp.MustCompile(numberForm(kind)).MatchString(number)
}

// numberForm is what the number of a document looks like. Of foreign papers only
// the letters and the length are known.
func numberForm(kind string) string {
	switch kind {
	case KindCard:
		return `^\d{12}$`
	case KindOldCard:
		return `^\d{9}(\d{3})?$`
	}
	return `^[A-Z0-9]{5,20}$`
}

// options returns what there is to choose from.
func (f Field) options() []Option {
	if f.Type == YesNo {
		return []Option{
			{Value: "yes", Label: Text{VI: "Có", EN: "Yes"}}, {Value: "no", Label: Text{VI: "Không", EN: "No"}},
		}
	}
	return f.Options
}

// parseCode finds an entry of a catalogue by its code, or by its name with or
// without marks, as it is typed.
func (f Field) parseCode(s string) (string, bool) {
	if f.option(s) < len(f.options()) {
		return s, true
	}
	folded, found := text.Fold(s), ""
	for _, o := range f.Options {
		if text.Fold(o.Label.VI) != folded && (o.Label.EN == "" || text.Fold(o.Label.EN) != folded) {
			continue
		}
		if o.Label.VI == s {
			return o.Value, true
		}
		if found != "" {
			return s, false // two are called so: the person has to say which
		}
		found = o.Value
	}
	if found == "" {
		return s, false
	}
	return found, true
}
