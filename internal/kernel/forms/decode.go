// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Names of the inputs of fields that have several.
const (
	dayInput     = "-day"
	monthInput   = "-month"
	yearInput    = "-year"
	communeInput = "-commune"
	detailInput  = "-detail"
)

// hardLimit is the length in bytes beyond which a single answer is cut before
// anybody looks at it. No field allows as much, so the cut answer is refused.
const hardLimit = 400_000

// Apply returns the answers after a step was sent by a browser: each field of
// the step takes what was sent, or loses its answer. Files are not sent this
// way and stay as they are.
func (f *Form) Apply(old Answers, stepID string, sent url.Values) Answers {
	a := maps.Clone(old)
	if a == nil {
		a = Answers{}
	}
	step, _ := f.def.step(stepID)
	for _, field := range step.Fields {
		if !field.typed() {
			continue
		}
		if v := field.fromInputs(sent); v == nil {
			delete(a, field.Key)
		} else {
			a[field.Key] = v
		}
	}
	return f.Compute(a)
}

// typed reports whether a page sends the answer.
func (f Field) typed() bool { return f.Type != File && f.Compute == "" }

func (f Field) fromInputs(sent url.Values) any {
	one := func(ending string) string { return sent.Get(f.Key + ending) }
	switch f.Type {
	case Checkboxes:
		return f.normal(slices.Clone(sent[f.Key]))
	case Address:
		return f.normal(f.addressFromInputs(sent))
	case Day, PartialDay:
		if one("") == "" {
			var parts []string
			for _, p := range []string{one(dayInput), one(monthInput), one(yearInput)} {
				parts = append(parts, text.Line(cut(p)))
			}
			return f.normal(joinDay(parts))
		}
	case Person, Organisation, Document:
		parts := map[string]string{}
		for _, p := range f.parts() {
			name := p.Key
			p.Key = part(f.Key, name)
			if s, ok := p.fromInputs(sent).(string); ok {
				parts[name] = s
			}
		}
		return f.normal(parts)
	case Group:
		return f.rowsFromInputs(sent)
	default: // nothing is special about the others
	}
	return f.normal(one(""))
}

// joinDay puts three inputs into the text a person would write. Empty ones at
// the beginning are left out, so that a year alone is a year.
func joinDay(parts []string) string {
	for len(parts) > 0 && parts[0] == "" {
		parts = parts[1:]
	}
	return strings.Join(parts, "/")
}

func cut(s string) string {
	if len(s) > hardLimit {
		return s[:hardLimit]
	}
	return s
}

// DecodeJSON reads answers as programs send them. It refuses keys the form
// does not have and values of the wrong shape, all at once.
func (f *Form) DecodeJSON(raw []byte) (Answers, error) {
	var sent map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&sent); err != nil || d.More() {
		return nil, (&errs.Error{Kind: errs.Malformed, Code: "form.malformed"}).Because(err)
	}
	a, wrong := Answers{}, []errs.Field(nil)
	for _, key := range slices.Sorted(maps.Keys(sent)) {
		if key == SureKey {
			ids, ok := (Field{Type: Checkboxes}).fromJSON(sent[key])
			if list, _ := ids.([]string); ok && len(list) <= maxSure {
				a.keepSure(list)
			} else {
				wrong = append(wrong, errs.Field{Name: key, Code: "form.wrong_shape"})
			}
			continue
		}
		if key == KnownKey || key == SourceKey {
			if said, ok := notes(sent[key]); ok {
				a[key] = said
			} else {
				wrong = append(wrong, errs.Field{Name: key, Code: "form.wrong_shape"})
			}
			continue
		}
		field, known := f.byKey[key]
		if !known || f.groupOf[key] != "" {
			wrong = append(wrong, errs.Field{Name: key, Code: "form.unknown_field"})
			continue
		}
		if field.Type == Group {
			rows, found := field.rowsFromJSON(sent[key])
			if wrong = append(wrong, found...); len(rows) > 0 {
				a[key] = rows
			}
			continue
		}
		v, ok := field.fromJSON(sent[key])
		if !ok {
			wrong = append(wrong, errs.Field{Name: key, Code: "form.wrong_shape"})
			continue
		}
		if v = field.normal(v); v != nil {
			a[key] = v
		}
	}
	if len(wrong) > 0 {
		return nil, &errs.Error{Kind: errs.Malformed, Code: "form.malformed", Fields: wrong}
	}
	return a, nil
}

// fromJSON gives a decoded value the shape that normal takes.
func (f Field) fromJSON(v any) (any, bool) {
	if v == nil {
		return "", true
	}
	switch f.Type {
	case Checkboxes, File:
		list, ok := v.([]any)
		all := make([]string, 0, len(list))
		for _, one := range list {
			s, isText := one.(string)
			ok = ok && isText
			all = append(all, s)
		}
		return all, ok
	case Address:
		parts, ok := v.(map[string]any)
		all := map[string]string{}
		for name, one := range parts {
			s, isText := one.(string)
			ok = ok && isText && slices.Contains(addressParts(), name)
			all[name] = s
		}
		return all, ok
	case Person, Organisation, Document:
		parts, ok := v.(map[string]any)
		all := map[string]string{}
		for name, one := range parts {
			s, isText := one.(string)
			ok = ok && isText && slices.Contains(f.partNames(), name)
			all[name] = s
		}
		return all, ok
	case Year:
		if n, ok := v.(json.Number); ok {
			return n.String(), true
		}
	case Money, Number:
		if n, ok := v.(json.Number); ok {
			return programNumber(n.String(), f.Decimals), true
		}
	default: // nothing is special about the others
	}
	s, ok := v.(string)
	return s, ok
}

// programNumber turns a JSON number into a text that parseNumber cannot take
// for one with thousands separators: 1.234 is one and a bit.
func programNumber(s string, decimals int) string {
	whole, fraction, has := strings.Cut(s, ".")
	if !has || decimals >= 3 {
		return s
	}
	return whole + "," + fraction
}

// normal brings an answer into the form it is kept in: NFC, without white space
// around it, dates as 2026-11-24, whole numbers as int64. What cannot be read
// stays text, and nothing is nil. Doing it again changes nothing.
func (f Field) normal(v any) any {
	switch v := v.(type) {
	case []string:
		var all []string
		for _, s := range v {
			if s = text.Line(cut(s)); s != "" && !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
		if f.Type == Checkboxes {
			slices.SortStableFunc(all, func(a, b string) int { return f.option(a) - f.option(b) })
		}
		if len(all) == 0 {
			return nil
		}
		return all
	case map[string]string:
		if f.Type.block() {
			return f.normalBlock(v)
		}
		return normalAddress(v)
	case int64:
		return v
	case []Answers:
		return f.normalRows(v)
	case string:
		return f.normalText(cut(v))
	}
	return nil
}

func (f Field) option(value string) int {
	i := slices.IndexFunc(f.options(), func(o Option) bool { return o.Value == value })
	if i < 0 {
		return len(f.options())
	}
	return i
}

func (f Field) normalText(s string) any {
	if s = text.NFC(s); f.Type != Paragraphs {
		s = text.Line(s)
	}
	if s == "" {
		return nil
	}
	if v, ok := f.parse(s); ok {
		return v
	}
	return s
}

// parse reads the text of one answer into the value that is kept.
func (f Field) parse(s string) (any, bool) {
	switch f.Type {
	case Day:
		return parseDay(s, false)
	case PartialDay:
		return parseDay(s, true)
	case Year:
		return parseYear(s)
	case Code:
		return f.parseCode(s)
	case Insurance:
		return parseInsurance(s)
	case Card:
		return parseCard(s)
	case PersonNumber:
		return parsePersonNumber(s)
	case TaxCode:
		return parseTaxCode(s)
	case Phone:
		return parsePhone(s)
	case Email:
		return parseEmail(s)
	case Money:
		return parseMoney(s)
	case Number:
		n, ok := parseNumber(s, f.Decimals)
		if !ok || f.Decimals > 0 {
			return n, ok
		}
		v, err := strconv.ParseInt(n, 10, 64)
		return v, err == nil
	default: // nothing is special about the others
	}
	return s, true
}

// asTyped returns an answer as a person would type it, for the page that shows
// it again.
func (f Field) asTyped(v any) string {
	switch v := v.(type) {
	case string:
		if f.Type == Number {
			return strings.ReplaceAll(v, ".", ",")
		}
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}
