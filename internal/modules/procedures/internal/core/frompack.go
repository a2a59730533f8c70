// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
)

// FromPack returns the procedures of a pack as versions, each with its form,
// flow and template.
func FromPack(set *packs.Set) (all []procedures.Version, err error) {
	defer errs.Wrap(&err, "read the procedures of pack %s", set.Meta.Name)

	for _, p := range set.Procedures {
		v, err := fromPack(set, p)
		if err != nil {
			return nil, fmt.Errorf("procedure %s: %w", p.ID, err)
		}
		all = append(all, v)
	}
	return all, nil
}

// VersionOf returns one procedure of a pack as FromPack would, whatever the
// others are like.
func VersionOf(set *packs.Set, id string) (v procedures.Version, err error) {
	defer errs.Wrap(&err, "procedure %s of pack %s", id, set.Meta.Name)
	p, ok := set.Procedure(id)
	if !ok {
		return v, procedures.ErrNotFound
	}
	if _, table := set.Flow(p.Flow); !table {
		if _, drawn := set.Drawing(p.Flow); drawn {
			p.Flow = "" // it is no table
		}
	}
	return fromPack(set, p)
}

func fromPack(set *packs.Set, p packs.Procedure) (v procedures.Version, err error) {
	v = procedures.Version{
		ID: procedures.ID(p.ID), Code: p.Code, Verified: p.Verified(), Source: p.Source,
		Name: words(p.Name), Field: words(p.Field), ResultName: words(p.ResultName), ResultType: p.ResultType, Conditions: words(p.Conditions), Steps: words(p.Steps),
		Levels: p.Levels, AuthorityUnit: orgs.ID(p.AuthorityUnit), Audience: p.Audience, Route: p.Route, Online: p.Online,
		Statutory: duration(p.Statutory), Reduced: duration(p.Reduced), SameDay: p.SameDay,
		LegalBases: p.LegalBases, Keywords: p.Keywords, LifeEvents: p.LifeEvents,
		ValidFrom: string(p.Valid.From), ValidTo: string(p.Valid.To),
	}
	if v.Fee, err = fee(set, p.Fee); err != nil {
		return v, err
	}
	v.Fee.Before = p.PayBefore
	for _, k := range p.Authority {
		v.Authority = append(v.Authority, orgs.Kind(k))
	}
	v.Papers = required(p, p.Papers)
	if v.Form, err = form(set, p.Form); err != nil {
		return v, err
	}
	if err = feeInputs(v); err != nil {
		return v, err
	}
	if v.Flow, err = flow(set, p.Flow); err != nil {
		return v, err
	}
	if err = more(set, p, &v); err != nil {
		return v, err
	}
	if v.Template, err = template(set, p.ResultTemplate); err != nil {
		return v, err
	}
	_, v.SHA, err = canonical(v)
	return v, err
}

// canonical returns the one text of a version and its checksum.
func canonical(v procedures.Version) (body, sha string, err error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256(raw)
	return string(raw), hex.EncodeToString(sum[:]), nil
}

// decode reads what canonical wrote.
func decode(body, sha string) (v procedures.Version, err error) {
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		return v, fmt.Errorf("version %s: %w", sha, err)
	}
	v.SHA = sha
	return v, nil
}

func words(t packs.Text) i18n.Text { return i18n.Text{VI: t.VI, EN: t.EN} }

// lines are the texts of a document: what an office issues is Vietnamese.
func lines(all []packs.Text) (out []string) {
	for _, t := range all {
		out = append(out, t.VI)
	}
	return out
}

func duration(d packs.Duration) procedures.Duration {
	return procedures.Duration{
		Amount: d.Amount, Unit: d.Unit, Working: d.Working,
		Verified: d.Amount > 0 && d.Status != packs.Unverified,
	}
}

// form reads the form of a procedure and makes sure that it can be asked.
func form(set *packs.Set, id string) (d forms.Definition, err error) {
	if id == "" {
		return d, nil
	}
	defer errs.Wrap(&err, "form %s", id)
	f, ok := set.Form(id)
	if !ok || f.Definition == nil {
		return d, procedures.ErrNotFound
	}
	if err := f.Definition.Decode(&d); err != nil {
		return d, err
	}
	for _, step := range d.Steps {
		enter(set, step.Fields)
	}
	_, err = forms.New(d)
	return d, err
}

// enter writes the entries of catalogues into the fields that take their codes:
// a version keeps what there was to choose from.
func enter(set *packs.Set, fields []forms.Field) {
	for i, f := range fields {
		enter(set, f.Fields)
		list, ok := set.Catalogue(f.Catalogue)
		if !ok || len(f.Options) > 0 {
			continue
		}
		for _, e := range list.Entries {
			value := e.Code
			if value == "" {
				value = e.ID
			}
			fields[i].Options = append(fields[i].Options, forms.Option{Value: value, Label: forms.Text{VI: e.Name.VI, EN: e.Name.EN}})
		}
	}
}

// feeTable reads the decision that works out a fee.
func feeTable(set *packs.Set, id string) (*decisions.Decision, error) {
	if id == "" {
		return nil, nil //nolint:nilnil // most fees need none
	}
	d, ok := set.Decision(id)
	if !ok {
		return nil, fmt.Errorf("decision %s: %w", id, procedures.ErrNotFound)
	}
	table, problems := decisions.Decode(d.Definition)
	if len(problems) > 0 {
		return nil, fmt.Errorf("decision %s: %s", id, problems[0])
	}
	if table.Outputs[0].Type != decisions.Money {
		return nil, fmt.Errorf("decision %s: its first output is no money", id)
	}
	return &table, nil
}

// feeInputs makes sure that the form asks for what the table needs.
func feeInputs(v procedures.Version) error {
	if v.Fee.Table == nil {
		return nil
	}
	types := map[string]decisions.Type{procedures.ChannelKey: decisions.Choice}
	for _, step := range v.Form.Steps {
		for _, f := range step.Fields {
			switch f.Type {
			case forms.Number:
				types[f.Key] = decisions.Number
			case forms.Money:
				types[f.Key] = decisions.Money
			case forms.Radios, forms.Select:
				types[f.Key] = decisions.Choice
			default:
				types[f.Key] = decisions.Text
			}
		}
	}
	for _, c := range v.Fee.Table.Inputs {
		got, asked := types[c.Key]
		if !asked || (got != c.Type && (got != decisions.Choice || c.Type != decisions.YesNo)) {
			return fmt.Errorf("decision %s: the form asks for no %s %s", v.Fee.Table.ID, c.Type, c.Key)
		}
	}
	return nil
}

func flow(set *packs.Set, id string) (procedures.Flow, error) {
	if id == "" {
		return procedures.Flow{}, nil
	}
	f, ok := set.Flow(id)
	if !ok {
		return procedures.Flow{}, fmt.Errorf("flow %s: %w", id, procedures.ErrNotFound)
	}
	out := procedures.Flow{ID: f.ID, Version: f.Version, Title: words(f.Title), LegalBases: f.Legal}
	if d, drawn := set.Drawing(id); drawn {
		out.BPMN = string(d.Text)
	}
	for _, s := range f.Steps {
		out.Steps = append(out.Steps, procedures.Step{
			ID: s.ID, Name: words(s.Name), Post: s.Post, Unit: s.Unit, Hours: s.Hours, Product: words(s.Product),
			Action: s.Action, Next: s.Next, Back: s.Back,
		})
	}
	return out, nil
}

func template(set *packs.Set, id string) (procedures.Template, error) {
	if id == "" {
		return procedures.Template{}, nil
	}
	t, ok := set.Template(id)
	if !ok {
		return procedures.Template{}, fmt.Errorf("template %s: %w", id, procedures.ErrNotFound)
	}
	out := procedures.Template{
		ID: t.ID, Version: t.Version, Title: words(t.Title), DocType: t.DocType, AgencyLines: lines(t.AgencyLines),
		NumberSuffix: t.NumberSuffix, Place: t.Place.VI, Heading: []string{t.Heading.VI}, Subject: t.Subject.VI,
		Authority: t.Authority.VI, Resolves: t.Resolves.VI, LegalBases: lines(t.LegalBases), Body: lines(t.Body),
		SignerLines: lines(t.SignerLines), Recipients: lines(t.Recipients),
	}
	for _, f := range t.Fields {
		field := procedures.TemplateField{Key: f.Key, Label: words(f.Label), Type: f.Type, Required: f.Required}
		for _, o := range f.Options {
			field.Options = append(field.Options, procedures.Option{Value: o.Value, Label: words(o.Label)})
		}
		out.Fields = append(out.Fields, field)
	}
	return out, nil
}
