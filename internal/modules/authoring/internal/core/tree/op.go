// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package tree

import (
	"strings"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Op is one edit of an item, as a page or a program sends it.
type Op struct {
	Do     string              `json:"do"`               // what is done: "add_field"
	At     string              `json:"at,omitempty"`     // where, in the way of the editor: "0.2"
	Values map[string][]string `json:"values,omitempty"` // what is written, by the name of its input
}

// Has reports whether a value was sent.
func (o Op) Has(name string) bool { return len(o.Values[name]) > 0 }

// Raw returns the last value that was sent, as it came: a box that is ticked
// stands behind the empty value that says it was asked.
func (o Op) Raw(name string) string {
	if all := o.Values[name]; len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

// Line returns a value as one line without spaces around it.
func (o Op) Line(name string) string { return text.Line(o.Raw(name)) }

// Words returns name_vi and name_en.
func (o Op) Words(name string) Words {
	return Words{VI: o.Line(name + "_vi"), EN: o.Line(name + "_en")}
}

// Lines returns the lines of a value that say something.
func (o Op) Lines(name string) (all []string) {
	for line := range strings.SplitSeq(text.NFC(o.Raw(name)), "\n") {
		if line = strings.TrimSpace(strings.TrimRight(line, "\r")); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// Wrong is one problem of an input.
func Wrong(name, code string, args ...any) errs.Field {
	f := errs.Field{Name: name, Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if f.Args == nil {
			f.Args = map[string]any{}
		}
		if key, ok := args[i].(string); ok {
			f.Args[key] = args[i+1]
		}
	}
	return f
}

// Refuse is the error of one problem.
func Refuse(name, code string, args ...any) error {
	return errs.BadInput([]errs.Field{Wrong(name, code, args...)})
}

// Codes that all editors share.
const (
	CodeGone    = "authoring.edit.gone"    // the place is no longer there
	CodeUnknown = "authoring.edit.unknown" // no such operation
	CodeNeeded  = "authoring.edit.needed"  // a value is missing
	CodeTaken   = "authoring.edit.taken"   // a key or an id is there already
	CodeKey     = "authoring.edit.key"     // no key
	CodeChoice  = "authoring.edit.choice"  // not one of those that can be chosen
	CodeNumber  = "authoring.edit.number"  // no whole number
	CodeMany    = "authoring.edit.many"    // more than an item holds
)
