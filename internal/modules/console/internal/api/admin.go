// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/modules/console/internal/core"
	"tinhso.vn/internal/platform/web"
)

func (o operations) admin() []web.Route {
	operate := web.Needs(string(console.PermOperate))
	either := web.Needs(string(console.PermOperate), string(console.PermAudit))
	return []web.Route{
		web.Operation("GET /api/v1/overview", "How much there is of what administrators look after", operate, o.overview),
		web.Operation("GET /api/v1/find-staff-and-units", "People with a post, and units of today, by name, login or code", either, o.search),
		web.Operation("GET /api/v1/roles", "All roles: what they allow, where, how many hold them, and with what they are kept apart", either, o.roles),
		web.Operation("GET /api/v1/roles/{role}", "Who holds a role, sorted by given name", either, o.role),
		web.Operation("GET /api/v1/simulators", "The simulated systems of a demonstration with how they misbehave", operate, o.simulators),
		web.Operation("POST /api/v1/simulators/{simulator}/fault", "Switch one fault of a simulated system on or off", operate, o.orderFault),
	}
}

type overviewOut struct {
	Body struct {
		State     string `json:"state" enum:"good,attention,broken"`
		Units     int64  `json:"units"`
		People    int64  `json:"people" doc:"with a post"`
		Roles     int    `json:"roles"`
		Conflicts int    `json:"conflicts" doc:"people with two roles that nobody may hold together"`
	}
}

func (o operations) overview(ctx context.Context, _ *nothing) (*overviewOut, error) {
	found, err := o.svc.Overview(ctx, identity.From(ctx))
	out := &overviewOut{}
	out.Body.State, out.Body.Units, out.Body.People, out.Body.Roles, out.Body.Conflicts = found.State().String(), found.Units, found.People, found.Roles, found.Conflicts
	return out, err
}

type searchIn struct {
	Words       string `query:"words" maxLength:"200" doc:"a part of a name, marks do not matter; the beginning of a login or of a code"`
	AfterPerson string `query:"after_person" maxLength:"400" doc:"more_people of the page before"`
	AfterUnit   string `query:"after_unit" maxLength:"100" doc:"more_units of the page before"`
}

type foundPerson struct {
	Account string `json:"account"`
	Login   string `json:"login"`
	Name    string `json:"name"`
}

type foundUnit struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Code string `json:"code,omitempty"`
}

type searchOut struct {
	Body struct {
		People     []foundPerson `json:"people"`
		MorePeople string        `json:"more_people,omitempty"`
		Units      []foundUnit   `json:"units"`
		MoreUnits  string        `json:"more_units,omitempty"`
	}
}

func (o operations) search(ctx context.Context, in *searchIn) (*searchOut, error) {
	f, err := o.svc.Search(ctx, identity.From(ctx), core.SearchQuery(*in))
	out := &searchOut{}
	b := &out.Body
	b.People, b.Units, b.MorePeople, b.MoreUnits = []foundPerson{}, []foundUnit{}, f.MorePeople, f.MoreUnits
	for _, c := range f.People {
		b.People = append(b.People, foundPerson{c.Account, c.Login, c.Name})
	}
	for _, u := range f.Units {
		b.Units = append(b.Units, foundUnit{string(u.ID), u.Name.VI, u.Agency()})
	}
	return out, err
}

// RoleInForce is a role of the province.
type RoleInForce struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Permissions []string `json:"permissions"`
	Kinds       []string `json:"kinds" doc:"of units in which it can be held; none: in all"`
	Holders     int64    `json:"holders" doc:"people with it in a unit"`
	Apart       []string `json:"apart" doc:"roles that nobody may hold beside it"`
	Pack        string   `json:"pack" doc:"it comes from"`
}

func roleOut(r core.RoleRow, pack string) RoleInForce {
	out := RoleInForce{ID: string(r.ID), Name: r.Name.VI, Permissions: []string{}, Kinds: []string{}, Holders: r.Holders, Apart: []string{}, Pack: pack}
	for _, p := range r.Permissions {
		out.Permissions = append(out.Permissions, string(p))
	}
	for _, k := range r.Kinds {
		out.Kinds = append(out.Kinds, string(k))
	}
	for _, p := range r.Apart {
		other := p.A
		if other == r.ID {
			other = p.B
		}
		out.Apart = append(out.Apart, string(other))
	}
	return out
}

type rolesOut struct {
	Body struct {
		Items []RoleInForce `json:"items"`
	}
}

func (o operations) roles(ctx context.Context, _ *nothing) (*rolesOut, error) {
	all, err := o.svc.ListRoles(ctx, identity.From(ctx))
	out := &rolesOut{}
	out.Body.Items = []RoleInForce{}
	for _, r := range all.Rows {
		out.Body.Items = append(out.Body.Items, roleOut(r, all.Pack))
	}
	return out, err
}

type roleIn struct {
	Role  string `path:"role" maxLength:"100"`
	After string `query:"after" maxLength:"400" doc:"next of the page before"`
}

type roleHolder struct {
	Account string `json:"account"`
	Login   string `json:"login"`
	Name    string `json:"name"`
	Unit    string `json:"unit"`
	Subtree bool   `json:"subtree,omitempty"`
	Kind    string `json:"kind"`
}

type roleFileOut struct {
	Body struct {
		RoleInForce
		Items []roleHolder               `json:"items"`
		Next  string                     `json:"next,omitempty" doc:"send it as after"`
		Both  map[access.RoleID][]string `json:"both" doc:"logins of who holds this role and another one it is kept apart from"`
	}
}

func (o operations) role(ctx context.Context, in *roleIn) (*roleFileOut, error) {
	f, err := o.svc.GetRole(ctx, identity.From(ctx), in.Role, in.After)
	if err != nil {
		return nil, err
	}
	out := &roleFileOut{}
	out.Body.RoleInForce, out.Body.Items, out.Body.Next, out.Body.Both = roleOut(f.RoleRow, f.Pack), []roleHolder{}, f.Next, f.Both
	for _, h := range f.Who {
		out.Body.Items = append(out.Body.Items, roleHolder{h.Account, h.Login, h.Name, string(h.Holding.Unit), h.Subtree, string(h.Kind)})
	}
	return out, nil
}

type fault struct {
	Name  string `json:"name"`
	Value string `json:"value" doc:"in force; empty: it behaves"`
}

type simulator struct {
	ID     string  `json:"id"`
	Up     bool    `json:"up" doc:"it answers"`
	Page   string  `json:"page,omitempty" doc:"where it shows what it has received"`
	Faults []fault `json:"faults"`
}

type simulatorsOut struct {
	Body struct {
		Items []simulator `json:"items"`
	}
}

func (o operations) simulators(ctx context.Context, _ *nothing) (*simulatorsOut, error) {
	all, err := o.svc.ListSimulators(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &simulatorsOut{}
	out.Body.Items = []simulator{}
	for _, s := range all {
		one := simulator{s.ID, s.Up, s.Page, []fault{}}
		for _, f := range s.Faults {
			one.Faults = append(one.Faults, fault(f))
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, nil
}

type faultIn struct {
	Simulator string `path:"simulator" maxLength:"40"`
	Body      struct {
		Fault string `json:"fault" maxLength:"40"`
		Value string `json:"value,omitempty" maxLength:"100" doc:"how often, how long, or 1; empty switches it off"`
	}
}

func (o operations) orderFault(ctx context.Context, in *faultIn) (*nothing, error) {
	return nil, o.svc.OrderFault(ctx, identity.From(ctx), in.Simulator, in.Body.Fault, in.Body.Value)
}
