// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package formedit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/text"
)

// maxKey is how long a proposed key is at most.
const maxKey = 40

// Key proposes a key for a label: "Số định danh cá nhân" gives so_dinh_danh_ca_nhan.
// taken are those there are already.
func Key(label string, taken []string) string { return unique(words(label, "_", "cau"), "_", taken) }

// Slug proposes an id for a title: "Chủ tàu" gives chu-tau.
func Slug(title string, taken []string) string { return unique(words(title, "-", "trang"), "-", taken) }

func words(label, between, otherwise string) string {
	folded := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(text.Fold(label), " ")
	out := ""
	for word := range strings.FieldsSeq(folded) {
		if out == "" {
			if word = strings.TrimLeft(word, "0123456789"); word == "" {
				continue
			}
		} else if len(out)+len(word) >= maxKey {
			break
		} else {
			word = between + word
		}
		out += word
	}
	if out == "" {
		return otherwise
	}
	return out[:min(len(out), maxKey)]
}

func unique(base, between string, taken []string) string {
	out := base
	for n := 2; slices.Contains(taken, out) || reserved(out); n++ {
		out = base + between + strconv.Itoa(n)
	}
	return out
}

// reserved are names that expressions of forms do not take.
func reserved(key string) bool {
	return slices.Contains([]string{
		"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "package",
		"namespace", "null", "return", "true", "var", "void", "while",
		"bool", "bytes", "double", "duration", "dyn", "int", "list", "map", "size", "string", "timestamp", "type", "uint",
	}, key)
}

func isKey(s string) bool {
	return len(s) <= 60 && regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`).MatchString(s)
}

func isID(s string) bool {
	return len(s) <= 60 && regexp.MustCompile(`^[a-z][a-z0-9]*([_-][a-z0-9]+)*$`).MatchString(s)
}
