// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"reflect"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/support/internal/core"
)

func load(t *testing.T) *core.Guide {
	t.Helper()
	g, err := core.LoadGuide()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Every text is there in both languages, ids are used once, and what a topic
// names exists.
func TestFilesAreWhole(t *testing.T) {
	t.Parallel()
	g := load(t)
	seen := map[string]bool{}
	texts(reflect.ValueOf(*g), "guide", func(at string, text i18n.Text) {
		lead := strings.HasSuffix(at, ".Lead")
		if (text.VI == "" || text.EN == "") && !lead {
			t.Errorf("%s: %+v", at, text)
		}
		if strings.Contains(text.VI, "!") || strings.Contains(strings.ToLower(text.VI), "bạn") {
			t.Errorf("%s: not our tone: %s", at, text.VI)
		}
	})
	for _, topic := range g.Topics {
		if seen[topic.ID] || len(topic.Pages) == 0 || len(topic.Steps) == 0 {
			t.Errorf("%s: twice, without pages or without steps", topic.ID)
		}
		seen[topic.ID] = true
		for _, other := range topic.See {
			if _, found := g.Topic(other); !found {
				t.Errorf("%s points to %s, which is not there", topic.ID, other)
			}
		}
	}
	if len(g.Topics) < 25 || len(g.Steps) < 10 || len(g.Cards) < 3 {
		t.Errorf("%d topics, %d steps, %d cards", len(g.Topics), len(g.Steps), len(g.Cards))
	}
}

func texts(v reflect.Value, at string, f func(string, i18n.Text)) {
	if text, ok := reflect.TypeAssert[i18n.Text](v); ok {
		f(at, text)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), at+"."+v.Type().Field(i).Name, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), at, f)
		}
	}
}

func TestRoute(t *testing.T) {
	t.Parallel()
	routes := []string{"/{$}", "/ho-so", "/ho-so/{id}", "/ho-so/{id}/bo-sung", "/nhap/{draft}/{step}", "/nhap/{draft}/giay-to"}
	for address, want := range map[string]string{
		"/":                         "/{$}",
		"/ho-so?x=1":                "/ho-so",
		"/ho-so/":                   "/ho-so",
		"/ho-so/0912345678":         "/ho-so/{id}",
		"/ho-so/a/bo-sung#b":        "/ho-so/{id}/bo-sung",
		"/nhap/a/giay-to":           "/nhap/{draft}/giay-to",
		"/nhap/a/nguyen-van-bay":    "/nhap/{draft}/{step}",
		"/nhap//x":                  "",
		"/khong-co/079081234567":    "",
		"https://elsewhere/ho-so/a": "",
	} {
		if got := core.Route(routes, address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestTheNearestTopicWins(t *testing.T) {
	t.Parallel()
	g := load(t)
	for route, want := range map[string]string{
		"/{$}": "bat-dau", "/ho-so": "theo-doi", "/ho-so/{id}": "theo-doi", "/ho-so/{id}/bo-sung": "bo-sung", "/ho-so/{id}/ai-da-xem": "ai-da-xem",
		"/quan-tri/he-thong": "van-hanh",
	} {
		if got, found := g.For(route); !found || got.ID != want {
			t.Errorf("%s: %s, want %s", route, got.ID, want)
		}
	}
	if topic, found := g.For("/khong-co"); found {
		t.Errorf("a page nobody knows has the help of %s", topic.ID)
	}
}
