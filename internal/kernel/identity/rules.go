// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
)

// Rule says how people of some roles sign in. It is data of a pack, with its
// source; zero fields say nothing.
type Rule struct {
	ID           string       `json:"id"`
	Roles        []string     `json:"roles,omitempty"`         // none: everybody
	SecondFactor FactorRule   `json:"second_factor,omitempty"` // offered, required
	RequiredFrom string       `json:"required_from,omitempty"` // 2027-03-01; until then a second factor is only asked for
	IdleMinutes  int          `json:"idle_minutes,omitempty"`
	Hours        int          `json:"hours,omitempty"`          // how long a session lasts
	FreshMinutes int          `json:"fresh_minutes,omitempty"`  // how long a proof counts for acts that ask for one
	Sessions     int          `json:"sessions,omitempty"`       // at once
	Phone        PhoneRule    `json:"phone_recovery,omitempty"` // a new password by a code to the phone
	UnusedDays   int          `json:"unused_days,omitempty"`    // an account that nobody uses for so long is disabled; 0: never
	WarnDays     int          `json:"warn_days,omitempty"`      // so many days before, its owner is warned
	Password     PasswordRule `json:"password,omitzero"`
	Source       string       `json:"source,omitempty"`
}

// FactorRule says whether a second factor is needed.
type FactorRule string

// The rules of second factors.
const (
	Offered  FactorRule = "offered"
	Required FactorRule = "required"
)

// PasswordRule says what a password must be.
type PasswordRule struct {
	Min           int `json:"min,omitempty"`             // characters without a second factor
	MinWithFactor int `json:"min_with_factor,omitempty"` // characters with one; then classes do not count
	Classes       int `json:"classes,omitempty"`         // of small letters, capitals, digits, others
	History       int `json:"history,omitempty"`         // so many of before do not come back
	MaxDays       int `json:"max_days,omitempty"`        // 0: it does not expire
	Passes        int `json:"passes,omitempty"`          // of argon2id
	MemoryMiB     int `json:"memory_mib,omitempty"`      // of argon2id
}

// Rules are all rules of a province.
type Rules []Rule

// ApplyRules makes the rules of a pack those of the province, and returns the
// ids of those that changed.
func ApplyRules(ctx context.Context, tx *db.Tx, rules Rules) (changed []string, err error) {
	rows, err := store.Rules(ctx, tx)
	if err != nil {
		return nil, err
	}
	before := make(map[string]string, len(rows))
	for _, r := range rows {
		before[r.ID] = r.Body
	}
	for _, r := range rules {
		body, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		if before[r.ID] != string(body) {
			changed = append(changed, r.ID)
			if err := store.PutRule(ctx, tx, store.Rule{ID: r.ID, Body: string(body)}); err != nil {
				return nil, err
			}
		}
		delete(before, r.ID)
	}
	for id := range before {
		changed = append(changed, id)
		if err := store.DropRule(ctx, tx, id); err != nil {
			return nil, err
		}
	}
	slices.Sort(changed)
	return changed, nil
}

// ListRules returns the rules of the province.
func ListRules(ctx context.Context, q db.Querier) (Rules, error) {
	rows, err := store.Rules(ctx, q)
	if err != nil {
		return nil, err
	}
	rules := make(Rules, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Body), &rules[i]); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

// For returns what holds for somebody with these roles: of each field the
// strictest of all rules that speak of it. Where none speaks, a password has
// MinPassword characters and a session lasts for SessionLength.
func (rs Rules) For(roles ...string) Rule {
	var all Rule
	least := func(a, b int) int {
		if a == 0 || b != 0 && b < a {
			return b
		}
		return a
	}
	for _, r := range rs {
		if len(r.Roles) > 0 && !slices.ContainsFunc(r.Roles, func(role string) bool { return slices.Contains(roles, role) }) {
			continue
		}
		switch {
		case r.SecondFactor == Required && all.SecondFactor == Required: // the earlier day; no day is at once
			all.RequiredFrom = min(all.RequiredFrom, r.RequiredFrom)
		case r.SecondFactor == Required:
			all.SecondFactor, all.RequiredFrom = Required, r.RequiredFrom
		case all.SecondFactor == "":
			all.SecondFactor = r.SecondFactor
		}
		all.IdleMinutes = least(all.IdleMinutes, r.IdleMinutes)
		all.Hours = least(all.Hours, r.Hours)
		all.FreshMinutes = least(all.FreshMinutes, r.FreshMinutes)
		all.Sessions = least(all.Sessions, r.Sessions)
		all.Phone = all.Phone.stricter(r.Phone)
		all.UnusedDays, all.WarnDays = least(all.UnusedDays, r.UnusedDays), max(all.WarnDays, r.WarnDays)
		p := &all.Password
		p.Min, p.MinWithFactor, p.Classes = max(p.Min, r.Password.Min), max(p.MinWithFactor, r.Password.MinWithFactor), max(p.Classes, r.Password.Classes)
		p.Passes, p.MemoryMiB = max(p.Passes, r.Password.Passes), max(p.MemoryMiB, r.Password.MemoryMiB)
		p.History, p.MaxDays = max(p.History, r.Password.History), least(p.MaxDays, r.Password.MaxDays)
	}
	if all.Password.Min == 0 {
		all.Password.Min = MinPassword
	}
	if all.SecondFactor == "" {
		all.SecondFactor = Offered
	}
	if all.Phone == "" {
		all.Phone = PhoneRefused
	}
	return all
}

// Cost is what the passwords of a province cost to compute: the dearest that any
// rule asks for, since a hash does not know whose it is to be. Zero: the least.
func (rs Rules) Cost() (passes, memoryMiB int) {
	for _, r := range rs {
		passes, memoryMiB = max(passes, r.Password.Passes), max(memoryMiB, r.Password.MemoryMiB)
	}
	return passes, memoryMiB
}

// NeedsFactor reports whether a second factor is needed on a day.
func (r Rule) NeedsFactor(now db.Time) bool {
	return r.SecondFactor == Required && now.Format(time.DateOnly) >= r.RequiredFrom
}

// Expired reports whether a password set then is too old now. One of an unknown
// day is not.
func (r PasswordRule) Expired(set, now db.Time) bool {
	return r.MaxDays > 0 && !set.IsZero() && now.Sub(set.Time) > time.Duration(r.MaxDays)*24*time.Hour
}

// Opening returns how a session under this rule begins.
func (r Rule) Opening(k SessionKind, w Way, from Source) Opening {
	o := Opening{
		Kind: k, Way: w, From: from, Most: r.Sessions, Lifetime: time.Duration(r.Hours) * time.Hour,
		FreshFor: time.Duration(r.FreshMinutes) * time.Minute,
	}
	if k == Browser {
		o.Idle = time.Duration(r.IdleMinutes) * time.Minute
	}
	return o
}
