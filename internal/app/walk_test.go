// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// walked is tests/journeys/walk/pages.json: the pages that a browser opens, and
// under the reason why not, those that it leaves out.
type walked struct {
	Pages []struct {
		Route string `json:"route"`
	} `json:"pages"`
	Others map[string][]string `json:"others"`
}

// Every route that answers a browser is in the walk, or among the few that say
// why they are not.
func TestEveryPageIsWalked(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../tests/journeys/walk/pages.json")
	if err != nil {
		t.Fatal(err)
	}
	var table walked
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, p := range table.Pages {
		listed = append(listed, p.Route)
	}
	for why, routes := range table.Others {
		if len(why) < 10 {
			t.Errorf("%q is no reason", why)
		}
		listed = append(listed, routes...)
	}
	slices.Sort(listed)
	for i, route := range listed {
		if i > 0 && listed[i-1] == route {
			t.Errorf("%s is in the table twice", route)
		}
	}
	var there []string
	for _, r := range allRoutes(newWorld(t, "")) {
		if method, path, _ := strings.Cut(r.Pattern, " "); method == http.MethodGet && !r.API {
			there = append(there, path)
			if !slices.Contains(listed, path) {
				t.Errorf("GET %s: add it to tests/journeys/walk/pages.json, with who opens it and where it is found", path)
			}
		}
	}
	for _, route := range listed {
		if !slices.Contains(there, route) {
			t.Errorf("%s is in the table and no route of the program", route)
		}
	}
}
