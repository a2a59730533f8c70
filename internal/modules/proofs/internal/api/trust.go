// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/pem"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func trustRoutes(o operations) []web.Route {
	may := web.Needs(string(proofs.PermTrust), string(proofs.PermConfirm))
	list := web.Operation("PUT /api/v1/trust/authorities/{authority}/revocation-list", "Give a newer list of revoked certificates, signed by the authority", may, o.giveList)
	list.MaxBody = 2 * core.MaxList
	return []web.Route{
		web.Operation("GET /api/v1/trust", "Get the trust list: who is believed, and who was", web.Public(), o.published),
		web.Operation("GET /api/v1/trust/authorities", "List authorities, proposed and refused ones too", may, o.authorities),
		web.Operation("GET /api/v1/trust/authorities/{authority}", "Get an authority", may, o.authority),
		web.Operation("GET /api/v1/trust/proposals/count", "Count the authorities that wait for a second person", may, o.waiting),
		web.Operation("POST /api/v1/trust/authorities", "Propose an authority; nothing is believed before somebody else confirms", web.Needs(string(proofs.PermTrust)), o.propose),
		web.Operation("POST /api/v1/trust/authorities/{authority}/confirmation", "Confirm what somebody else has proposed", web.Needs(string(proofs.PermConfirm)), o.confirm),
		web.Operation("POST /api/v1/trust/authorities/{authority}/refusal", "Refuse what somebody else has proposed", web.Needs(string(proofs.PermConfirm)), o.refuse),
		web.Operation("POST /api/v1/trust/authorities/{authority}/withdrawal", "Withdraw an authority from the list, at once", may, o.withdraw),
		list,
	}
}

type nothing struct{}

type revokedList struct {
	Number   string  `json:"number" doc:"The authority's own count"`
	From     db.Time `json:"this_update"`
	Next     db.Time `json:"next_update"`
	Entries  int     `json:"entries"`
	LoadedAt db.Time `json:"loaded_at"`
	Error    string  `json:"error,omitempty" doc:"Why the last fetch failed"`
}

func listOf(l proofs.List) *revokedList {
	if l.LoadedAt.IsZero() {
		return nil
	}
	return &revokedList{l.Number, l.From, l.Next, l.Entries, l.LoadedAt, l.Error}
}

type trusted struct {
	ID            string        `json:"id"`
	Status        proofs.Status `json:"status" enum:"proposed,listed,refused,withdrawn"`
	SHA256        string        `json:"sha256" doc:"Fingerprint of the certificate"`
	Subject       string        `json:"subject"`
	Issuer        string        `json:"issuer"`
	Serial        string        `json:"serial" doc:"Hexadecimal"`
	NotBefore     db.Time       `json:"not_before"`
	NotAfter      db.Time       `json:"not_after"`
	Uses          []proofs.Use  `json:"uses"`
	Simulated     bool          `json:"simulated" doc:"Of a demonstration: no legal value"`
	Source        string        `json:"source"`
	From          db.Time       `json:"trusted_from" doc:"Empty: since ever"`
	To            db.Time       `json:"trusted_to" doc:"Empty: no end"`
	Lists         proofs.Lists  `json:"lists" enum:"needed,none" doc:"needed: without a fresh list of revoked certificates a signature is not confirmed"`
	WithdrawnFrom db.Time       `json:"withdrawn_from"`
	WithdrawnWhy  proofs.Why    `json:"withdrawn_why,omitempty" enum:"ended,replaced,compromised,mistake"`
	List          *revokedList  `json:"revocation_list,omitempty"`
	Certificate   string        `json:"certificate" doc:"PEM"`
}

func trustedOf(a proofs.Authority) trusted {
	return trusted{
		ID: a.ID, Status: a.Status, SHA256: a.Fingerprint, Subject: a.Cert.Subject.String(), Issuer: a.Cert.Issuer.String(), Serial: a.Cert.SerialNumber.Text(16),
		NotBefore: db.At(a.Cert.NotBefore), NotAfter: db.At(a.Cert.NotAfter), Uses: a.Uses, Simulated: a.Simulated, Source: a.Source, From: a.ValidFrom, To: a.ValidTo,
		Lists: a.Lists, WithdrawnFrom: a.Withdrawn.From, WithdrawnWhy: a.Withdrawn.Why, List: listOf(a.Revoked),
		Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Cert.Raw})),
	}
}

type trustOut struct {
	Body struct {
		Version proofs.Version `json:"version"`
		Items   []trusted      `json:"items"`
		Next    string         `json:"next,omitempty" doc:"Send it as after"`
	}
}

func (o *trustOut) fill(v proofs.Version, all []proofs.Authority) {
	o.Body.Version, o.Body.Items = v, []trusted{}
	for _, a := range all {
		o.Body.Items = append(o.Body.Items, trustedOf(a))
	}
}

func (o operations) published(ctx context.Context, _ *nothing) (*trustOut, error) {
	list, err := o.svc.Published(ctx)
	out := &trustOut{}
	out.fill(list.Version, list.Authorities)
	return out, err
}

type authoritiesIn struct {
	After string `query:"after" maxLength:"100" doc:"next of the page before"`
}

func (o operations) authorities(ctx context.Context, in *authoritiesIn) (*trustOut, error) {
	found, err := o.svc.ListAuthorities(ctx, identity.From(ctx), in.After)
	out := &trustOut{}
	out.fill(found.Version, found.Items)
	out.Body.Next = found.Next
	return out, err
}

type authorityIn struct {
	Authority string `path:"authority" maxLength:"100"`
}

type authorityOut struct{ Body trusted }

func (o operations) authority(ctx context.Context, in *authorityIn) (*authorityOut, error) {
	a, err := o.svc.GetAuthority(ctx, identity.From(ctx), in.Authority)
	if err != nil {
		return nil, err
	}
	return &authorityOut{trustedOf(a)}, nil
}

type waitingOut struct {
	Body struct {
		Waiting int64 `json:"waiting"`
	}
}

func (o operations) waiting(ctx context.Context, _ *nothing) (*waitingOut, error) {
	n, err := o.svc.CountProposals(ctx, identity.From(ctx))
	out := &waitingOut{}
	out.Body.Waiting = n
	return out, err
}

type proposeIn struct {
	Body struct {
		Certificate string       `json:"certificate" maxLength:"100000" doc:"PEM"`
		Uses        []proofs.Use `json:"uses" maxItems:"3" doc:"personal, agency, stamps"`
		Source      string       `json:"source" maxLength:"5000" doc:"Where the certificate comes from, and how it was compared"`
		From        *db.Time     `json:"trusted_from,omitempty"`
		To          *db.Time     `json:"trusted_to,omitempty"`
		Lists       proofs.Lists `json:"lists" doc:"needed or none"`
		ListURL     string       `json:"list_url,omitempty" maxLength:"5000"`
	}
}

func (o operations) propose(ctx context.Context, in *proposeIn) (*authorityOut, error) {
	b := in.Body
	p := core.Proposal{Certificate: []byte(b.Certificate), Uses: b.Uses, Source: b.Source, Lists: b.Lists, ListURL: b.ListURL}
	if b.From != nil {
		p.ValidFrom = *b.From
	}
	if b.To != nil {
		p.ValidTo = *b.To
	}
	a, err := o.svc.Propose(ctx, identity.From(ctx), p)
	if err != nil {
		return nil, err
	}
	return &authorityOut{trustedOf(a)}, nil
}

type confirmIn struct {
	Authority string `path:"authority" maxLength:"100"`
	Body      struct {
		SHA256 string `json:"sha256" maxLength:"200" doc:"The fingerprint that came to you another way"`
	}
}

func (o operations) confirm(ctx context.Context, in *confirmIn) (*nothing, error) {
	return &nothing{}, o.svc.Confirm(ctx, identity.From(ctx), in.Authority, in.Body.SHA256)
}

func (o operations) refuse(ctx context.Context, in *authorityIn) (*nothing, error) {
	return &nothing{}, o.svc.Refuse(ctx, identity.From(ctx), in.Authority)
}

type withdrawIn struct {
	Authority string `path:"authority" maxLength:"100"`
	Body      struct {
		Why  proofs.Why `json:"why" doc:"ended, replaced, compromised or mistake: after the last two not even its older time stamps are believed"`
		Note string     `json:"note" maxLength:"5000"`
		From *db.Time   `json:"from,omitempty" doc:"What was proved before stands; now unless given"`
	}
}

func (o operations) withdraw(ctx context.Context, in *withdrawIn) (*nothing, error) {
	l := core.Leaving{Why: in.Body.Why, Note: in.Body.Note}
	if in.Body.From != nil {
		l.From = *in.Body.From
	}
	return &nothing{}, o.svc.Withdraw(ctx, identity.From(ctx), in.Authority, l)
}

type listIn struct {
	Authority string `path:"authority" maxLength:"100"`
	Body      struct {
		List []byte `json:"list" doc:"DER or PEM, in base64"`
	}
}

type listOut struct{ Body revokedList }

func (o operations) giveList(ctx context.Context, in *listIn) (*listOut, error) {
	l, err := o.svc.GiveList(ctx, identity.From(ctx), in.Authority, in.Body.List)
	if err != nil {
		return nil, err
	}
	return &listOut{*listOf(l)}, nil
}
