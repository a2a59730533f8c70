// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"crypto/x509"
	"slices"
)

// Step is one signature a paper should have, in its turn: the initial, the
// signer, the seal.
type Step struct {
	Field string
	Fills []string                          // text fields this signature fills: number and date
	Who   func(cert *x509.Certificate) bool // whose signature it should be; nil for anybody's
}

// DeviationKind says how a paper differs from its steps.
type DeviationKind string

// The kinds of deviations.
const (
	DeviationMissing DeviationKind = "missing" // a signature is not there
	DeviationOrder   DeviationKind = "order"   // a signature was made before its turn
	DeviationSigner  DeviationKind = "signer"  // somebody else signed: a delegate, or a stranger
	DeviationExtra   DeviationKind = "extra"   // a signature no step asked for
	DeviationFilled  DeviationKind = "filled"  // a field was filled by no signature or by another step's
	DeviationEmpty   DeviationKind = "empty"   // a field that a step fills is empty
	DeviationChange  DeviationKind = "change"  // a revision did something else
)

// Deviation is one thing that differs.
type Deviation struct {
	Kind  DeviationKind
	Field string // "" for a change that is none of a field
	By    string // who signed, as the certificate says
}

// Deviations compares a report with the steps a paper should have taken. It
// says nothing about whether the signatures are valid; time stamps over the
// document and evidence are no deviation.
func (r Report) Deviations(steps []Step) (found []Deviation) {
	var made []Signature // by people and seals
	for _, s := range r.Signatures {
		if !s.Stamp {
			made = append(made, s)
		}
	}
	last := -1
	for i, step := range steps {
		at := slices.IndexFunc(made, func(s Signature) bool { return s.Field == step.Field })
		if at < 0 {
			found = append(found, Deviation{Kind: DeviationMissing, Field: step.Field})
			continue
		}
		s := made[at]
		if at < last || (i > 0 && last < 0) {
			found = append(found, Deviation{DeviationOrder, s.Field, s.by()})
		}
		last = max(last, at)
		if step.Who != nil && (s.Cert == nil || !step.Who(s.Cert)) {
			found = append(found, Deviation{DeviationSigner, s.Field, s.by()})
		}
		for _, field := range step.Fills {
			switch {
			case slices.Contains(r.Empty, field):
				found = append(found, Deviation{Kind: DeviationEmpty, Field: field})
			case s.filledLater(field) || (at > 0 && !made[at-1].filledLater(field)):
				found = append(found, Deviation{DeviationFilled, field, s.by()})
			}
		}
	}
	for _, s := range made {
		if !slices.ContainsFunc(steps, func(step Step) bool { return step.Field == s.Field }) {
			found = append(found, Deviation{DeviationExtra, s.Field, s.by()})
		}
	}
	if len(made) > 0 {
		found = append(found, unplanned(made[0].Changes, steps)...)
	}
	return found
}

// unplanned lists what was done after the first signature that no step asks for.
func unplanned(all []Change, steps []Step) (found []Deviation) {
	for _, c := range all {
		d := Deviation{Kind: DeviationChange, Field: c.Field}
		switch c.Kind {
		case ChangeSigned, ChangeStamped, ChangeEvidence:
			continue
		case ChangeFilled:
			if slices.ContainsFunc(steps, func(s Step) bool { return slices.Contains(s.Fills, c.Field) }) {
				continue
			}
			d.Kind = DeviationFilled
		case ChangeField, ChangeNote, ChangeMetadata, ChangeContent:
		}
		if !slices.Contains(found, d) {
			found = append(found, d)
		}
	}
	return found
}

func (s Signature) by() string {
	if s.Cert == nil {
		return ""
	}
	return s.Cert.Subject.CommonName
}

func (s Signature) filledLater(field string) bool {
	return slices.ContainsFunc(s.Changes, func(c Change) bool { return c.Kind == ChangeFilled && c.Field == field })
}
