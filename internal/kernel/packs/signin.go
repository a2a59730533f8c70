// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

// SignInRule says how people of some roles sign in: what their passwords must
// be, whether they need a second factor, and how long a session lasts.
type SignInRule struct {
	Item
	Name          Text
	Roles         []string // none: everybody
	SecondFactor  string   // offered, required; empty: other rules say
	RequiredFrom  Date
	IdleMinutes   int
	Hours         int
	FreshMinutes  int
	Sessions      int
	PhoneRecovery string // refused, second_proof, alone; empty: other rules say
	UnusedDays    int
	WarnDays      int
	MinPassword   int // characters without a second factor
	MinWithFactor int // characters with one
	Classes       int
	History       int
	MaxDays       int
	Passes        int // of argon2id; 0: the least
	MemoryMiB     int // of argon2id; 0: the least
}

// The bounds of what a password may cost. The least is that of kernel/identity; the
// most keeps a sign-in below a second on a common processor.
const (
	leastPasses, mostPasses = 2, 10
	leastMemory, mostMemory = 19, 256
)

// noShorter is the shortest password that any pack may allow.
const noShorter = 8

func readSignInRule(r *record) SignInRule {
	s := SignInRule{
		Item: r.item(), Name: r.text("name", required), Roles: r.strs("roles"), SecondFactor: r.oneOf("second_factor", optional, "offered", "required"),
		RequiredFrom: r.date("required_from"), IdleMinutes: r.integer("idle_minutes"), Hours: r.integer("hours"),
		FreshMinutes: r.integer("fresh_minutes"), Sessions: r.integer("sessions"),
		PhoneRecovery: r.oneOf("phone_recovery", optional, "refused", "second_proof", "alone"),
		UnusedDays:    r.integer("unused_days"), WarnDays: r.integer("warn_days"),
	}
	if p := r.sub("password"); p != nil {
		s.MinPassword, s.MinWithFactor, s.Classes = p.integer("min"), p.integer("min_with_factor"), p.integer("classes")
		s.History, s.MaxDays = p.integer("history"), p.integer("max_days")
		if s.MinPassword > 0 && s.MinPassword < noShorter || s.MinWithFactor > 0 && s.MinWithFactor < noShorter || s.Classes > 4 {
			r.problem("password", "sign_in.password")
		}
		s.Passes, s.MemoryMiB = p.integer("passes"), p.integer("memory_mib")
		if s.Passes != 0 && (s.Passes < leastPasses || s.Passes > mostPasses) || s.MemoryMiB != 0 && (s.MemoryMiB < leastMemory || s.MemoryMiB > mostMemory) {
			r.problem("password", "sign_in.cost")
		}
		p.done()
	}
	if s.RequiredFrom != "" && s.SecondFactor != "required" {
		r.problem("required_from", "sign_in.required_from")
	}
	if s.WarnDays < 0 || s.UnusedDays < 0 || s.WarnDays > 0 && s.WarnDays >= s.UnusedDays {
		r.problem("warn_days", "sign_in.warn_days")
	}
	if s.Source == "" && s.Status != Unverified {
		r.problem("source", "sign_in.source")
	}
	return s
}

// checkSignIn makes sure that rules are about roles that there are.
func checkSignIn(s *Set, b *book) {
	roles := byID(s.Roles, Role.itemID)
	for _, rule := range s.SignIn {
		for _, role := range rule.Roles {
			if !has(roles, role) {
				b.addOrigin(rule.Origin, rule.ID, "sign_in.role", role)
			}
		}
	}
}
