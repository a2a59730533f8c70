// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) people() []web.Route {
	act, find, register := needs(persons.PermAct), needs(persons.PermFind), needs(persons.PermRegister)
	merge, both, confirm := needs(persons.PermMerge), needs(persons.PermMerge, persons.PermConfirm), needs(persons.PermConfirm)
	return []web.Route{
		web.Operation("GET /api/v1/household", "One's own household", act, o.household),
		web.Operation("GET /api/v1/persons", "Find by number, tax code, phone or the whole name", find, o.find),
		web.Operation("GET /api/v1/persons/{id}", "Everything that is known of somebody", find, o.person),
		web.Operation("POST /api/v1/guardianships", "Register who cares for a minor or a person without capacity", register, o.guardian),
		web.Operation("POST /api/v1/households", "Register a household with its head", register, o.openHousehold),
		web.Operation("POST /api/v1/households/{id}/members", "Make somebody a member of a household", register, o.addMember),
		web.Operation("POST /api/v1/households/{id}/members/{member}/leave", "End that somebody is a member", register, o.leave),
		web.Operation("POST /api/v1/households/{id}/members/{member}/head", "Make another member head", register, o.changeHead),
		web.Operation("GET /api/v1/households/{id}", "A household with who was a member and when", needs(persons.PermFind, persons.PermRegister), o.oneHousehold),
		web.Operation("GET /api/v1/persons/{id}/readings", "Who has read about somebody, the newest first", find, o.readings),
		web.Operation("POST /api/v1/persons/{id}/death", "Register that somebody has died", register, o.registerDeath),
		web.Operation("GET /api/v1/deaths", "Deaths that colleagues have registered and a second official looks at", confirm, o.deaths),
		web.Operation("POST /api/v1/deaths/{id}/decide", "Confirm or refuse a death that a colleague has registered", confirm, o.decideDeath),
		web.Operation("POST /api/v1/deaths/{id}/revoke", "Say that who was confirmed dead is not", confirm, o.revokeDeath),
		web.Operation("GET /api/v1/person-claims", "Numbers with which two people came", merge, o.claims),
		web.Operation("GET /api/v1/person-claims/{id}", "A number with which two people came, the two beside each other", merge, o.oneClaim),
		web.Operation("GET /api/v1/person-merges/{id}", "A merge, the two persons beside each other", both, o.oneMerge),
		web.Operation("POST /api/v1/person-claims/{id}", "Decide whose a number is", merge, o.settle),
		web.Operation("GET /api/v1/person-pairs", "Persons who look like one", merge, o.pairs),
		web.Operation("POST /api/v1/person-pairs/dismiss", "Say that two are two", merge, o.dismiss),
		web.Operation("GET /api/v1/person-merges", "Merges in a state, the newest first", both, o.merges),
		web.Operation("POST /api/v1/person-merges", "Propose that two persons become one", merge, o.propose),
		web.Operation("POST /api/v1/person-merges/preview", "What making one person of two would move", both, o.preview),
		web.Operation("POST /api/v1/person-merges/{id}/decide", "Confirm or refuse what a colleague has proposed", confirm, o.decide),
		web.Operation("POST /api/v1/person-merges/{id}/undo", "Put back what a merge has moved", confirm, o.undo),
	}
}

// Member is somebody of a household.
type Member struct {
	ID       string   `json:"id"`
	Person   string   `json:"person"`
	Name     string   `json:"name"`
	Relation string   `json:"relation"`
	From     db.Time  `json:"from"`
	Until    *db.Time `json:"until,omitempty" doc:"absent: still a member"`
}

type householdIn struct {
	OneIn
}

func (o operations) oneHousehold(ctx context.Context, in *householdIn) (*householdOut, error) {
	h, err := o.svc.GetHousehold(ctx, identity.From(ctx), in.ID)
	return &householdOut{Body: household(h)}, err
}

// Household is a household.
type Household struct {
	ID      string   `json:"id,omitempty" doc:"none: there is no household"`
	Address string   `json:"address,omitempty"`
	Members []Member `json:"members"`
}

func household(h core.Household) Household {
	out := Household{ID: h.ID, Address: h.Address, Members: []Member{}}
	for _, m := range h.Members {
		one := Member{ID: m.ID, Person: m.Named.ID, Name: m.Name, Relation: m.Relation, From: m.From}
		if !m.Until.IsZero() {
			one.Until = &m.Until
		}
		out.Members = append(out.Members, one)
	}
	return out
}

type householdOut struct{ Body Household }

func (o operations) household(ctx context.Context, _ *nothing) (*householdOut, error) {
	h, _, err := o.svc.OwnHousehold(ctx, identity.From(ctx))
	return &householdOut{Body: household(h)}, err
}

// Found is a person, as little as tells two of one name apart.
type Found struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Number    string `json:"number,omitempty" doc:"its last three digits"`
	Year      string `json:"year,omitempty" doc:"of birth"`
	Contested bool   `json:"contested,omitempty" doc:"somebody else has come with the same number"`
}

func found(f core.Found) Found {
	return Found{f.ID, string(f.Kind), f.Name, f.Number, f.Year, f.Contested}
}

type findIn struct {
	Words   string `query:"words" maxLength:"800"`
	Purpose string `query:"purpose" maxLength:"20" doc:"handling, inspection"`
	PageIn
}

type foundOut struct {
	Body struct {
		Items []Found `json:"items"`
		Next  string  `json:"next,omitempty"`
	}
}

func (o operations) find(ctx context.Context, in *findIn) (*foundOut, error) {
	p, err := o.svc.FindPersons(ctx, identity.From(ctx), in.Words, in.After, access.Purpose(in.Purpose))
	out := &foundOut{}
	out.Body.Items, out.Body.Next = []Found{}, p.Next
	for _, f := range p.Items {
		out.Body.Items = append(out.Body.Items, found(f))
	}
	return out, err
}

type claimBody struct {
	ID       string  `json:"id"`
	State    string  `json:"state" enum:"open,holder,claimant"`
	Holder   Found   `json:"holder"`
	Claimant Found   `json:"claimant"`
	At       db.Time `json:"at"`

	Sides   []sideBody  `json:"sides,omitempty" doc:"of one claim: the claimant beside the holder"`
	History []eventBody `json:"history,omitempty"`
}

func claims(all []core.Claim) []claimBody {
	out := []claimBody{}
	for _, c := range all {
		out = append(out, claimBody{c.ID, c.State, found(c.Holder), found(c.Claimant), c.At, sides(c.Sides), history(c.Events)})
	}
	return out
}

type pairBody struct {
	A     Found  `json:"a"`
	B     Found  `json:"b"`
	Why   string `json:"why" enum:"born,number,phone"`
	State string `json:"state" enum:"open,two,merged"`
}

func pairs(all []core.Pair) []pairBody {
	out := []pairBody{}
	for _, p := range all {
		out = append(out, pairBody{found(p.A), found(p.B), p.Why, p.State})
	}
	return out
}

type personIn struct {
	OneIn
	Purpose string `query:"purpose" maxLength:"20" doc:"handling, inspection"`
}

type personOut struct {
	Body struct {
		Found
		FullNumber string      `json:"full_number,omitempty"`
		Born       string      `json:"born,omitempty"`
		Phone      string      `json:"phone,omitempty"`
		MergedInto string      `json:"merged_into,omitempty"`
		Accounts   []string    `json:"accounts"`
		Acts       []Right     `json:"acts" doc:"by which they act for others"`
		Granted    []Right     `json:"granted" doc:"by which others act for them"`
		Household  *Household  `json:"household,omitempty"`
		Claims     []claimBody `json:"claims"`
		Pairs      []pairBody  `json:"pairs"`
		Merges     []Merge     `json:"merges"`
		Death      *Death      `json:"death,omitempty"`
	}
}

func (o operations) person(ctx context.Context, in *personIn) (*personOut, error) {
	p, err := o.svc.GetPerson(ctx, identity.From(ctx), in.ID, access.Purpose(in.Purpose))
	if err != nil {
		return nil, err
	}
	out := &personOut{}
	b := &out.Body
	b.Found, b.FullNumber, b.Born, b.Phone, b.MergedInto = found(p.Found), p.Full.Number, p.Full.Born, p.Full.Phone, p.Full.Merged
	b.Accounts, b.Acts, b.Granted, b.Claims, b.Pairs = []string{}, []Right{}, []Right{}, claims(p.Claims), pairs(p.Pairs)
	for _, a := range p.Accounts {
		b.Accounts = append(b.Accounts, a.Login)
	}
	for _, r := range p.Acts {
		b.Acts = append(b.Acts, right(r))
	}
	for _, r := range p.Granted {
		b.Granted = append(b.Granted, right(r))
	}
	if p.Household != nil {
		h := household(*p.Household)
		b.Household = &h
	}
	b.Merges = []Merge{}
	for _, m := range p.Merges {
		b.Merges = append(b.Merges, merge(m))
	}
	if p.Death != nil {
		d := death(*p.Death)
		b.Death = &d
	}
	return out, nil
}

type guardianIn struct {
	Body struct {
		Ward     whoBody   `json:"ward,omitzero"`
		Guardian whoBody   `json:"guardian,omitzero"`
		Basis    string    `json:"basis,omitempty" maxLength:"20" doc:"parent or guardian"`
		Reason   string    `json:"reason,omitempty" maxLength:"20" doc:"minor or incapacity"`
		Paper    paperBody `json:"paper,omitzero"`
		Until    string    `json:"until,omitempty" maxLength:"10" doc:"last day; a minor's right ends at the latest when the ward comes of age"`
	}
}

func (o operations) guardian(ctx context.Context, in *guardianIn) (*madeOut, error) {
	b := in.Body
	return made(o.svc.RegisterGuardian(ctx, identity.From(ctx), core.Care{
		Ward: b.Ward.core(), Guardian: b.Guardian.core(), Basis: persons.Basis(b.Basis), Reason: b.Reason, Paper: core.Paper(b.Paper), Until: b.Until,
	}))
}

type openIn struct {
	Body struct {
		Head    whoBody `json:"head,omitzero"`
		Address string  `json:"address,omitempty" maxLength:"1200"`
		From    string  `json:"from,omitempty" maxLength:"10" doc:"day from which the head lives there; none: now"`
	}
}

func (o operations) openHousehold(ctx context.Context, in *openIn) (*madeOut, error) {
	return made(o.svc.OpenHousehold(ctx, identity.From(ctx), core.NewHousehold{Head: in.Body.Head.core(), Address: in.Body.Address, From: in.Body.From}))
}

type addMemberIn struct {
	OneIn
	Body struct {
		Member   whoBody `json:"member,omitzero"`
		Relation string  `json:"relation,omitempty" maxLength:"20"`
		From     string  `json:"from,omitempty" maxLength:"10" doc:"day; none: now"`
	}
}

func (o operations) addMember(ctx context.Context, in *addMemberIn) (*nothing, error) {
	return nil, o.svc.AddMember(ctx, identity.From(ctx), in.ID, in.Body.Member.core(), in.Body.Relation, in.Body.From)
}

// MemberIn names a member of a household; exported, or huma does not see the parameter.
type MemberIn struct {
	OneIn
	Member string `path:"member" maxLength:"40"`
}

type leaveIn struct {
	MemberIn
	Body struct {
		Until string `json:"until,omitempty" maxLength:"10" doc:"day; none: now"`
	}
}

func (o operations) leave(ctx context.Context, in *leaveIn) (*nothing, error) {
	return nil, o.svc.LeaveHousehold(ctx, identity.From(ctx), in.ID, in.Member, in.Body.Until)
}

type headIn struct {
	MemberIn
	Body struct {
		Relation string `json:"relation,omitempty" maxLength:"20" doc:"of the head before to the new one"`
	}
}

func (o operations) changeHead(ctx context.Context, in *headIn) (*nothing, error) {
	return nil, o.svc.ChangeHead(ctx, identity.From(ctx), in.ID, in.Member, in.Body.Relation)
}

type claimsOut struct {
	Body struct {
		Items []claimBody `json:"items"`
		Next  string      `json:"next,omitempty"`
	}
}

func (o operations) claims(ctx context.Context, in *PageIn) (*claimsOut, error) {
	p, err := o.svc.ListClaims(ctx, identity.From(ctx), in.After)
	out := &claimsOut{}
	out.Body.Items, out.Body.Next = claims(p.Items), p.Next
	return out, err
}

type settleIn struct {
	OneIn
	Body struct {
		Whose string `json:"whose,omitempty" maxLength:"20" doc:"holder or claimant"`
		Words string `json:"words,omitempty" maxLength:"2000" doc:"what the decision rests on"`
	}
}

func (o operations) settle(ctx context.Context, in *settleIn) (*nothing, error) {
	return nil, o.svc.SettleClaim(ctx, identity.From(ctx), in.ID, in.Body.Whose, in.Body.Words)
}

type pairsOut struct {
	Body struct {
		Items []pairBody `json:"items"`
		Next  string     `json:"next,omitempty"`
	}
}

func (o operations) pairs(ctx context.Context, in *PageIn) (*pairsOut, error) {
	p, err := o.svc.ListPairs(ctx, identity.From(ctx), in.After)
	out := &pairsOut{}
	out.Body.Items, out.Body.Next = pairs(p.Items), p.Next
	return out, err
}

type dismissIn struct {
	Body struct {
		A string `json:"a,omitempty" maxLength:"40"`
		B string `json:"b,omitempty" maxLength:"40"`
	}
}

func (o operations) dismiss(ctx context.Context, in *dismissIn) (*nothing, error) {
	return nil, o.svc.DismissPair(ctx, identity.From(ctx), in.Body.A, in.Body.B)
}

type thingsBody struct {
	Kind string `json:"kind"`
	N    int    `json:"n"`
}

// Merge is a merge of two persons.
type Merge struct {
	ID         string       `json:"id,omitempty"`
	State      string       `json:"state" enum:"asked,done,refused,undone"`
	From       Found        `json:"from"`
	To         Found        `json:"to"`
	Reason     string       `json:"reason,omitempty"`
	Things     []thingsBody `json:"things" doc:"what points to from, or what was moved"`
	Difference []string     `json:"difference,omitempty" doc:"in what the two differ"`
	MayDecide  bool         `json:"may_decide,omitempty"`
	MayUndo    bool         `json:"may_undo,omitempty"`
	Sides      []sideBody   `json:"sides,omitempty" doc:"of one merge: the two beside each other"`
	Built      []thingsBody `json:"built,omitempty" doc:"of one merge: what came since, so that it cannot be undone"`
	History    []eventBody  `json:"history,omitempty"`
}

type sideBody struct {
	What string `json:"what" enum:"name,number,born,phone,email,accounts"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	Same bool   `json:"same,omitempty"`
}

func sides(all []core.Side) (out []sideBody) {
	for _, one := range all {
		out = append(out, sideBody(one))
	}
	return out
}

func history(all []core.Event) (out []eventBody) {
	for _, e := range all {
		out = append(out, eventBody{e.What, e.Who, e.Words, e.At})
	}
	return out
}

func merge(m core.Merge) Merge {
	out := Merge{ID: m.ID, State: m.State, From: found(m.From), To: found(m.To), Reason: m.Reason, Things: []thingsBody{}, Difference: m.Difference, MayDecide: m.MayDecide, MayUndo: m.MayUndo, Sides: sides(m.Sides), History: history(m.Events)}
	for _, t := range m.Built {
		out.Built = append(out.Built, thingsBody(t))
	}
	for _, t := range m.Things {
		out.Things = append(out.Things, thingsBody(t))
	}
	return out
}

type mergesIn struct {
	State string `query:"state" maxLength:"20" doc:"asked, done, refused or undone; none: asked"`
	PageIn
}

type mergesOut struct {
	Body struct {
		Items []Merge `json:"items"`
		Next  string  `json:"next,omitempty"`
	}
}

func (o operations) merges(ctx context.Context, in *mergesIn) (*mergesOut, error) {
	p, err := o.svc.ListMerges(ctx, identity.From(ctx), in.State, in.After)
	out := &mergesOut{}
	out.Body.Items, out.Body.Next = []Merge{}, p.Next
	for _, m := range p.Items {
		out.Body.Items = append(out.Body.Items, merge(m))
	}
	return out, err
}

type twoIn struct {
	Body struct {
		From  string `json:"from,omitempty" maxLength:"40"`
		To    string `json:"to,omitempty" maxLength:"40"`
		Words string `json:"words,omitempty" maxLength:"2000" doc:"the reason; not for a preview"`
	}
}

func (o operations) propose(ctx context.Context, in *twoIn) (*madeOut, error) {
	return made(o.svc.ProposeMerge(ctx, identity.From(ctx), in.Body.From, in.Body.To, in.Body.Words))
}

type mergeOut struct{ Body Merge }

func (o operations) preview(ctx context.Context, in *twoIn) (*mergeOut, error) {
	m, err := o.svc.PreviewMerge(ctx, identity.From(ctx), in.Body.From, in.Body.To)
	return &mergeOut{Body: merge(m)}, err
}

func (o operations) decide(ctx context.Context, in *confirmIn) (*nothing, error) {
	return nil, o.svc.DecideMerge(ctx, identity.From(ctx), in.ID, in.Body.Right, in.Body.Words)
}

func (o operations) undo(ctx context.Context, in *wordsIn) (*nothing, error) {
	return nil, o.svc.UndoMerge(ctx, identity.From(ctx), in.ID, in.Body.Words)
}
