// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"
	"strconv"

	"tinhso.vn/internal/platform/yaml"
)

// UnitKind says what a unit is. Nothing here assumes three tiers or two.
type UnitKind string

// The kinds of unit.
const (
	KindProvince      UnitKind = "province"
	KindDepartment    UnitKind = "department"     // sở, ban, ngành, văn phòng UBND
	KindPublicUnit    UnitKind = "public_unit"    // đơn vị sự nghiệp, chi nhánh
	KindCentralAgency UnitKind = "central_agency" // công an, thuế: of a ministry, working in the province
	KindDistrict      UnitKind = "district"       // until 30/6/2025
	KindCommune       UnitKind = "commune"        // xã
	KindWard          UnitKind = "ward"           // phường
	KindTownship      UnitKind = "township"       // thị trấn, until 30/6/2025
	KindSpecialZone   UnitKind = "special_zone"   // đặc khu
	KindDivision      UnitKind = "division"       // phòng
	KindOneStop       UnitKind = "one_stop"       // trung tâm phục vụ hành chính công, bộ phận một cửa
)

func unitKinds() []string {
	return []string{
		string(KindProvince), string(KindDepartment), string(KindPublicUnit), string(KindCentralAgency),
		string(KindDistrict), string(KindCommune), string(KindWard), string(KindTownship), string(KindSpecialZone),
		string(KindDivision), string(KindOneStop),
	}
}

// Predecessor is a unit this one came from.
type Predecessor struct {
	ID   string // a unit of this set
	Kind string // merge, split, rename, keep
}

// Unit is an agency, a commune or a part of one.
type Unit struct {
	Item
	Name            Text   // of the area: Phường Một
	Agency          Text   // of the authority there: Ủy ban nhân dân phường Một
	Short           string // SNV, VHXH: used in the numbers of documents
	Kind            UnitKind
	Parent          string
	Code            string // mã định danh điện tử, only as a source gives it
	ProvisionalCode string // given by this installation, not by a decision
	AreaCode        string // code of the administrative area in the NSO list
	AreaSource      string
	Valid           Period
	Predecessors    []Predecessor
	Replaces        []string // names of areas that went into this one and are no units here
	Address         Text
	Phone           string
	Generated       bool // made by a divisions rule, not written out
}

// AgencyName is how the unit signs: its authority's name, else its own.
func (u Unit) AgencyName() Text {
	if u.Agency.IsZero() {
		return u.Name
	}
	return u.Agency
}

// NumberCode is the code to number dossiers with: the confirmed one, else the
// provisional one.
func (u Unit) NumberCode() string {
	if u.Code != "" {
		return u.Code
	}
	return u.ProvisionalCode
}

func readUnit(r *record) Unit {
	p := r.book.shapes
	u := Unit{
		Item:            r.item(),
		Name:            r.text("name", required),
		Agency:          r.text("agency"),
		Short:           r.str("short"),
		Kind:            UnitKind(r.oneOf("kind", required, unitKinds()...)),
		Parent:          r.str("parent"),
		Code:            r.shape("code", p.unitCode),
		ProvisionalCode: r.shape("provisional_code", p.unitCode),
		AreaCode:        r.shape("area_code", p.areaCode),
		AreaSource:      r.str("area_source"),
		Valid:           r.period(),
		Replaces:        r.strs("replaces"),
		Address:         r.text("address"),
		Phone:           r.str("phone"),
		Generated:       r.boolean("generated"),
	}
	for _, s := range r.subs("predecessors") {
		u.Predecessors = append(u.Predecessors, Predecessor{
			ID:   s.str("id", required),
			Kind: s.oneOf("kind", required, "merge", "split", "rename", "keep"),
		})
		s.done()
	}
	if u.Code != "" && u.Source == "" {
		r.problem("code", "code.no_source", u.Code)
	}
	if u.AreaCode != "" && u.AreaSource == "" {
		r.problem("area_code", "code.no_source", u.AreaCode)
	}
	if u.Code != "" && u.ProvisionalCode != "" {
		r.problem("provisional_code", "unit.two_codes")
	}
	return u
}

// addDivisions writes out the parts every unit of some kinds has, from rules
// {id, name, kind, of, ordinal, …}. A unit written out under the same id is
// laid over the generated one.
func addDivisions(units, rules []*yaml.Node, b *book) []*yaml.Node {
	var made []*yaml.Node
	of := b.items["divisions"]
	for _, rule := range rules {
		r := newRecord(rule, identity(rule), of, b)
		it := r.item()
		kinds := r.someOf("of", unitKinds()...)
		ordinal := r.integer("ordinal", required)
		valid := r.period()
		r.text("name", required)
		r.str("short")
		r.oneOf("kind", required, string(KindDivision), string(KindOneStop))
		r.done()
		for _, unit := range units {
			kind := child(unit, "kind")
			if kind == nil || !slices.Contains(kinds, kind.Value) || !alive(unit, valid) {
				continue
			}
			parent := identity(unit)
			fields := []*yaml.Node{
				scalarNode("id"), scalarNode(parent + "." + it.ID),
				scalarNode("parent"), scalarNode(parent),
				scalarNode("generated"),
				{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"},
			}
			if code := unitNumber(unit); code != "" {
				fields = append(fields, scalarNode("provisional_code"), scalarNode(code+"."+strconv.Itoa(ordinal)))
			}
			for _, name := range []string{"name", "short", "kind", "status", "source", "valid_from", "valid_to"} {
				if i := index(rule.Content, name); i >= 0 {
					fields = append(fields, rule.Content[i], rule.Content[i+1])
				}
			}
			made = append(made, b.synthetic(rule, fields))
		}
	}
	index := map[string]int{}
	for i, n := range units {
		index[identity(n)] = i
	}
	out := slices.Clone(units)
	for _, n := range made {
		if i, written := index[identity(n)]; written {
			out[i] = overlayMap(n, out[i], b)
			continue
		}
		out = append(out, n)
	}
	return out
}

// alive reports whether the unit and the rule have a day in common.
func alive(unit *yaml.Node, rule Period) bool {
	day := func(name string) Date {
		if v := child(unit, name); v != nil && !isNull(v) {
			return Date(v.Value)
		}
		return ""
	}
	return overlap(Period{From: day("valid_from"), To: day("valid_to")}, rule)
}

func unitNumber(unit *yaml.Node) string {
	for _, name := range []string{"code", "provisional_code"} {
		if v := child(unit, name); v != nil && !isNull(v) {
			return v.Value
		}
	}
	return ""
}

func scalarNode(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

// synthetic makes a mapping that stands where at stands.
func (b *book) synthetic(at *yaml.Node, fields []*yaml.Node) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: at.Line, Content: fields}
	b.origins[n] = b.origins[at]
	for _, f := range fields {
		if _, known := b.origins[f]; !known {
			f.Line = at.Line
			b.origins[f] = b.origins[at]
		}
	}
	return n
}
