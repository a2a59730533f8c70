// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/errs"
)

// SureKey is where Answers keeps what was asked again and is right
// nevertheless: a list of Question.ID. No field can be called so.
const SureKey = "_sure"

// maxSure is how many questions are remembered.
const maxSure = 500

// Question is what a warning asks: is it right nevertheless. With other answers
// it is another question.
type Question struct {
	Name string // of the input, as in the warning
	Code string
	ID   string // what SureKey keeps and a page sends
	Sure bool   // it was answered with yes
}

// question makes the question of a warning about these values.
func question(w errs.Field, about ...any) Question {
	text, err := json.Marshal([]any{w.Name, w.Code, about})
	if err != nil { // a number without end, which no answer is
		text = []byte(w.Name + w.Code)
	}
	sum := sha256.Sum256(text)
	return Question{Name: w.Name, Code: w.Code, ID: w.Name + ":" + strings.TrimPrefix(w.Code, "form.") + ":" + hex.EncodeToString(sum[:6])}
}

// warn adds a warning with its question.
func (r *Result) warn(w errs.Field, a Answers, about ...any) {
	q := question(w, about...)
	sure, _ := a[SureKey].([]string)
	q.Sure = slices.Contains(sure, q.ID)
	r.Warnings, r.Questions = append(r.Warnings, w), append(r.Questions, q)
}

// Open returns the questions that nobody has answered.
func (r Result) Open() (open []Question) {
	for _, q := range r.Questions {
		if !q.Sure {
			open = append(open, q)
		}
	}
	return open
}

func (a Answers) keepSure(ids []string) {
	if len(ids) == 0 {
		delete(a, SureKey)
		return
	}
	slices.Sort(ids)
	a[SureKey] = slices.Compact(ids)[:min(len(ids), maxSure)]
}

// onlyAsked drops what is remembered of questions that are not asked any more.
func (a Answers) onlyAsked(questions []Question) {
	var ids []string
	for _, q := range questions {
		if q.Sure {
			ids = append(ids, q.ID)
		}
	}
	a.keepSure(ids)
}
