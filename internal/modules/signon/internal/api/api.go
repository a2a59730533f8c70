// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the clients of the sign-on, and what people have agreed to,
// as JSON. The protocol itself is served by the pages' side: its shapes are not ours.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/modules/signon/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	clients, keys, differences := web.Needs(string(signon.PermClients)), web.Needs(string(signon.PermKeys)), web.Needs(string(signon.PermDifferences))
	const at = "/api/v1/sign-on/"
	return []web.Route{
		web.Operation("GET "+at+"clients", "The applications that sign in here, the oldest first", clients, o.list),
		web.Operation("POST "+at+"clients", "Register an application", clients, o.add),
		web.Operation("GET "+at+"clients/{client}", "An application and its secrets, by the beginning of their hashes", clients, o.get),
		web.Operation("PUT "+at+"clients/{client}", "Change an application; its kind stays", clients, o.change),
		web.Operation("POST "+at+"clients/{client}/disable", "Stop an application at once, with all that it was given", clients, o.disable),
		web.Operation("POST "+at+"clients/{client}/enable", "Let an application work again", clients, o.enable),
		web.Operation("POST "+at+"clients/{client}/secrets", "Make a secret; it is told this once, and those before hold for a week", clients, o.secret),
		web.Operation("DELETE "+at+"clients/{client}/secrets/{secret}", "Drop a secret at once", clients, o.dropSecret),
		web.Operation("GET "+at+"keys", "The keys that verify tokens, the one that signs first", keys, o.keys),
		web.Operation("POST "+at+"keys", "Make the next key, or at once one that takes the place of all", keys, o.rotate),
		web.Operation("GET "+at+"agreements", "What one has agreed to give applications", web.SignedIn(), o.agreements),
		web.Operation("DELETE "+at+"agreements/{client}", "Withdraw: the application loses what it has at once", web.SignedIn(), o.withdraw),
		web.Operation("GET "+at+"saml-keys", "The keys towards providers that speak SAML, the one that signs first", keys, o.samlKeys),
		web.Operation("POST "+at+"saml-keys", "Prepare the next key towards providers that speak SAML: our description has it, and it signs nothing yet", keys, o.prepareSAML),
		web.Operation("POST "+at+"saml-keys/use", "Let the prepared key sign; those before open for 30 days, or nothing any more", keys, o.useSAML),
		web.Operation("GET "+at+"differences", "Names that another provider knows otherwise; reading them is recorded", differences, o.differences),
		web.Operation("POST "+at+"differences/{difference}", "Clear a difference: take the other name, or keep ours", differences, o.clear),
	}
}

type operations struct{ svc *core.Service }

type nothing struct{}

// Application is a client as programs see it.
type Application struct {
	ID              string   `json:"id" doc:"client_id"`
	Kind            string   `json:"kind" enum:"web,native,device,service"`
	NameVI          string   `json:"name_vi"`
	NameEN          string   `json:"name_en,omitempty"`
	PurposeVI       string   `json:"purpose_vi"`
	PurposeEN       string   `json:"purpose_en,omitempty"`
	Unit            string   `json:"unit"`
	Redirects       []string `json:"redirects"`
	LogoutRedirects []string `json:"logout_redirects"`
	BackChannel     string   `json:"back_channel,omitempty"`
	Scopes          []string `json:"scopes"`
	Account         string   `json:"account,omitempty" doc:"of a service"`
	Pushed          bool     `json:"pushed" doc:"pushed requests only"`
	Disabled        bool     `json:"disabled"`
	Made            db.Time  `json:"made"`
	Changed         db.Time  `json:"changed"`
}

func application(c signon.Client) Application {
	return Application{
		ID: c.ID, Kind: string(c.Kind), NameVI: c.Name.VI, NameEN: c.Name.EN, PurposeVI: c.Purpose.VI, PurposeEN: c.Purpose.EN, Unit: string(c.Unit),
		Redirects: some(c.Redirects), LogoutRedirects: some(c.LogoutRedirects), BackChannel: c.BackChannel, Scopes: some(c.Scopes), Account: c.Account,
		Pushed: c.Pushed, Disabled: c.Disabled, Made: c.Made, Changed: c.Changed,
	}
}

func some(all []string) []string {
	if all == nil {
		return []string{}
	}
	return all
}

type listOut struct {
	Body struct {
		Items []Application `json:"items"`
		Next  string        `json:"next,omitempty" doc:"send it as after"`
	}
}

type listIn struct {
	After string `query:"after" maxLength:"100" doc:"id of the last application of the page before"`
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	found, next, err := o.svc.Clients(ctx, identity.From(ctx), in.After)
	out := &listOut{}
	out.Body.Items, out.Body.Next = []Application{}, next
	for _, c := range found {
		out.Body.Items = append(out.Body.Items, application(c))
	}
	return out, err
}

// Draft is a client as programs write it.
type Draft struct {
	Kind            string   `json:"kind" enum:"web,native,device,service"`
	NameVI          string   `json:"name_vi" maxLength:"200"`
	NameEN          string   `json:"name_en,omitempty" maxLength:"200"`
	PurposeVI       string   `json:"purpose_vi" maxLength:"2000"`
	PurposeEN       string   `json:"purpose_en,omitempty" maxLength:"2000"`
	Unit            string   `json:"unit" maxLength:"100"`
	Redirects       []string `json:"redirects,omitempty" maxItems:"20"`
	LogoutRedirects []string `json:"logout_redirects,omitempty" maxItems:"20"`
	BackChannel     string   `json:"back_channel,omitempty" maxLength:"500"`
	Scopes          []string `json:"scopes" maxItems:"100"`
	Login           string   `json:"login,omitempty" maxLength:"100" doc:"user name that a service acts as"`
	Pushed          bool     `json:"pushed,omitempty"`
}

func (d Draft) core() core.Draft {
	return core.Draft{
		Kind: d.Kind, NameVI: d.NameVI, NameEN: d.NameEN, PurposeVI: d.PurposeVI, PurposeEN: d.PurposeEN, Unit: d.Unit,
		Redirects: d.Redirects, LogoutRedirects: d.LogoutRedirects, BackChannel: d.BackChannel, Scopes: d.Scopes, Login: d.Login, Pushed: d.Pushed,
	}
}

type addIn struct{ Body Draft }

type changeIn struct {
	Client string `path:"client" maxLength:"100"`
	Body   Draft
}

type clientOut struct{ Body Application }

func (o operations) add(ctx context.Context, in *addIn) (*clientOut, error) {
	c, err := o.svc.SaveClient(ctx, identity.From(ctx), "", in.Body.core())
	return &clientOut{application(c)}, err
}

func (o operations) change(ctx context.Context, in *changeIn) (*clientOut, error) {
	c, err := o.svc.SaveClient(ctx, identity.From(ctx), in.Client, in.Body.core())
	return &clientOut{application(c)}, err
}

type clientIn struct {
	Client string `path:"client" maxLength:"100"`
}

// Secret is a secret as it may be shown.
type Secret struct {
	ID   string  `json:"id" doc:"the beginning of its hash"`
	Made db.Time `json:"made"`
	Ends db.Time `json:"ends,omitzero" doc:"none: until another takes its place"`
}

type getOut struct {
	Body struct {
		Application
		Secrets []Secret `json:"secrets"`
	}
}

func (o operations) get(ctx context.Context, in *clientIn) (*getOut, error) {
	c, secrets, err := o.svc.Client(ctx, identity.From(ctx), in.Client)
	out := &getOut{}
	out.Body.Application, out.Body.Secrets = application(c), []Secret{}
	for _, k := range secrets {
		out.Body.Secrets = append(out.Body.Secrets, Secret(k))
	}
	return out, err
}

func (o operations) disable(ctx context.Context, in *clientIn) (*nothing, error) {
	return nil, o.svc.SetDisabled(ctx, identity.From(ctx), in.Client, true)
}

func (o operations) enable(ctx context.Context, in *clientIn) (*nothing, error) {
	return nil, o.svc.SetDisabled(ctx, identity.From(ctx), in.Client, false)
}

type secretOut struct {
	Body struct {
		Secret string `json:"secret" doc:"told this once"`
	}
}

func (o operations) secret(ctx context.Context, in *clientIn) (*secretOut, error) {
	made, err := o.svc.NewSecret(ctx, identity.From(ctx), in.Client)
	out := &secretOut{}
	out.Body.Secret = made
	return out, err
}

type secretIn struct {
	Client string `path:"client" maxLength:"100"`
	Secret string `path:"secret" maxLength:"100"`
}

func (o operations) dropSecret(ctx context.Context, in *secretIn) (*nothing, error) {
	return nil, o.svc.DropSecret(ctx, identity.From(ctx), in.Client, in.Secret)
}

// SigningKey is a key without its secret.
type SigningKey struct {
	ID    string  `json:"id" doc:"kid"`
	Made  db.Time `json:"made"`
	Signs db.Time `json:"signs" doc:"from when on"`
	Ends  db.Time `json:"ends,omitzero" doc:"verifies until then"`
}

type keysOut struct {
	Body struct {
		Items []SigningKey `json:"items"`
	}
}

func (o operations) keys(ctx context.Context, _ *nothing) (*keysOut, error) {
	all, err := o.svc.SigningKeys(ctx, identity.From(ctx))
	out := &keysOut{}
	out.Body.Items = []SigningKey{}
	for _, k := range all {
		out.Body.Items = append(out.Body.Items, SigningKey(k))
	}
	return out, err
}

type rotateIn struct {
	Body struct {
		AtOnce bool `json:"at_once,omitempty" doc:"a key has leaked: those before verify nothing any more"`
	}
}

func (o operations) rotate(ctx context.Context, in *rotateIn) (*nothing, error) {
	return nil, o.svc.RotateKeys(ctx, identity.From(ctx), in.Body.AtOnce)
}

// SAMLKey is a key towards providers that speak SAML.
type SAMLKey struct {
	ID          string  `json:"id"`
	Fingerprint string  `json:"fingerprint" doc:"SHA-256 of its certificate, hex"`
	Made        db.Time `json:"made"`
	Signs       db.Time `json:"signs,omitzero" doc:"from when on; missing while it is prepared"`
	Ends        db.Time `json:"ends,omitzero" doc:"opens until then"`
}

type samlKeysOut struct {
	Body struct {
		Items []SAMLKey `json:"items"`
	}
}

func (o operations) samlKeys(ctx context.Context, _ *nothing) (*samlKeysOut, error) {
	all, err := o.svc.SAMLKeys(ctx, identity.From(ctx))
	out := &samlKeysOut{}
	out.Body.Items = []SAMLKey{}
	for _, k := range all {
		out.Body.Items = append(out.Body.Items, SAMLKey(k))
	}
	return out, err
}

func (o operations) prepareSAML(ctx context.Context, _ *nothing) (*nothing, error) {
	return nil, o.svc.PrepareSAMLKey(ctx, identity.From(ctx))
}

func (o operations) useSAML(ctx context.Context, in *rotateIn) (*nothing, error) {
	return nil, o.svc.UseSAMLKey(ctx, identity.From(ctx), in.Body.AtOnce)
}

// Agreement is what somebody has agreed to.
type Agreement struct {
	Client    string   `json:"client"`
	NameVI    string   `json:"name_vi"`
	PurposeVI string   `json:"purpose_vi"`
	Scopes    []string `json:"scopes"`
	Given     db.Time  `json:"given"`
	Live      int64    `json:"live" doc:"how many sessions there use it"`
}

type agreementsOut struct {
	Body struct {
		Items []Agreement `json:"items"`
		Next  string      `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) agreements(ctx context.Context, in *listIn) (*agreementsOut, error) {
	found, next, err := o.svc.Agreements(ctx, identity.From(ctx), in.After)
	out := &agreementsOut{}
	out.Body.Items, out.Body.Next = []Agreement{}, next
	for _, a := range found {
		out.Body.Items = append(out.Body.Items, Agreement{a.Client, a.Name.VI, a.Purpose.VI, some(a.Scopes), a.Given, a.Live})
	}
	return out, err
}

func (o operations) withdraw(ctx context.Context, in *clientIn) (*nothing, error) {
	return nil, o.svc.Withdraw(ctx, identity.From(ctx), in.Client)
}

// Difference is a name that differs: personal data.
type Difference struct {
	ID     string  `json:"id"`
	Source string  `json:"source"`
	Person string  `json:"person"`
	Ours   string  `json:"ours"`
	Theirs string  `json:"theirs"`
	Seen   db.Time `json:"seen"`
}

type differencesOut struct {
	Body struct {
		Items []Difference `json:"items"`
		Next  string       `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) differences(ctx context.Context, in *listIn) (*differencesOut, error) {
	found, next, err := o.svc.Differences(ctx, identity.From(ctx), in.After)
	out := &differencesOut{}
	out.Body.Items, out.Body.Next = []Difference{}, next
	for _, d := range found {
		out.Body.Items = append(out.Body.Items, Difference{d.ID, d.Source, d.Person, d.Ours, d.Theirs, d.Seen})
	}
	return out, err
}

type clearIn struct {
	Difference string `path:"difference" maxLength:"100"`
	Body       struct {
		Take   bool   `json:"take" doc:"the other name becomes ours"`
		Reason string `json:"reason" maxLength:"600"`
	}
}

func (o operations) clear(ctx context.Context, in *clearIn) (*nothing, error) {
	return nil, o.svc.Clear(ctx, identity.From(ctx), in.Difference, core.Decision{Take: in.Body.Take, Reason: in.Body.Reason})
}
