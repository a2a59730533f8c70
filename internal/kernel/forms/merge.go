// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// Names of inputs of a page that are no answers: the marks of what was kept when
// it was shown, and the ids of the questions it asked.
const (
	MarksInput = "was"
	AskedInput = "asked"
)

// maxID is how long the id of a question may be, in bytes.
const maxID = 200

// Clash is an answer that was changed on another device after a page was shown.
type Clash struct {
	Key   string
	Label Text
	Mine  bool // this page changed it too, later: its answer is kept
}

// Marks tells the answers of a step apart from other ones, for MarksInput. It
// holds no answer.
func (f *Form) Marks(a Answers, stepID string) string {
	var all []string
	step, _ := f.def.step(stepID)
	for _, field := range step.Fields {
		if field.typed() {
			all = append(all, field.Key+"="+mark(a[field.Key]))
		}
	}
	return strings.Join(all, " ")
}

func mark(v any) string {
	text, err := json.Marshal(v)
	if err != nil || v == nil {
		return "-"
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// Merge lays what a page sent over the answers that are kept by now, answer by
// answer: what the page did not change stays as somebody else left it, and what
// it did change is the newest. A page without marks changes all it shows.
func (f *Form) Merge(kept Answers, stepID string, sent url.Values) (Answers, []Clash) {
	mine := f.Apply(kept, stepID, sent)
	was := map[string]string{}
	for one := range strings.FieldsSeq(sent.Get(MarksInput)) {
		if key, value, ok := strings.Cut(one, "="); ok {
			was[key] = value
		}
	}
	var clashes []Clash
	step, _ := f.def.step(stepID)
	for _, field := range step.Fields {
		before, marked := was[field.Key]
		if !marked || !field.typed() || mark(kept[field.Key]) == before || reflect.DeepEqual(mine[field.Key], kept[field.Key]) {
			continue // nobody else changed it, or both to the same
		}
		changed := mark(mine[field.Key]) != before
		clashes = append(clashes, Clash{Key: field.Key, Label: field.Label, Mine: changed})
		if changed {
			continue
		}
		if kept[field.Key] == nil {
			delete(mine, field.Key)
		} else {
			mine[field.Key] = kept[field.Key]
		}
	}
	return f.Compute(mine.sure(sent)), clashes
}

// sure notes which of the questions that a page asked were answered with yes.
func (a Answers) sure(sent url.Values) Answers {
	kept, _ := a[SureKey].([]string)
	kept = slices.Clone(kept)
	for _, id := range sent[AskedInput] {
		kept = slices.DeleteFunc(kept, func(one string) bool { return one == id })
		if len(id) <= maxID && slices.Contains(sent[SureKey], id) {
			kept = append(kept, id)
		}
	}
	out := maps.Clone(a)
	out.keepSure(kept)
	return out
}
