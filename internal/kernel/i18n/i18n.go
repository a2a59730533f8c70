// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package i18n is what people read: the messages of the program in Vietnamese
// and English, and dates, numbers and money as they are written. Vietnamese is
// always there; English where somebody has written it.
package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"
)

// Lang is a language of the program.
type Lang string

// The languages.
const (
	VI Lang = "vi"
	EN Lang = "en"
)

// ParseLang returns the language called s; Vietnamese when there is none.
func ParseLang(s string) Lang {
	if s == string(EN) {
		return EN
	}
	return VI
}

// Text is a text of a pack or of the database, in Vietnamese and perhaps in English.
type Text struct {
	VI string `json:"vi"`
	EN string `json:"en,omitempty"`
}

// In returns the text in a language and the language it is really in: the page
// marks a Vietnamese text among English ones with lang="vi".
func (t Text) In(l Lang) (string, Lang) {
	if l == EN && t.EN != "" {
		return t.EN, EN
	}
	return t.VI, VI
}

// Catalogue holds the messages of the program.
type Catalogue struct{ messages map[Lang]map[string]string }

// Load reads vi.json and en.json at the root of each file system, and those of
// the folders in it. A key that two of them have, or that one language lacks, is
// a mistake.
func Load(sources ...fs.FS) (*Catalogue, error) {
	c := &Catalogue{messages: map[Lang]map[string]string{VI: {}, EN: {}}}
	for _, source := range sources {
		for lang, all := range c.messages {
			name := string(lang) + ".json"
			parts, err := fs.Glob(source, "*/"+name)
			if err != nil {
				return nil, fmt.Errorf("load messages: %w", err)
			}
			for _, file := range append([]string{name}, parts...) {
				if err := read(source, file, lang, all); err != nil {
					return nil, fmt.Errorf("load messages: %w", err)
				}
			}
		}
	}
	for key := range c.messages[VI] {
		if _, ok := c.messages[EN][key]; !ok {
			return nil, fmt.Errorf("load messages: %s has no English", key)
		}
	}
	for key := range c.messages[EN] {
		if _, ok := c.messages[VI][key]; !ok {
			return nil, fmt.Errorf("load messages: %s has no Vietnamese", key)
		}
	}
	return c, nil
}

// read adds the messages of one file.
func read(source fs.FS, file string, lang Lang, all map[string]string) error {
	raw, err := fs.ReadFile(source, file)
	if err != nil {
		return err
	}
	var some map[string]string
	if err := json.Unmarshal(raw, &some); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for key, message := range some {
		if _, twice := all[key]; twice {
			return fmt.Errorf("%s is said twice in %s", key, lang)
		}
		all[key] = message
	}
	return nil
}

// Keys returns the keys of all messages, sorted.
func (c *Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.messages[VI])) }

// Has reports whether there is a message for key.
func (c *Catalogue) Has(key string) bool { _, ok := c.messages[VI][key]; return ok }

// Printer returns the printer of a language.
func (c *Catalogue) Printer(l Lang) Printer { return Printer{lang: l, messages: c.messages[l]} }

// Printer says things in one language. The zero Printer says keys.
type Printer struct {
	lang     Lang
	messages map[string]string
}

// Lang returns the language.
func (p Printer) Lang() Lang {
	if p.lang == "" {
		return VI
	}
	return p.lang
}

// T returns the message of a key. Args are names and values in turn, for the
// {names} in it; {n|day|days} is the first word where n is one. A key without a message is returned itself: it is seen on the
// page and found by a test.
func (p Printer) T(key string, args ...any) string {
	message, ok := p.messages[key]
	if !ok {
		return key
	}
	for i := 0; i+1 < len(args); i += 2 {
		name, value := fmt.Sprint(args[i]), p.show(args[i+1])
		message = strings.ReplaceAll(numbered(message, name, value), "{"+name+"}", value)
	}
	return message
}

// numbered puts one of two words where the message lets a number choose: languages
// with a plural write {n|day|days}.
func numbered(message, name, value string) string {
	for {
		before, rest, found := strings.Cut(message, "{"+name+"|")
		words, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return message
		}
		one, many, _ := strings.Cut(words, "|")
		if value != "1" {
			one = many
		}
		message = before + one + after
	}
}

// Named is T with the values in a map, as errors carry them.
func (p Printer) Named(key string, args map[string]any) string {
	flat := make([]any, 0, 2*len(args))
	for _, name := range slices.Sorted(maps.Keys(args)) {
		flat = append(flat, name, args[name])
	}
	return p.T(key, flat...)
}

// Text returns a text of a pack in this language.
func (p Printer) Text(t Text) string { s, _ := t.In(p.Lang()); return s }

func (p Printer) show(v any) string {
	switch v := v.(type) {
	case int:
		return p.Number(int64(v))
	case int64:
		return p.Number(v)
	case Text:
		return p.Text(v)
	case time.Time:
		return p.DateTime(v)
	}
	return fmt.Sprint(v)
}
