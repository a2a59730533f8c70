// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/platform/text"
)

// as reads a value of T: one that is, or the JSON of one, as an import, a form
// or an API gives it. Names that T does not know are refused.
func as[T any](v any) (out T, ok bool) {
	if is, same := v.(T); same {
		return is, true
	}
	raw, isText := v.(string)
	if !isText {
		made, err := json.Marshal(v)
		if err != nil {
			return out, false
		}
		raw = string(made)
	}
	dec := json.NewDecoder(strings.NewReader(raw))
	dec.DisallowUnknownFields()
	if dec.Decode(&out) != nil {
		return out, false
	}
	return out, !dec.More()
}

// parseChoices reads a list of options, or "a, b". What is kept stands in the
// order of the options, each once.
func (f Field) parseChoices(v any) (any, string) {
	given, ok := as[[]string](v)
	if s, isText := v.(string); isText && !ok {
		given, ok = strings.Split(s, ","), true
	}
	if !ok {
		return nil, "shape"
	}
	asked := map[string]bool{}
	for _, one := range given {
		if one = strings.TrimSpace(one); !f.option(one) {
			return nil, "choice"
		}
		asked[one] = true
	}
	var all []string
	for _, o := range f.Options {
		if asked[o.Value] {
			all = append(all, o.Value)
		}
	}
	if len(all) == 0 {
		return nil, ""
	}
	return all, ""
}

// parseOrg reads an organisation; a text alone is its name.
func parseOrg(v any) (any, string) {
	o, ok := as[Organisation](v)
	if s, isText := v.(string); isText && !ok {
		o, ok = Organisation{Name: s}, !strings.HasPrefix(strings.TrimSpace(s), "{")
	}
	o.Name = text.Line(text.NFC(o.Name))
	switch {
	case !ok:
		return nil, "shape"
	case o.Name == "" && o.TaxCode == "":
		return nil, ""
	case o.Name == "" || len([]rune(o.Name)) > 300:
		return nil, "organisation"
	case o.TaxCode == "":
		return o, ""
	}
	if o.TaxCode, ok = forms.ParseTaxCode(o.TaxCode); !ok {
		return nil, "tax_code"
	}
	return o, ""
}

// parseHuman reads a person; a text alone is the name.
func parseHuman(v any) (any, string) {
	h, ok := as[Human](v)
	if s, isText := v.(string); isText && !ok {
		h, ok = Human{Name: s}, !strings.HasPrefix(strings.TrimSpace(s), "{")
	}
	h.Name = text.Line(text.NFC(h.Name))
	h.Number = strings.ReplaceAll(h.Number, " ", "")
	switch {
	case !ok:
		return nil, "shape"
	case h == (Human{}):
		return nil, ""
	case h.Name == "" || len([]rune(h.Name)) > 100:
		return nil, "person"
	case h.Number != "" && !regexp.MustCompile(`^\d{12}$`).MatchString(h.Number):
		return nil, "person_number"
	case h.Born != "" && !isDate("2006", h.Born) && !isDate("2006-01", h.Born) && !isDate("2006-01-02", h.Born):
		return nil, "date_partial"
	case h.Sex != "" && h.Sex != "male" && h.Sex != "female":
		return nil, "choice"
	}
	return h, ""
}

// parseLocation reads an address. Whether there is such a commune is asked by
// whoever has the table of communes.
func parseLocation(v any) (any, string) {
	l, ok := as[Location](v)
	l.Line = text.Line(text.NFC(l.Line))
	switch {
	case !ok:
		return nil, "shape"
	case l == (Location{}):
		return nil, ""
	case !regexp.MustCompile(`^\d{5}$`).MatchString(l.Commune), len([]rune(l.Line)) > 200, len(l.Plus) > 12:
		return nil, "address"
	}
	return l, ""
}

func (f Field) parseFiles(v any) (any, string) {
	files, ok := as[[]File](v)
	switch {
	case !ok:
		return nil, "shape"
	case len(files) == 0:
		return nil, ""
	case int64(len(files)) > f.limit():
		return nil, "too_many"
	}
	for i := range files {
		files[i].Name = text.Line(text.NFC(files[i].Name))
		if files[i].ID == "" || len(files[i].ID) > 100 || len([]rune(files[i].Name)) > 255 {
			return nil, "file"
		}
	}
	return files, ""
}

// parseGroup reads the rows of a group; empty rows are left out.
func (f Field) parseGroup(v any) (any, string) {
	given, ok := as[[]Row](v)
	if !ok {
		return nil, "shape"
	}
	var rows []Row
	for _, row := range given {
		kept := Row{}
		for _, inner := range f.Fields {
			one, code := inner.parse(plain(row[inner.Key]))
			switch {
			case code != "":
				return nil, "group"
			case one != nil:
				kept[inner.Key] = one
			}
		}
		for key := range row {
			if !slices.ContainsFunc(f.Fields, func(x Field) bool { return x.Key == key }) {
				return nil, "group"
			}
		}
		if len(kept) == 0 {
			continue
		}
		for _, inner := range f.Fields {
			if inner.Required && kept[inner.Key] == nil {
				return nil, "group"
			}
		}
		rows = append(rows, kept)
	}
	switch {
	case len(rows) == 0:
		return nil, ""
	case int64(len(rows)) > f.limit():
		return nil, "too_many"
	}
	return rows, ""
}

// plain makes of a number of JSON the text that parse reads exactly.
func plain(v any) any {
	if n, ok := v.(float64); ok {
		raw, err := json.Marshal(n)
		if err == nil {
			return json.Number(raw)
		}
	}
	return v
}

// written is the JSON text of a structured value, the same for the same value.
func written(v any) (string, error) {
	if g, ok := v.(Geometry); ok {
		return g.JSON, nil
	}
	raw, err := json.Marshal(v)
	return string(raw), err
}

// read makes a structured value of its JSON.
func (f Field) read(s string) (any, error) {
	dec := json.NewDecoder(bytes.NewReader([]byte(s)))
	switch f.Type {
	case Address:
		var l Location
		err := dec.Decode(&l)
		return l, err
	case Files:
		var files []File
		err := dec.Decode(&files)
		return files, err
	case Shape:
		g, _ := readShape(s)
		return g, nil
	case Group:
		dec.UseNumber()
		var rows []Row
		err := dec.Decode(&rows)
		for _, row := range rows {
			for _, inner := range f.Fields {
				if v, ok := row[inner.Key]; ok {
					row[inner.Key], _ = inner.parse(v) // it was parsed when it was written
				}
			}
		}
		return rows, err
	case Line, LongText, Integer, Decimal, Money, Date, DatePartial, Boolean, Choice, Choices, Code, Unit, Org, Person,
		Number, Phone, Email, Place, Reference: // not JSON
	}
	return nil, nil //nolint:nilnil // never asked
}

// Same reports whether two values of a field are the same.
func Same(a, b any) bool {
	left, err := written(a)
	right, failed := written(b)
	return err == nil && failed == nil && left == right
}
