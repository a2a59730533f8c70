// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package procedures

import (
	"slices"

	"tinhso.vn/internal/kernel/i18n"
)

// Local is the route of a procedure that is received here.
const Local = "LOCAL"

// Deciding is the decision (quyết định công bố) by which a procedure was made
// known. Days are YYYY-MM-DD.
type Deciding struct {
	Number    string    `json:"number"`
	Signed    string    `json:"signed"`
	Effective string    `json:"effective,omitempty"` // empty: the day it was signed
	Issuer    i18n.Text `json:"issuer,omitzero"`
}

// InForce returns the day from which the decision holds.
func (d Deciding) InForce() string {
	if d.Effective == "" {
		return d.Signed
	}
	return d.Effective
}

// Case is a case of a procedure (trường hợp). What it does not say is said by
// the version.
type Case struct {
	ID              string    `json:"id"`
	Name            i18n.Text `json:"name"`
	Note            i18n.Text `json:"note,omitzero"`
	Papers          []Paper   `json:"papers,omitempty"` // none: those of the version
	Fee             Fee       `json:"fee,omitzero"`     // without a kind: that of the version
	Statutory       Duration  `json:"statutory,omitzero"`
	Reduced         Duration  `json:"reduced,omitzero"`
	OnlineStatutory Duration  `json:"online_statutory,omitzero"`
	OnlineReduced   Duration  `json:"online_reduced,omitzero"`
	SameDay         bool      `json:"same_day,omitempty"`
	Flow            Flow      `json:"flow,omitzero"` // without steps: that of the version
}

func (c Case) timed() bool {
	return c.SameDay || c.Statutory != (Duration{}) || c.Reduced != (Duration{}) || c.OnlineStatutory != (Duration{}) || c.OnlineReduced != (Duration{})
}

// Routing says from which day a procedure is received here or elsewhere.
type Routing struct {
	From  string    `json:"from"`  // YYYY-MM-DD
	Route string    `json:"route"` // LOCAL or MINISTRY:<code>
	Where i18n.Text `json:"where,omitzero"`
}

// RouteOn returns where a version is received on a day: the last routing that
// has begun, otherwise the route of the version.
func (v Version) RouteOn(day string) Routing {
	out := Routing{Route: v.Route}
	for _, r := range v.Routes {
		if r.From <= day {
			out = r
		}
	}
	if out.Route == "" {
		out.Route = Local
	}
	return out
}

// On returns a version as it is received on a day: Route and Where are those of
// the day. Its checksum stays.
func (v Version) On(day string) Version {
	r := v.RouteOn(day)
	v.Route, v.Where = r.Route, r.Where
	return v
}

// FindCase returns a case of a version.
func (v Version) FindCase(id string) (Case, bool) {
	i := slices.IndexFunc(v.Cases, func(c Case) bool { return c.ID == id })
	if i < 0 {
		return Case{}, false
	}
	return v.Cases[i], true
}

// CaseName returns the name of a case; empty where there is none.
func (v Version) CaseName(id string) i18n.Text {
	c, _ := v.FindCase(id)
	return c.Name
}

// For returns the rules that one dossier follows: those of its case, and what
// is said for the way it came in (ChannelOnline, ChannelCounter). The checksum
// and the list of cases stay those of the version. A case that is not there
// changes nothing.
func (v Version) For(chosen, channel string) Version {
	if c, ok := v.FindCase(chosen); ok {
		if len(c.Papers) > 0 {
			v.Papers = c.Papers
		}
		if c.Fee.Kind != "" {
			v.Fee = c.Fee
		}
		if c.timed() {
			v.Statutory, v.Reduced, v.OnlineStatutory, v.OnlineReduced, v.SameDay = c.Statutory, c.Reduced, c.OnlineStatutory, c.OnlineReduced, c.SameDay
		}
		if len(c.Flow.Steps) > 0 {
			v.Flow = c.Flow
		}
	}
	if channel == ChannelOnline && v.OnlineStatutory.Amount > 0 {
		v.Statutory, v.Reduced = v.OnlineStatutory, Duration{}
	}
	if channel == ChannelOnline && v.OnlineReduced.Amount > 0 {
		v.Reduced = v.OnlineReduced
	}
	return v
}

// Undecided reports whether a dossier of a version has to name its case and
// does not, or names one that there is not.
func (v Version) Undecided(chosen string) bool {
	_, known := v.FindCase(chosen)
	return (len(v.Cases) > 0 || chosen != "") && !known
}

// Ministry is the route of a procedure that is worked on in the system of the agency
// with a code.
func Ministry(code string) string { return "MINISTRY:" + code }
