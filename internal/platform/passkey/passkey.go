// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package passkey asks authenticators for new keys and for proofs of possession
// (WebAuthn), and checks what they answer. It keeps nothing: states and keys are
// texts the caller keeps. Who may sign in is not its business.
package passkey

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"tinhso.vn/internal/platform/errs"
)

// What can be wrong with an answer. The cause says more to the log than people
// can use.
var (
	ErrRefused = errs.New(errs.Unauthenticated, "passkey.refused")
	ErrCounter = errs.New(errs.Unauthenticated, "passkey.counter") // the key may have been copied
)

// Site is one website whose keys these are.
type Site struct{ w *webauthn.WebAuthn }

// New returns the site of a public address such as https://dichvucong.example.vn.
// Authenticators know sites by names: of an address that is a number they know
// nothing, and of this computer's own the name is localhost. False where there
// can be no passkeys.
func New(name, address string) (*Site, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, false
	}
	id := u.Hostname()
	if ip := net.ParseIP(id); ip != nil {
		if !ip.IsLoopback() {
			return nil, false
		}
		id = "localhost"
	}
	if u.Scheme != "https" && id != "localhost" {
		return nil, false
	}
	origin := url.URL{Scheme: u.Scheme, Host: id}
	if u.Port() != "" {
		origin.Host = net.JoinHostPort(id, u.Port())
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: id, RPDisplayName: name, RPOrigins: []string{origin.String()},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
		AttestationPreference: protocol.PreferNoAttestation,
	})
	return &Site{w}, err == nil
}

// Origin is the address from which keys can be used.
func (s *Site) Origin() string { return s.w.Config.RPOrigins[0] }

// Owner is whose key it is. Keys are what Registered returned.
type Owner struct {
	ID, Login, Name string
	Keys            []string
}

type user struct {
	Owner
	keys []webauthn.Credential
}

func newUser(o Owner) (user, error) {
	u := user{Owner: o}
	for _, text := range o.Keys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return u, err
		}
		u.keys = append(u.keys, c)
	}
	return u, nil
}

// WebAuthnID implements webauthn.User.
func (u user) WebAuthnID() []byte { return []byte(u.ID) }

// WebAuthnName implements webauthn.User.
func (u user) WebAuthnName() string { return u.Login }

// WebAuthnDisplayName implements webauthn.User.
func (u user) WebAuthnDisplayName() string { return u.Name }

// WebAuthnCredentials implements webauthn.User.
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.keys }

// Register asks for a new key: options are for the browser, state is kept until
// Registered. An authenticator that has a key of the owner is not asked again.
func (s *Site) Register(o Owner) (options []byte, state string, err error) {
	u, err := newUser(o)
	if err != nil {
		return nil, "", err
	}
	var known []protocol.CredentialDescriptor
	for _, c := range u.keys {
		known = append(known, c.Descriptor())
	}
	asked, session, err := s.w.BeginRegistration(u, webauthn.WithExclusions(known))
	if err != nil {
		return nil, "", err
	}
	return both(asked, session)
}

// Registered checks the answer to Register and returns the key: its id, as the
// authenticator names it, and what is kept of it.
func (s *Site) Registered(o Owner, state string, answer []byte) (id, key string, err error) {
	u, err := newUser(o)
	if err != nil {
		return "", "", err
	}
	session, err := restore(state)
	if err != nil {
		return "", "", err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return "", "", ErrRefused.Because(explain(err))
	}
	c, err := s.w.CreateCredential(u, session, parsed)
	if err != nil {
		return "", "", ErrRefused.Because(explain(err))
	}
	text, err := json.Marshal(c)
	return name(c.ID), string(text), err
}

// Ask asks for a proof by any key of this site: whose it is, the answer says.
func (s *Site) Ask() (options []byte, state string, err error) {
	asked, session, err := s.w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", err
	}
	return both(asked, session)
}

// Answered checks the answer to Ask. Find returns whose key an id names; keys
// that may not be used it does not find. The key is returned as it is to be kept
// from now on. ErrCounter where it was used elsewhere in the meantime.
func (s *Site) Answered(state string, answer []byte, find func(id string) (Owner, error)) (id, key string, err error) {
	session, err := restore(state)
	if err != nil {
		return "", "", err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", "", ErrRefused.Because(explain(err))
	}
	var ours error
	_, c, err := s.w.ValidatePasskeyLogin(func(raw, handle []byte) (webauthn.User, error) {
		o, err := find(name(raw))
		if err != nil {
			ours = err
			return nil, err
		}
		if string(handle) != o.ID {
			return nil, errors.New("the key is of somebody else")
		}
		return newUser(o)
	}, session, parsed)
	switch {
	case ours != nil:
		return "", "", ours
	case err != nil:
		return "", "", ErrRefused.Because(explain(err))
	case c.Authenticator.CloneWarning:
		return name(c.ID), "", ErrCounter
	}
	text, err := json.Marshal(c)
	return name(c.ID), string(text), err
}

func both(asked any, session *webauthn.SessionData) ([]byte, string, error) {
	options, err := json.Marshal(asked)
	if err != nil {
		return nil, "", err
	}
	state, err := json.Marshal(session)
	return options, string(state), err
}

func restore(state string) (session webauthn.SessionData, err error) {
	err = json.Unmarshal([]byte(state), &session)
	return session, err
}

func name(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// explain keeps what the library says and leaves out what the caller sent.
func explain(err error) error {
	var e *protocol.Error
	if errors.As(err, &e) && !slices.Contains([]string{"", e.Details}, e.Type) {
		return errors.New(e.Type + ": " + e.Details)
	}
	return err
}
