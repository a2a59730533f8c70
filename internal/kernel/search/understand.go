// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"context"
	"strings"
	"unicode"
)

// understand asks what was asked; when nothing has it, what may have been meant.
func (r run) understand(ctx context.Context, q question, known synonyms, a *Answer) ([]found, error) {
	all, err := r.every(ctx, q.say(known), false)
	if err != nil || some(all) || whole(q.asked) {
		return all, err
	}
	try := func(q question) (bool, error) {
		again, err := r.every(ctx, q.say(known), false)
		if err == nil && some(again) {
			all, a.Words = again, q.words
			return true, nil
		}
		return false, err
	}
	short, shorter := q.without(known.stops)
	if shorter {
		if ok, err := try(short); ok || err != nil {
			return all, err
		}
	}
	meant, err := r.meant(ctx, short)
	if err != nil {
		return nil, err
	}
	for _, words := range meant {
		other := q.with(words)
		if ok, err := try(other); ok || err != nil {
			a.Meant = other.asked
			return all, err
		}
	}
	if r.ask.Typing {
		return all, nil
	}
	for _, other := range append([]question{short}, q.all(meant)...) {
		again, err := r.every(ctx, other.say(known), true)
		if err != nil {
			return nil, err
		}
		if some(again) {
			a.Loose, a.Words = true, other.words
			return again, nil
		}
	}
	return all, nil
}

// whole reports whether a question is one long code and nothing else: what bears it is
// all that is meant. What has some of its parts, of which each stands in thousands of
// others, is not, nor is another code that is written alike.
func whole(asked string) bool {
	digits := 0
	for _, r := range asked {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits >= 6 && len(code(asked)) >= 10 && !strings.ContainsAny(strings.TrimSpace(asked), " \t")
}

// all returns the question with each of the corrections, the best first, one is enough.
func (q question) all(meant [][]string) (out []question) {
	for _, words := range meant[:min(1, len(meant))] {
		out = append(out, q.with(words))
	}
	return out
}
