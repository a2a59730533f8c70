// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pluscode"
	"tinhso.vn/internal/platform/text"
)

// Parts of an address. Commune is the code of five digits; where an installation
// has no table of communes, and in answers of an earlier time, it is the id of a
// unit, and Detail is the line.
const (
	Commune  = "commune"
	Detail   = "detail"
	Line1    = "line"     // house, street, hamlet
	InProv   = "province" // code of two digits
	OldText  = "old"      // the address as it was before, word for word
	ChosenOn = "chosen_on"
	ChosenBy = "chosen_by"
	PlusCode = "plus_code"
	Typed    = "search" // what was typed for the commune, until one is chosen
)

// Names of the inputs of an address.
const (
	lineInput     = "-line"
	searchInput   = "-search"
	codeInput     = "-code"
	forInput      = "-for" // what the search said when the code was chosen
	pickInput     = "-pick"
	provinceInput = "-province"
	oldInput      = "-old"
)

// oldMark parts a code from the old unit through which it was found.
const oldMark = "|"

// maxOld is the length of an old address in characters.
const maxOld = 400

func addressParts() []string {
	return []string{Commune, Detail, Line1, InProv, OldText, ChosenOn, ChosenBy, PlusCode, Typed}
}

// areaCode reports whether a commune is named by its code.
func areaCode(s string) bool { return len(s) == 5 && strings.Trim(s, "0123456789") == "" }

// addressFromInputs reads what a page sends. A code counts as long as the words
// beside it are those for which it was chosen.
func (f Field) addressFromInputs(sent url.Values) map[string]string {
	one := func(ending string) string { return sent.Get(f.Key + ending) }
	if !sent.Has(f.Key + searchInput) {
		return map[string]string{Commune: one(communeInput), Detail: one(detailInput)}
	}
	a := map[string]string{Line1: one(lineInput), Typed: one(searchInput), InProv: one(provinceInput), OldText: one(oldInput)}
	code := one(codeInput)
	if pick := one(pickInput); pick != "" {
		code = pick
		delete(a, InProv) // the place says where it lies
	}
	if code == "" || text.Line(one(searchInput)) != text.Line(one(forInput)) {
		if text.Line(one(searchInput)) != text.Line(one(forInput)) {
			delete(a, OldText) // another place was typed over it
		}
		return a
	}
	code, was, _ := strings.Cut(code, oldMark)
	a[Commune] = code
	if a[OldText] == "" {
		a[OldText] = was
	}
	return a
}

// normalAddress keeps the parts that say something; nil where none does.
func normalAddress(v map[string]string) any {
	if v[Line1] == "" && v[InProv] == "" && v[Typed] == "" && v[OldText] == "" && v[PlusCode] == "" && !areaCode(text.Line(cut(v[Commune]))) {
		commune, detail := text.Line(cut(v[Commune])), text.Line(cut(v[Detail]))
		if commune == "" && detail == "" {
			return nil
		}
		return map[string]string{Commune: commune, Detail: detail}
	}
	a := map[string]string{}
	for _, part := range addressParts() {
		if s := text.Line(cut(v[part])); s != "" {
			a[part] = s
		}
	}
	if a[Line1] == "" && a[Detail] != "" {
		a[Line1] = a[Detail]
	}
	delete(a, Detail)
	if a[Commune] != "" {
		delete(a, Typed)
	}
	if a[Commune] == "" && a[Typed] == "" && a[Line1] == "" && a[OldText] == "" { // a province is set beforehand
		return nil
	}
	return a
}

// area returns the commune of an address; false where it is not one of the table.
func (w World) area(code string) (geo.Unit, bool) {
	if !areaCode(code) && w.AreaOf != nil {
		code = w.AreaOf(code)
	}
	u, ok := w.Areas.Get(code, w.Today.String())
	return u, ok && u.Level == geo.Commune
}

// candidates are the places that the typed words of an address may mean.
func (w World) candidates(a map[string]string) []geo.Found {
	if w.Areas == nil || a[Commune] != "" || a[Typed] == "" {
		return nil
	}
	province := a[InProv]
	if province == "" {
		province = w.Province
	}
	day := w.Today.String()
	if found := w.Areas.Resolve(a[Typed], province, day).Candidates; len(found) > 0 {
		return found[:min(len(found), maxCandidates)]
	}
	return w.Areas.Search(geo.Query{Text: a[Typed], Province: province, Day: day, Limit: maxCandidates})
}

// maxCandidates is how many places stand on a page.
const maxCandidates = 8

// checkAddress returns what is wrong with an address.
func (f Field) checkAddress(a map[string]string, w World) *errs.Field {
	line := a[Line1] + a[Detail]
	switch n := utf8.RuneCountInString(line); {
	case f.Type != Address:
		return problem("form.wrong_shape")
	case n > lineLimit:
		return problem("form.too_long", "max", lineLimit, "over", n-lineLimit)
	case utf8.RuneCountInString(a[OldText]) > maxOld:
		return problem("form.too_long", "max", maxOld, "over", utf8.RuneCountInString(a[OldText])-maxOld)
	case a[PlusCode] != "" && !pluscode.Valid(a[PlusCode]):
		return problem("form.plus_code")
	case a[Commune] == "" && a[Typed] == "":
		return problem("form.no_commune")
	case a[Commune] == "" && len(w.candidates(a)) == 0:
		return problem("form.commune_unknown")
	case a[Commune] == "":
		return problem("form.pick_commune")
	}
	u, ok := w.area(a[Commune])
	if !ok { // an installation without a table knows its own units only
		if w.Unit == nil {
			return problem("form.unit")
		}
		if _, ok = w.Unit(a[Commune]); !ok {
			return problem("form.unit")
		}
		return nil
	}
	p := w.Areas.Province(u)
	switch {
	case !u.ValidOn(w.Today.String()):
		return problem("form.commune_ended")
	case a[InProv] != "" && a[InProv] != p.Code:
		return problem("form.other_province")
	case f.Local && w.Province != "" && p.Code != w.Province:
		return problem("form.not_here")
	}
	return nil
}

// settle fills in what follows from the code, and who chose it for an old
// address and when.
func (w World) settle(a map[string]string) map[string]string {
	u, ok := w.area(a[Commune])
	if !ok || !areaCode(a[Commune]) {
		return a
	}
	if a[InProv] == "" {
		a[InProv] = w.Areas.Province(u).Code
	}
	if a[OldText] != "" && a[ChosenOn] == "" {
		a[ChosenOn] = w.Today.String()
		if w.By != "" {
			a[ChosenBy] = w.By
		}
	}
	return a
}

// addressWords writes an address in the order of Vietnam, from the house to the
// province, and the old one behind it.
func addressWords(a map[string]string, p i18n.Printer, w World) string {
	commune := a[Commune]
	if u, ok := w.area(a[Commune]); ok && areaCode(a[Commune]) {
		commune = placeName(w.Areas, u, p.Lang())
	} else if w.Unit != nil {
		if name, ok := w.Unit(a[Commune]); ok {
			commune = p.Text(i18n.Text(name))
		}
	}
	if commune == "" {
		commune = a[Typed]
	}
	words := strings.Join(slices.DeleteFunc([]string{a[Line1] + a[Detail], commune, a[PlusCode]}, func(s string) bool { return s == "" }), ", ")
	switch {
	case a[OldText] == "" || a[OldText] == words:
	case p.Lang() == i18n.EN:
		words += " (formerly: " + a[OldText] + ")"
	default:
		words += " (trước đây: " + a[OldText] + ")"
	}
	return words
}

// AddressView is an address as a page asks for it.
type AddressView struct {
	Line, Search, Code, For, Old string // values of the inputs
	Name                         func(input string) string
	Provinces                    []Choice
	Candidates                   []Candidate
}

// Candidate is a place to choose, with what it has to do with an old one.
type Candidate struct {
	Value    string // of the input
	Name     string // commune and province
	Was      string // the old unit; empty where the name is that of today
	Kind     geo.Kind
	Main     bool
	Verified bool
}

// placeName is a commune with all above it: "Phường Sen, Tỉnh Một".
func placeName(x *geo.Index, u geo.Unit, l i18n.Lang) string {
	var names []string
	for _, one := range x.Above(u) {
		name, _ := one.Text().In(l)
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// Candidates lists places as a page offers them.
func Candidates(x *geo.Index, found []geo.Found, l i18n.Lang) (all []Candidate) {
	for _, one := range found {
		c := Candidate{Value: one.Unit.Code, Name: placeName(x, one.Unit, l), Kind: one.Kind, Main: one.Main, Verified: one.Verified}
		if one.Was != nil {
			c.Was = x.Full(*one.Was)
			c.Value += oldMark + c.Was
		}
		all = append(all, c)
	}
	return all
}

// address lays out an address; nil where the installation has no table.
func (f Field) address(answer any, l i18n.Lang, w World) *AddressView {
	if w.Areas == nil {
		return nil
	}
	a, _ := answer.(map[string]string)
	v := &AddressView{Line: a[Line1] + a[Detail], Search: a[Typed], For: a[Typed], Old: a[OldText], Name: func(input string) string { return f.Key + "-" + input }}
	province := a[InProv]
	if u, ok := w.area(a[Commune]); ok && u.ValidOn(w.Today.String()) {
		v.Search, _ = u.Text().In(l)
		v.Code, v.For, province = u.Code, v.Search, w.Areas.Province(u).Code
	}
	if province == "" {
		province = w.Province
	}
	for _, p := range w.Areas.Provinces(w.Today.String()) {
		name, really := p.Text().In(l)
		v.Provinces = append(v.Provinces, Choice{Value: p.Code, Label: Words{name, really}, Checked: p.Code == province})
	}
	v.Candidates = Candidates(w.Areas, w.candidates(a), l)
	return v
}

// residence takes a line apart: "Số 5, Khóm 2, Phường A, Tỉnh B". Where it names
// a commune of today and no other, that is offered; of an older address the words
// are kept and the places it may mean are for the person to choose.
func residence(line string, w World) any {
	if w.Areas == nil {
		part := strings.Split(line, ",")
		for i, one := range slices.Backward(part) {
			for _, u := range w.Units {
				if text.Fold(one) == text.Fold(u.Label.VI) {
					return map[string]string{Commune: u.Value, Detail: text.Line(strings.Join(part[:i], ","))}
				}
			}
		}
		return map[string]string{Commune: "", Detail: line}
	}
	r := w.Areas.Resolve(line, w.Province, w.Today.String())
	if len(r.Candidates) == 0 {
		return normalAddress(map[string]string{Line1: line, InProv: w.Province})
	}
	if only := r.Candidates[0]; len(r.Candidates) == 1 && only.Was == nil {
		return normalAddress(map[string]string{Line1: r.Line, Commune: only.Unit.Code, InProv: w.Areas.Province(only.Unit).Code})
	}
	a := map[string]string{Line1: r.Line, Typed: r.Named, InProv: w.Areas.Province(r.Candidates[0].Unit).Code}
	if r.Old {
		a[OldText] = r.Text
	}
	return normalAddress(a)
}

// addressSchema describes the parts of an address.
func addressSchema() schema {
	words := func(title string, most int) schema {
		return schema{"type": "string", "title": title, "maxLength": most}
	}
	return schema{
		Commune:  schema{"type": "string", "title": "Mã xã gồm 5 chữ số; trước đây: mã đơn vị"},
		Line1:    words("Số nhà, đường, ấp, khóm", lineLimit),
		InProv:   schema{"type": "string", "title": "Mã tỉnh", "pattern": `^\d{2}$`},
		OldText:  words("Địa chỉ cũ, nguyên văn", maxOld),
		PlusCode: words("Plus Code", 20),
		ChosenOn: schema{"type": "string", "format": "date", "title": "Ngày chọn nơi mới"},
		ChosenBy: words("Người chọn", 100),
		Detail:   schema{"type": "string", "maxLength": lineLimit, "deprecated": true},
	}
}

// settle does World.settle for every address of the answers.
func (f *Form) settle(a Answers, w World) {
	for key, answer := range a {
		switch v := answer.(type) {
		case map[string]string:
			if f.byKey[key].Type == Address {
				a[key] = w.settle(maps.Clone(v))
			}
		case []Answers:
			for _, row := range v {
				f.settle(row, w)
			}
		}
	}
}
