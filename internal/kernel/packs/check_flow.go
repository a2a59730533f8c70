// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import "slices"

// checkFlow holds what CN09 of the national functions asks of a process: no
// step without performer or hours, no step that is never reached, no loop
// without a way out, no end before the result is handed over.
func checkFlow(s *Set, f Flow, b *book) {
	if len(f.Steps) == 0 {
		b.addOrigin(f.Origin, f.ID, "flow.empty")
		return
	}
	steps := byID(f.Steps, func(step Step) string { return step.ID })
	roles := byID(s.Roles, Role.itemID)
	known := true
	for _, step := range f.Steps {
		for _, to := range targets(step) {
			if !has(steps, to) {
				b.addOrigin(step.Origin, f.ID, "flow.unknown_step", step.ID, to)
				known = false
			}
		}
		role, there := roles[step.Post]
		switch {
		case step.Post != "" && !there:
			b.addOrigin(step.Origin, f.ID, "flow.role", step.ID, step.Post)
		case role.Citizen, role.System:
			b.addOrigin(step.Origin, f.ID, "flow.citizen", step.ID, step.Post)
		}
		if lacks(s, f, step) {
			b.addOrigin(step.Origin, f.ID, "flow.no_place", step.ID, step.Unit)
		}
		if len(step.Next) == 0 && step.Action != "deliver" {
			b.addOrigin(step.Origin, f.ID, "flow.ends_early", step.ID)
		}
	}
	if !known {
		return
	}
	reached := reach(f.Steps[0].ID, steps)
	for _, step := range f.Steps {
		if !reached[step.ID] {
			b.addOrigin(step.Origin, f.ID, "flow.unreachable", step.ID)
			continue
		}
		if !ends(step.ID, steps) {
			b.addOrigin(step.Origin, f.ID, "flow.no_exit", step.ID)
		}
	}
}

// lacks reports whether a flow that a procedure of a province uses names a kind
// of unit that the province has none of.
func lacks(s *Set, f Flow, step Step) bool {
	kind := slices.Contains(unitKinds(), step.Unit)
	used := slices.ContainsFunc(s.Procedures, func(p Procedure) bool { return p.Flow == f.ID })
	return kind && used && s.Meta.Kind == Province &&
		!slices.ContainsFunc(s.Units, func(u Unit) bool { return string(u.Kind) == step.Unit })
}

func targets(step Step) []string {
	if step.Back == "" {
		return step.Next
	}
	return append(slices.Clone(step.Next), step.Back)
}

func reach(from string, steps map[string]Step) map[string]bool {
	seen := map[string]bool{from: true}
	queue := []string{from}
	for len(queue) > 0 {
		step := steps[queue[0]]
		queue = queue[1:]
		for _, to := range targets(step) {
			if !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	return seen
}

// ends reports whether a final step can be reached from a step.
func ends(from string, steps map[string]Step) bool {
	for id := range reach(from, steps) {
		if len(steps[id].Next) == 0 {
			return true
		}
	}
	return false
}

// LongestHours returns the working hours of the longest way through the flow,
// each step once.
func (f Flow) LongestHours() int { return longestHours(f) }

// longestHours is the longest way from the first step to an end, each step
// once: going back costs the office its own time.
func longestHours(f Flow) int {
	steps := byID(f.Steps, func(step Step) string { return step.ID })
	var walk func(id string, seen []string) int
	walk = func(id string, seen []string) int {
		step, ok := steps[id]
		if !ok || slices.Contains(seen, id) {
			return 0
		}
		longest := 0
		for _, to := range step.Next {
			longest = max(longest, walk(to, append(slices.Clone(seen), id)))
		}
		return step.Hours + longest
	}
	if len(f.Steps) == 0 {
		return 0
	}
	return walk(f.Steps[0].ID, nil)
}
