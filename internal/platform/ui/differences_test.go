// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"maps"
	"strings"
)

// differences are the fixtures that we render differently, each with its reason.
func differences() map[string]string {
	const (
		zero  = "a Go bool cannot say 'not given': an item is chosen if it says so or if its value is the chosen one"
		pause = "we have no interruption panel: a page that asks before an act is Confirm"
		holes = "a Go slice of structs has no empty places to be counted"
	)
	return map[string]string{
		"select: item selected overrides value":                    zero,
		"radios: item checked overrides value":                     zero,
		"checkboxes: item checked overrides values":                zero,
		"radios: with falsy items":                                 holes,
		"checkboxes: with falsy values":                            holes,
		"panel: interruption":                                      pause,
		"panel: interruption-with-content-with-long-line-length":   pause,
		"panel: interruption-with-headings-content-and-lists":      pause,
		"panel: interruption with custom classes":                  pause,
		"panel: confirmation, with actions":                        pause,
		"panel: interruption, with actions classes and attributes": pause,
		"panel: interruption, submit action":                       pause,
		"panel: interruption, button link":                         pause,
		"panel: interruption, no actions":                          pause,
		"panel: interruption, no actions items":                    pause,
		"task-list: with empty values":                             holes,
		"file-upload: with value":                                  "browsers ignore the value of a file input, so we have none; upstream ignores it as well",
	}
}

func countTexts(o map[string]any) map[string]any {
	if truthy(o["maxwords"]) || o["countType"] == "words" {
		return withDefault(o, "textareaDescriptionText", "You can enter up to %{count} words")
	}
	if truthy(o["maxlength"]) {
		return withDefault(o, "textareaDescriptionText", "You can enter up to %{count} characters")
	}
	return o
}

func dateTexts(o map[string]any) map[string]any {
	named := func(v any, name string) map[string]any {
		item, _ := v.(map[string]any)
		if item == nil {
			item = map[string]any{}
		}
		item = withDefault(item, "name", name)
		label := plain(item["name"])
		item = withDefault(item, "label", strings.ToUpper(label[:1])+strings.ToLower(label[1:]))
		if item["error"] == false {
			item["noError"] = true
		}
		return item
	}
	if items, ok := o["items"].([]any); ok && len(items) > 0 {
		var list []any
		for _, item := range items {
			if truthy(item) {
				list = append(list, named(item, ""))
			}
		}
		o = maps.Clone(o)
		o["items"] = list
	}
	o = onlyWanted(o, named)
	for _, name := range []string{"day", "month", "year"} {
		o = withDefault(o, name, nil)
		o[name] = named(o[name], name)
	}
	return o
}

// onlyWanted says with Items what upstream says with "year: false".
func onlyWanted(o map[string]any, named func(any, string) map[string]any) map[string]any {
	var list []any
	for _, name := range []string{"day", "month", "year"} {
		if part, given := o[name]; !given || truthy(part) {
			list = append(list, named(part, name))
		}
	}
	if len(list) == 3 || o["items"] != nil {
		return o
	}
	o = maps.Clone(o)
	o["items"] = list
	return o
}

func selectTexts(o map[string]any) map[string]any {
	items, _ := o["items"].([]any)
	for _, item := range items {
		if option, ok := item.(map[string]any); ok {
			if _, valued := option["value"]; !valued {
				option["textIsValue"] = true
			}
		}
	}
	return o
}

func bannerTexts(o map[string]any) map[string]any {
	if o["type"] == "success" {
		return withDefault(o, "titleText", "Success")
	}
	return withDefault(o, "titleText", "Important")
}

func tabTexts(o map[string]any) map[string]any { return withDefault(o, "title", "Contents") }

func pageTexts(o map[string]any) map[string]any {
	o = withDefault(o, "landmarkLabel", "Pagination")
	for key, html := range map[string]string{
		"previous": "Previous<span class=\"govuk-visually-hidden\"> page</span>",
		"next":     "Next<span class=\"govuk-visually-hidden\"> page</span>",
	} {
		if link, ok := o[key].(map[string]any); ok && link["text"] == nil && link["html"] == nil {
			o[key] = withDefault(link, "html", html)
		}
	}
	items, _ := o["items"].([]any)
	for i, item := range items {
		if page, ok := item.(map[string]any); ok {
			items[i] = withDefault(page, "visuallyHiddenText", "Page "+plain(page["number"]))
		}
	}
	return o
}

func backTexts(o map[string]any) map[string]any {
	if !truthy(o["text"]) && !truthy(o["html"]) {
		o = maps.Clone(o)
		o["text"] = "Back"
	}
	return o
}

func crumbTexts(o map[string]any) map[string]any { return withDefault(o, "labelText", "Breadcrumb") }

func warningTexts(o map[string]any) map[string]any {
	return withDefault(o, "iconFallbackText", "Warning")
}
