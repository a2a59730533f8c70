// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"regexp"
	"strconv"
)

// WatchRule says when reading personal data is unusual, so that an auditor
// looks at it.
type WatchRule struct {
	Item
	Name      Text
	Kind      string // many_people, no_dossier, off_hours, night, many_readers
	Threshold int    // so many raise an alert
	Minutes   int    // within this time
	From, To  int    // of night: minutes after midnight
}

func readWatchRule(r *record) WatchRule {
	w := WatchRule{
		Item:      r.item(),
		Name:      r.text("name", required),
		Kind:      r.oneOf("kind", required, "many_people", "no_dossier", "off_hours", "night", "many_readers"),
		Threshold: r.integer("threshold", required),
		Minutes:   r.integer("minutes", required),
	}
	clock := regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	w.From, w.To = minutes(r.shape("from", clock)), minutes(r.shape("to", clock))
	if w.Threshold == 0 && r.has("threshold") {
		r.problem("threshold", "watch.never", "threshold")
	}
	if r.has("minutes") && (w.Minutes == 0 || w.Minutes > 7*24*60) { // older readings are no news
		r.problem("minutes", "watch.minutes")
	}
	if (w.Kind == "night") != (r.has("from") && r.has("to")) {
		r.problem("kind", "watch.night")
	}
	return w
}

// minutes reads 22:00, which has the right shape.
func minutes(clock string) int {
	if len(clock) != len("22:00") {
		return 0
	}
	h, _ := strconv.Atoi(clock[:2])
	m, _ := strconv.Atoi(clock[3:])
	return h*60 + m
}
