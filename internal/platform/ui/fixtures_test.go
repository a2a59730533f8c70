// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

const upstream = "../../../web/node_modules/govuk-frontend/dist/govuk/components"

type fixture struct {
	Name    string         `json:"name"`
	Options map[string]any `json:"options"`
	HTML    string         `json:"html"`
}

// candidate is one of our components as the fixtures see it. Texts gives the
// English texts that upstream has inside and our callers pass in.
type candidate struct {
	name   string
	render func(d *decoder, options map[string]any) templ.Component
	texts  func(options map[string]any) map[string]any
	// least is how many fixtures must pass, so that an empty file is not a success.
	least int
}

func component[P any](c func(P) templ.Component) func(*decoder, map[string]any) templ.Component {
	return func(d *decoder, options map[string]any) templ.Component {
		var p P
		d.fill(reflect.ValueOf(&p).Elem(), options, "")
		return c(p)
	}
}

func candidates() []candidate {
	return []candidate{
		{name: "button", render: component(Button), least: 36},
		{name: "input", render: component(Input), least: 40},
		{name: "textarea", render: component(Textarea), least: 18},
		{name: "character-count", render: component(CharacterCount), texts: countTexts, least: 20},
		{name: "radios", render: component(Radios), least: 40},
		{name: "checkboxes", render: component(Checkboxes), least: 40},
		{name: "date-input", render: component(DateInput), texts: dateTexts, least: 45},
		{name: "select", render: component(Select), texts: selectTexts, least: 18},
		{name: "file-upload", render: component(FileUpload), least: 20},
		{name: "error-summary", render: component(ErrorSummary), least: 19},
		{name: "notification-banner", render: component(NotificationBanner), texts: bannerTexts, least: 20},
		{name: "summary-list", render: component(SummaryList), least: 28},
		{name: "table", render: component(Table), least: 20},
		{name: "tag", render: component(Tag), least: 12},
		{name: "pagination", render: component(Pagination), texts: pageTexts, least: 15},
		{name: "tabs", render: component(Tabs), texts: tabTexts, least: 14},
		{name: "label", render: component(FieldLabel), least: 16},
		{name: "hint", render: component(FieldHint), least: 6},
		{name: "error-message", render: component(errorAlone), least: 9},
		{name: "fieldset", render: component(Group), least: 18},
		{name: "task-list", render: component(TaskList), least: 10},
		{name: "back-link", render: component(BackLink), texts: backTexts, least: 7},
		{name: "breadcrumbs", render: component(Breadcrumbs), texts: crumbTexts, least: 12},
		{name: "details", render: component(Details), least: 10},
		{name: "inset-text", render: component(InsetText), least: 6},
		{name: "warning-text", render: component(WarningText), texts: warningTexts, least: 8},
		{name: "panel", render: component(Panel), least: 9},
	}
}

func errorAlone(p struct{ ErrorMessage ErrorMessage }) templ.Component {
	return FieldError(p.ErrorMessage)
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	for _, c := range candidates() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			passed := 0
			for _, f := range readFixtures(t, c.name) {
				t.Run(f.Name, func(t *testing.T) {
					if check(t, c, f) {
						passed++
					}
				})
			}
			if passed < c.least {
				t.Errorf("%d fixtures of %s pass, want at least %d", passed, c.name, c.least)
			}
			t.Logf("%s: %d fixtures pass", c.name, passed)
		})
	}
}

func check(t *testing.T, c candidate, f fixture) bool {
	t.Helper()
	options := f.Options
	if c.texts != nil {
		options = c.texts(options)
	}
	if c.name == "error-message" {
		options = map[string]any{"errorMessage": options}
	}
	var d decoder
	got := normal(t, render(t, c.render(&d, options)))
	want := normal(t, ours(f.HTML))
	same := got == want && len(d.unknown) == 0
	why, listed := differences()[c.name+": "+f.Name]
	switch {
	case listed && same:
		t.Errorf("listed as different (%s), but it is the same: take it off the list", why)
	case !listed && len(d.unknown) > 0:
		t.Errorf("options that we do not have: %v", d.unknown)
	case !listed && !same:
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	return same
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func readFixtures(t *testing.T, name string) []fixture {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(upstream, name, "fixtures.json"))
	if err != nil {
		t.Fatalf("the upstream fixtures are not there: run make web (%v)", err)
	}
	var file struct {
		Fixtures []fixture `json:"fixtures"`
	}
	decode := json.NewDecoder(strings.NewReader(string(data)))
	decode.UseNumber()
	if err := decode.Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Fixtures) == 0 {
		t.Fatalf("%s has no fixtures", name)
	}
	return file.Fixtures
}
