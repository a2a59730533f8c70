// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"maps"
	"net/url"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
)

// Offered is a step as it is offered to who fills it in: what was answered,
// and in the gaps what is known of the parties. Nothing of it is kept before it
// was sent.
type Offered struct {
	Answers forms.Answers
	Sources map[string]Source // by key, of answers that are what is known
}

// Offer fills the gaps of a step. sent is what a browser has just sent of it;
// nil where the page is opened.
func (d Draft) Offer(step string, sent url.Values) Offered {
	filled := d.Form.Prefill(d.Answers, step, d.known, sent, d.World)
	out := Offered{Answers: filled.Answers, Sources: map[string]Source{}}
	fields := map[string]string{}
	for _, s := range d.Form.Definition().Steps {
		for _, f := range s.Fields {
			fields[f.Key] = f.Prefill
		}
	}
	for _, key := range filled.Keys {
		out.Sources[key] = d.sources[fields[key]]
	}
	return out
}

// Suggestions are the answers that Offer would lay into the gaps of all steps.
func (d Draft) Suggestions() (forms.Answers, map[string]Source) {
	all, sources := forms.Answers{}, map[string]Source{}
	for _, step := range d.Form.Steps(d.Answers) {
		o := d.Offer(step, nil)
		for key, source := range o.Sources {
			if d.Answers[key] == nil {
				all[key], sources[key] = o.Answers[key], source
			}
		}
	}
	return all, sources
}

// Agreed returns, by key, which source says the same as an answer: an account or a
// card, not what was typed on the page before.
func (d Draft) Agreed() map[string]Source {
	all := map[string]Source{}
	for _, step := range d.Form.Steps(d.Answers) {
		for key, source := range d.Offer(step, nil).Sources {
			if source != FromParties && d.Answers[key] != nil {
				all[key] = source
			}
		}
	}
	return all
}

// knows notes what is known of the parties, and where each thing comes from.
func (d *Draft) knows(who string, p Party) {
	for name, value := range map[string]string{
		"name": p.Name, "number": p.Number, "born": p.Born, "sex": p.Sex, "phone": p.Phone, "email": p.Email, "residence": p.Address,
	} {
		if value == "" {
			continue
		}
		source := p.Source
		switch {
		case source == "", source == FromCard && (name == "phone" || name == "email"), source == FromAccount && name == "residence": // it does not say these
			source = FromParties
		}
		d.known[who+"."+name], d.sources[who+"."+name] = value, source
	}
}

// learn gathers what is known of those a draft names.
func (s *Service) learn(ctx context.Context, row store.Draft, d *Draft) error {
	d.known, d.sources = forms.Known{}, map[string]Source{}
	d.knows("owner", d.Parties.Owner)
	switch {
	case d.Parties.Basis == dossiers.Self:
	case row.Channel.OnPaper():
		d.knows("submitter", d.Parties.Submitter)
	default: // on the web the submitter is who is signed in
		account, err := s.Directory.GetAccount(ctx, s.DB, row.Account) // the draft may be that of whom they act for
		if err != nil {
			return err
		}
		own, err := s.Directory.GetPerson(ctx, s.DB, account.Person)
		if err != nil {
			return err
		}
		by := partyOf(own)
		by.Source = FromAccount
		d.knows("submitter", by)
	}
	return nil
}

// keepSources notes beside the answers what a card or an account says otherwise.
// What somebody typed on the page before is no source.
func (d Draft) keepSources(answers forms.Answers) {
	sources := map[string]string{}
	for name, source := range d.sources {
		if source != FromParties {
			sources[name] = string(source)
		}
	}
	d.Form.Keep(answers, d.known, sources, d.World)
}

// Differ returns what a source says of the fields of which the answer is another.
func (d Draft) Differ() forms.Answers {
	answers := maps.Clone(d.Answers)
	if answers == nil {
		answers = forms.Answers{}
	}
	d.keepSources(answers)
	return answers
}
