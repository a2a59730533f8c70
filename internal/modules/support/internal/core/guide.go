// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/yaml"
)

//go:embed topics
var topics embed.FS

// Topic explains some pages to who reads them.
type Topic struct {
	ID     string
	Reader string   // citizen, clerk, officer, leader, records, admin, auditor, everyone
	Pages  []string // routes, each with all below it
	Title  i18n.Text
	Lead   i18n.Text
	Steps  []i18n.Text
	Know   []i18n.Text // good to know
	See    []string    // other topics
}

// Step is something to do on the first day.
type Step struct {
	ID    string
	Needs identity.Permission // who may do it; empty: every official
	Text  i18n.Text
	Href  string
}

// Card is a sheet of A5 to lay beside the keyboard.
type Card struct {
	ID    string
	Needs identity.Permission
	Title i18n.Text
	Items []Item
	Keys  []Key
}

// Item is a task on a card and how it is done.
type Item struct {
	Task i18n.Text
	How  i18n.Text
}

// Key is a shortcut on a card.
type Key struct {
	Keys string
	Does i18n.Text
}

// Guide is the help of every page, the first day of every role and the cards they print.
type Guide struct {
	Topics []Topic
	Steps  []Step
	Cards  []Card
}

// LoadGuide reads the help files. The guide is never nil: after an error it lacks something.
func LoadGuide() (*Guide, error) {
	g := &Guide{}
	names, err := topics.ReadDir("topics")
	if err != nil {
		return g, err
	}
	for _, name := range names {
		text, err := topics.ReadFile("topics/" + name.Name())
		if err != nil {
			return g, err
		}
		var part Guide
		if err := yaml.Strict(text, &part); err != nil {
			return g, fmt.Errorf("%s: %w", name.Name(), err)
		}
		g.Topics, g.Steps, g.Cards = append(g.Topics, part.Topics...), append(g.Steps, part.Steps...), append(g.Cards, part.Cards...)
	}
	return g, nil
}

// Topic returns the topic of an id.
func (g *Guide) Topic(id string) (Topic, bool) {
	i := slices.IndexFunc(g.Topics, func(t Topic) bool { return t.ID == id })
	if i < 0 {
		return Topic{}, false
	}
	return g.Topics[i], true
}

// For returns the topic of a route: the one that names most of it.
func (g *Guide) For(route string) (best Topic, found bool) {
	longest := -1
	for _, t := range g.Topics {
		for _, p := range t.Pages {
			if (route == p || strings.HasPrefix(route, strings.TrimSuffix(p, "/")+"/")) && len(p) > longest && (p != "/" || route == p) {
				best, longest = t, len(p)
			}
		}
	}
	return best, longest >= 0
}

// FirstDay returns the steps for an official, in order.
func (g *Guide) FirstDay(a identity.Actor) (steps []Step) {
	for _, s := range g.Steps {
		if s.Needs == "" || a.May(s.Needs) {
			steps = append(steps, s)
		}
	}
	return steps
}

// CardsFor returns the cards for an official.
func (g *Guide) CardsFor(a identity.Actor) (cards []Card) {
	for _, c := range g.Cards {
		if a.May(c.Needs) {
			cards = append(cards, c)
		}
	}
	return cards
}

// Card returns the card of an id.
func (g *Guide) Card(id string) (Card, bool) {
	i := slices.IndexFunc(g.Cards, func(c Card) bool { return c.ID == id })
	if i < 0 {
		return Card{}, false
	}
	return g.Cards[i], true
}

// Route returns which of the routes an address belongs to: "/ho-so/{id}" for
// "/ho-so/0197…?x=1"; "" for none. What stands in the address is lost on purpose.
func Route(routes []string, address string) string {
	path, _, _ := strings.Cut(address, "?")
	path, _, _ = strings.Cut(path, "#")
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	best, literal := "", -1
	for _, r := range routes {
		if n, ok := fits(strings.Split(strings.TrimSuffix(strings.TrimSuffix(r, "{$}"), "/"), "/"), parts); ok && n > literal {
			best, literal = r, n
		}
	}
	return best
}

// fits counts the parts that are the same word for word.
func fits(route, parts []string) (literal int, ok bool) {
	if len(route) != len(parts) {
		return 0, false
	}
	for i, r := range route {
		switch {
		case r == parts[i]:
			literal++
		case !strings.HasPrefix(r, "{") || parts[i] == "":
			return 0, false
		}
	}
	return literal, true
}
