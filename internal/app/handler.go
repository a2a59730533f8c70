// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/once"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/modules/persons/personsmod"
	"tinhso.vn/internal/modules/systems/systemsmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/ui/gallery"
	"tinhso.vn/internal/platform/web"
)

const (
	assetsPath  = "/assets/"
	galleryPath = "/_ui"
)

// Handler serves the routes of every module, each behind its Access: pages on
// one mux, which refuses posts of other sites, and operations on another, which
// knows no cookies.
func (p *Program) Handler() (http.Handler, error) {
	mods := p.Parts.All()
	if err := check(mods); err != nil {
		return nil, err
	}
	networks, err := p.Config.Networks()
	if err != nil {
		return nil, err
	}
	offices, err := p.Config.OwnOffices()
	if err != nil {
		return nil, err
	}
	rates := web.DefaultRates()
	if !p.Config.Limits {
		rates = nil
	}
	s := &web.Server{
		Log: p.Log, Clock: p.Clock, Limits: web.NewLimiter(rates, networks, p.Clock, offices...), Secure: p.Config.Secure(),
		Calls: once.New(p.DB, p.Keys), Caller: func(r *http.Request) string { return identity.From(r.Context()).Account },
		Enter: p.enter, Client: clientOf, Failure: p.Site.Failure, Explain: p.Site.Explain, Refused: p.refused,
	}
	api := web.NewAPI("tinhso", p.Version, p.Site.Explain)
	pages, operations := http.NewServeMux(), http.NewServeMux()
	var posted []string // by pages of others
	for _, m := range mods {
		for _, r := range m.Routes {
			to := pages
			if r.API {
				to, r = operations, api.Mount(r)
			}
			to.Handle(r.Pattern, s.Serve(r))
			if r.CrossSite {
				posted = append(posted, r.Pattern)
			}
		}
	}
	for _, r := range backToForms(mods) {
		pages.Handle(r.Pattern, s.Serve(r))
	}
	p.openAPI, p.operations = api.OpenAPI(), operations
	for _, r := range p.ownRoutes() {
		pages.Handle(r.Pattern, s.Serve(r))
	}
	pages.Handle("/", s.Serve(nowhere(pages, false)))
	operations.Handle("/", s.Serve(nowhere(operations, true)))
	browser := s.SameSite(pages, posted...)
	return s.Headers(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if web.IsAPI(r) {
			operations.ServeHTTP(w, r)
			return
		}
		browser.ServeHTTP(w, r)
	})), nil
}

// backToForms gives every address that only takes posts a way back to the page
// of its form. A refused form is shown under such an address, and who changes
// the language there, signs in again or reloads asks for it.
func backToForms(mods []module.Module) (routes []web.Route) {
	posts, shown := []string{}, map[string]bool{}
	for _, m := range mods {
		for _, r := range m.Routes {
			switch method, path, _ := strings.Cut(r.Pattern, " "); {
			case r.API:
			case method == http.MethodGet:
				shown[path] = true
			case method == http.MethodPost:
				posts = append(posts, path)
			}
		}
	}
	for _, path := range posts {
		if shown[path] {
			continue
		}
		up := 0
		for to := path; to != "" && !shown[to]; up++ {
			to = to[:strings.LastIndexByte(to, '/')]
		}
		routes = append(routes, web.Route{Pattern: "GET " + path, Access: web.Public(), Handle: func(w http.ResponseWriter, r *http.Request) error {
			to := r.URL.EscapedPath()
			for range up {
				to = to[:strings.LastIndexByte(to, '/')]
			}
			return web.SeeOther(w, r, to)
		}})
	}
	return routes
}

// check refuses what would be wrong for everybody.
func check(mods []module.Module) (err error) {
	known := permissions(mods)
	for _, m := range mods {
		err = errors.Join(err, m.Check(known))
	}
	return err
}

// ownRoutes are the routes of the program itself.
func (p *Program) ownRoutes() []web.Route {
	handler := func(h http.Handler) web.Handler {
		return func(w http.ResponseWriter, r *http.Request) error { h.ServeHTTP(w, r); return nil }
	}
	looks := handler(gallery.Handler(galleryPath, p.Site.Assets))
	return []web.Route{
		{Pattern: "GET " + assetsPath, Access: web.Public(), Door: web.Wide, Handle: handler(p.Site.Assets.Handler())},
		{Pattern: "GET " + galleryPath, Access: web.Public(), Handle: looks},
		{Pattern: "GET " + galleryPath + "/", Access: web.Public(), Handle: looks},
		{Pattern: "GET /openapi.json", Access: web.Public(), Handle: func(w http.ResponseWriter, _ *http.Request) error {
			doc, err := p.openAPI()
			if err != nil {
				return fmt.Errorf("describe the API: %w", err)
			}
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Cache-Control", "public, max-age=300")
			_, _ = w.Write(doc) // the caller has gone: nobody to tell
			return nil
		}},
		{Pattern: "GET /sw.js", Access: web.Public(), Door: web.Wide, Handle: func(w http.ResponseWriter, r *http.Request) error {
			// A worker counts for the addresses under its own: it stands at the top.
			r = r.Clone(r.Context())
			r.URL.Path = p.Site.Assets.Href("sw.js")
			p.Site.Assets.Handler().ServeHTTP(fresh{w}, r)
			return nil
		}},
		{Pattern: "GET /healthz", Access: web.Public(), Door: web.Wide, Handle: p.health},
		{Pattern: "GET /robots.txt", Access: web.Public(), Door: web.Wide, Handle: func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			text := "User-agent: *\nDisallow: /nhap/\nDisallow: /ho-so/\nDisallow: /tra-cuu\n"
			if p.Province.Demo {
				text = "User-agent: *\nDisallow: /\n"
			}
			_, _ = w.Write([]byte(text)) // as above
			return nil
		}},
	}
}

// health says whether this server can work: 200, or 503 with what is wrong.
func (p *Program) health(w http.ResponseWriter, r *http.Request) error {
	if err := p.DB.Ping(r.Context()); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]string{"status": "ok"}) // which version it is only helps those who look for holes
}

// enter finds out who is asking and lets in only whom the route is for. The use
// case asks again, with the row in hand: out of scope is not found.
func (p *Program) enter(r *http.Request, route web.Route) (*http.Request, error) {
	if route.Door == web.Wide { // nothing there is about anybody
		return r, nil
	}
	actor, session, who, err := p.actor(r, route)
	if err != nil {
		return r, err
	}
	now := p.DB.Now()
	ctx := context.WithValue(identity.With(r.Context(), actor), clientKey{}, who)
	r = r.WithContext(page.With(ctx, p.Site.New(r, actor, now.Time).Idling(session.Idle)))
	if session.Must != identity.MustNothing && !route.Partial && !route.Access.IsPublic() {
		return r, mustFirst(session.Must)
	}
	if err := p.Parts.Helps.Gate(r.Method == http.MethodGet || r.Method == http.MethodHead, r.URL.Path, actor, now.Time); err != nil {
		return r, err
	}
	if err := allow(actor, route.Access); err != nil || route.Fresh == 0 {
		return r, err
	}
	if actor.Session == "" {
		// A program, or an application that somebody has lent rights to: it can prove
		// nothing, and would give itself a key of its own to the account.
		return r, access.ErrNotAllowed
	}
	within := route.Fresh
	if session.FreshFor > 0 { // as the rule of the person's roles says
		within = session.FreshFor
	}
	return r, identity.RequireFresh(actor, now, within)
}

func mustFirst(m identity.Must) error {
	if m == identity.MustPassword {
		return identity.ErrPasswordFirst
	}
	return identity.ErrFactorFirst
}

func allow(actor identity.Actor, a web.Access) error {
	if a.IsPublic() {
		return nil
	}
	if actor.Anonymous() {
		return access.ErrSignInNeeded
	}
	needed := a.Permissions()
	if len(needed) == 0 {
		return nil
	}
	for _, n := range needed {
		if actor.May(identity.Permission(n)) {
			return nil
		}
	}
	return access.ErrNotAllowed
}

// actor returns who is asking, and by which session: pages by cookie, programs by
// header, neither by the other's. A locked session is nobody's. Who must do
// something first is somebody only where that is done, and may do nothing else.
func (p *Program) actor(r *http.Request, route web.Route) (identity.Actor, identity.Session, client, error) {
	kind, token := identity.Browser, ""
	if route.API {
		kind = identity.API
		token, _ = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if strings.Count(token, ".") == 2 { // of our own provider, for an application
			actor, err := p.Parts.Sign.Actor(r.Context(), token)
			return actor, identity.Session{}, client{}, err
		}
	} else if c, err := r.Cookie(page.SessionCookie); err == nil && !route.CrossSite {
		token = c.Value
	}
	now := p.DB.Now()
	if route.API && strings.HasPrefix(token, systemsmod.Prefix) {
		in, err := p.Parts.Systems.Enter(r.Context(), token, web.ClientFrom(r.Context()))
		if err != nil {
			return identity.Actor{}, identity.Session{}, client{}, err
		}
		actor := identity.NewActor(in.Account.ID, in.Account.Person)
		actor.Login, actor.Name = in.Account.Login, in.Account.Name
		actor, err = access.Load(r.Context(), p.DB, actor, now)
		return actor, identity.Session{}, client{in.Account.ID, web.Rate{Burst: max(10, in.PerMinute/6), PerMinute: in.PerMinute}}, err
	}
	account, session, ok, err := p.People.OpenSession(r.Context(), p.DB, token, kind, now)
	if err != nil || !ok || session.Locked(now) {
		return identity.Actor{}, identity.Session{}, client{}, err
	}
	actor := identity.NewActor(account.ID, account.Person)
	actor.Login, actor.Name, actor.Session, actor.Fresh = account.Login, account.Name, session.ID, session.Fresh
	if session.Must != identity.MustNothing {
		if !route.Partial {
			actor = identity.Actor{}
		}
		return actor, session, client{}, nil
	}
	if actor, err = access.Load(r.Context(), p.DB, actor, now); err != nil {
		return identity.Actor{}, identity.Session{}, client{}, err
	}
	if actor.May(personsmod.PermAct) && !actor.Official() {
		if actor.For, err = p.Parts.Acting.For(r.Context(), session.ID); err != nil {
			return identity.Actor{}, identity.Session{}, client{}, err
		}
	}
	if session.SeenLongAgo(now) && !route.Quiet {
		p.used(r, actor, session)
	}
	return actor, session, client{}, nil
}

// used notes that a session was used, and tells of an official's that goes on
// from another network or browser: perhaps it was stolen. That it could not be
// noted, as when the disk is full, keeps nobody from reading.
func (p *Program) used(r *http.Request, actor identity.Actor, session identity.Session) {
	ctx := r.Context()
	from := identity.Source{Network: web.ClientFrom(r.Context()).String(), Agent: web.Browser(r.UserAgent())}
	moved := actor.Official() && session.Moved(from)
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		if moved {
			if err := p.People.MoveSession(ctx, tx, session, from); err != nil {
				return err
			}
		}
		return p.People.Touch(ctx, tx, session.ID)
	})
	if err != nil {
		p.Log.LogAttrs(r.Context(), slog.LevelWarn, "use of a session not noted", slog.Any("error", err))
		return
	}
	if moved {
		p.Refusals.Refuse(refusals.Refusal{Kind: refusals.MovedSession, Account: actor.Account, Address: web.ClientFrom(r.Context())})
	}
}

type clientKey struct{}

// client is a caller with a limit of its own.
type client struct {
	name string
	how  web.Rate
}

// clientOf returns the system that calls, with what it may.
func clientOf(r *http.Request) (name string, how web.Rate) {
	c, _ := r.Context().Value(clientKey{}).(client)
	return c.name, c.how
}

// fresh serves a file whose address never changes: browsers ask each time.
type fresh struct{ http.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (f fresh) WriteHeader(status int) {
	f.Header().Set("Cache-Control", "no-cache")
	f.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (f fresh) Write(b []byte) (int, error) {
	f.Header().Set("Cache-Control", "no-cache")
	return f.ResponseWriter.Write(b)
}
