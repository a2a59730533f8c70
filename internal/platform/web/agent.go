// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import "strings"

// Browser says in two words by which browser on which system a request was sent,
// "Chrome, Windows", as far as it says so itself; empty where it says nothing.
// Versions are left out: they change by themselves.
func Browser(userAgent string) string {
	if userAgent == "" {
		return ""
	}
	name := first(userAgent, "coc_coc=Cốc Cốc", "Edg=Edge", "OPR/=Opera", "SamsungBrowser=Samsung Internet", "Zalo=Zalo", "Firefox=Firefox", "FxiOS=Firefox",
		"CriOS=Chrome", "Chrome=Chrome", "Safari=Safari", "curl=curl", "Go-http-client=Go", "python=Python")
	system := first(userAgent, "Android=Android", "iPhone=iPhone", "iPad=iPad", "Windows=Windows", "Mac OS=macOS", "CrOS=ChromeOS", "Linux=Linux")
	switch {
	case name == "" && system == "":
		return "?"
	case name == "" || system == "":
		return name + system
	}
	return name + ", " + system
}

// first returns what belongs to the first sign that a text holds.
func first(text string, signs ...string) string {
	for _, s := range signs {
		if sign, name, _ := strings.Cut(s, "="); sign != "" && strings.Contains(text, sign) {
			return name
		}
	}
	return ""
}
