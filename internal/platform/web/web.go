// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package web turns functions that return errors into HTTP handlers, and keeps
// the doors: headers, limits, sizes, cross-site posts. It knows nothing of
// pages (platform/ui) nor of who somebody is (kernel/identity).
package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Handler is an http.HandlerFunc that may return an error instead of answering.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Access says who may reach a route. The zero value is not valid: a route that
// forgets to say is refused when the server starts.
type Access struct {
	permissions []string
	public      bool
	signedIn    bool
}

// Public lets anyone in.
func Public() Access { return Access{public: true} }

// SignedIn lets in whoever has signed in.
func SignedIn() Access { return Access{signedIn: true} }

// Needs lets in actors who hold at least one of the permissions.
func Needs(permissions ...string) Access { return Access{permissions: permissions} }

// Declared reports whether the route has said who may reach it.
func (a Access) Declared() bool { return a.public || a.signedIn || len(a.permissions) > 0 }

// Permissions returns those of which an actor needs one.
func (a Access) Permissions() []string { return a.permissions }

// IsPublic reports whether anyone may come.
func (a Access) IsPublic() bool { return a.public }

// Door says how often a client may come. Every route has one.
type Door uint8

// The doors.
const (
	Ordinary Door = iota // pages and operations
	Narrow               // what is worth guessing at: passwords, codes
	Wide                 // styles, scripts, health
	Crowd                // what all of an office does in the same minute: signing in. Guesses are counted where accounts are known
)

// Route is one entry of a module's route table: a page, or an Operation.
type Route struct {
	Pattern string        // as in http.ServeMux: "POST /permits/{id}/issue"
	Access  Access        // enforced in internal/app, before Handle
	Door    Door          // how often
	MaxBody int64         // bytes; 0 is DefaultMaxBody
	Fresh   time.Duration // wants a proof of who it is not older than this; 0: the session is enough
	Partial bool          // open also to who must first do something about the account
	Quiet   bool          // asked by a page by itself: it does not count as use of the session
	// CrossSite lets pages of other sites post here, which is refused everywhere
	// else: nobody is known there whatever cookies come, and nothing is changed for
	// anybody who has signed in.
	CrossSite bool
	API       bool    // errors are problem+json, callers are programs; set by Operation
	Handle    Handler // nil for an Operation until API.Mount

	register func(a *API, limit int64) // set by Operation
	raw      bool                      // Handle answers by itself: set by RawOperation
	keyed    bool                      // it reads its own idempotency key
	summary  string
	flaw     string
}

// DefaultMaxBody is how much a request may send unless its route says otherwise.
const DefaultMaxBody = 1 << 20

// Proved returns the route for an act that wants a proof of who it is, not older
// than within.
func (r Route) Proved(within time.Duration) Route {
	r.Fresh = within
	return r
}

func (r Route) maxBody() int64 {
	if r.MaxBody == 0 {
		return DefaultMaxBody
	}
	return r.MaxBody
}

// Summary says in a few words what an operation does; empty for a page.
func (r Route) Summary() string { return r.summary }

// Flaw says what is wrong with how an operation is declared; empty where nothing is.
func (r Route) Flaw() string { return r.flaw }

// SeeOther sends the browser to a page of this site after a successful post.
func SeeOther(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, Local(path), http.StatusSeeOther)
	return nil
}

// SetCookie sets a cookie that scripts cannot read and other sites do not send.
// Age 0 lasts as long as the browser; a negative one removes it.
func SetCookie(w http.ResponseWriter, name, value string, age time.Duration, secure bool) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure wherever the public address is https
		Name: name, Value: value, Path: "/", MaxAge: int(age / time.Second),
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}

// Local returns path if it leads to a page of this site, and the home page
// otherwise: nobody is sent elsewhere by a link to us.
func Local(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || len(path) == 0 || path[0] != '/' ||
		(len(path) > 1 && (path[1] == '/' || path[1] == '\\')) {
		return "/"
	}
	return path
}

// humaAPI is what Operation registers with.
type humaAPI = huma.API
