// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/modules/lifeevents/internal/store"
)

// asks reports whether a declaration asks for a leg.
func asks(l lifeevents.Leg, d dossiers.Declaration) bool {
	return l.WhenField == "" || slices.Contains(l.WhenIs, d.Answers[l.WhenField].Value)
}

// known is what is known of a field, for the partner and for people.
func known(from string, d dossiers.Declaration, all []store.Leg) (value, words string) {
	source, key, _ := strings.Cut(from, ".")
	switch source {
	case "form":
		return d.Answers[key].Value, d.Answers[key].Words
	case "dossier":
		return d.Code, d.Code
	case "result":
		switch key {
		case "number":
			return d.Number, d.Number
		case "date":
			if d.IssuedAt.IsZero() {
				return "", ""
			}
			at := d.IssuedAt.In(calendar.Zone())
			return at.Format(time.DateOnly), at.Format("02/01/2006")
		}
		return d.Result[key], d.Result[key]
	}
	i := slices.IndexFunc(all, func(l store.Leg) bool { return l.Leg == source })
	if i < 0 {
		return "", ""
	}
	return all[i].Given[key], all[i].Given[key]
}

// told is what a partner is told: what is known, and in its place what a clerk has mended.
func told(def lifeevents.Leg, l store.Leg, d dossiers.Declaration, all []store.Leg) map[string]string {
	out := map[string]string{}
	for _, f := range def.Fields {
		value, _ := known(f.From, d, all)
		if mended, there := l.Mended[f.Name]; there {
			value = mended
		}
		out[f.Name] = value
	}
	return out
}

// ready says whether what a leg needs is there; never: it will not come.
func ready(def lifeevents.Leg, all []store.Leg) (ready, never bool) {
	ready = true
	for _, need := range def.Needs {
		i := slices.IndexFunc(all, func(l store.Leg) bool { return l.Leg == need })
		switch {
		case i < 0 || all[i].State == lifeevents.Done || all[i].State == lifeevents.Skipped:
		case all[i].State == lifeevents.Closed, all[i].State == lifeevents.Cancelled:
			ready, never = false, true
		default:
			ready = false
		}
	}
	return ready, never
}

// leaning are the legs that need one, directly or through others.
func leaning(def lifeevents.Definition, leg string) map[string]bool {
	out := map[string]bool{}
	for _, l := range def.Legs { // a leg stands behind what it needs
		if slices.ContainsFunc(l.Needs, func(n string) bool { return n == leg || out[n] }) {
			out[l.ID] = true
		}
	}
	return out
}
