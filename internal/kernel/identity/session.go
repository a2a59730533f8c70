// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"time"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// SessionKind tells what a session may be used for: cookies open pages,
// bearer tokens open the API, and neither the other's.
type SessionKind string

// The kinds of sessions.
const (
	Browser SessionKind = "browser"
	API     SessionKind = "api"
)

// SessionLength is how long a session lasts where no rule says otherwise.
const SessionLength = 12 * time.Hour

// Way says how somebody proved who it is.
type Way string

// The ways.
const (
	ByPassword Way = "password"
	ByTOTP     Way = "totp"     // password, and the code of an authenticator
	ByRecovery Way = "recovery" // password, and a recovery code
	ByPasskey  Way = "passkey"
	ByTwo      Way = "two"     // let in again by two administrators
	ByPhone    Way = "phone"   // a code sent to the phone, for a new password
	ByOutside  Way = "outside" // another provider of identities said so
)

// Strong reports whether a way is more than a password.
func (w Way) Strong() bool { return w != ByPassword && w != "" }

// UsesPassword reports whether a password is part of a way.
func (w Way) UsesPassword() bool { return w == ByPassword || w == ByTOTP || w == ByRecovery }

// Must says what comes before anything else in a session.
type Must string

// What must be done first. A session that must do something opens only the pages
// on which it is done.
const (
	MustNothing  Must = ""
	MustFactor   Must = "factor"   // set up a second factor
	MustPassword Must = "password" // choose a new password
)

// Opening is how a session begins. The zero value is a session of a program's
// own making: twelve hours, never locked.
type Opening struct {
	Kind     SessionKind
	Way      Way
	From     Source
	Must     Must
	Lifetime time.Duration // 0: SessionLength
	Idle     time.Duration // locks after so long without a request; 0: never
	FreshFor time.Duration // how long a proof is fresh; 0: as each act says
	Most     int           // sessions of the account at once, the oldest end; 0: no limit
}

// Session is a session as its owner sees it.
type Session struct {
	ID, Account string
	Kind        SessionKind
	Way         Way
	Device      string // "Chrome, Windows"; empty: not known
	Address     string
	Must        Must
	Started     db.Time
	Ends        db.Time
	Seen        db.Time // to the minute
	Fresh       db.Time // when the person last proved who it is
	Idle        time.Duration
	FreshFor    time.Duration
}

// Locked reports whether nobody has used the session for too long. A clock that
// went back locks nothing.
func (s Session) Locked(now db.Time) bool { return s.Idle > 0 && now.Sub(s.Seen.Time) >= s.Idle }

// ErrFreshNeeded means that an act wants a proof newer than the session's: the
// person is asked for password or passkey, and comes back.
var ErrFreshNeeded = errs.New(errs.Unauthenticated, "identity.fresh_needed")

// RequireFresh refuses an act of a person whose last proof is older than within.
// A program, which has no session, proves nothing anew.
func RequireFresh(a Actor, now db.Time, within time.Duration) error {
	if a.Session != "" && now.Sub(a.Fresh.Time) >= within {
		return ErrFreshNeeded
	}
	return nil
}

// What must be done before anything else in a session.
var (
	ErrFactorFirst   = errs.New(errs.Unauthenticated, "identity.factor_first")
	ErrPasswordFirst = errs.New(errs.Unauthenticated, "identity.password_first")
)

// Moved reports whether a session is used from another network (not only another
// address in it) or another browser than it was before. What is not known is not
// another one.
func (s Session) Moved(from Source) bool {
	return s.Address != "" && from.Network != "" && networkOf(s.Address) != networkOf(from.Network) || s.Device != "" && from.Agent != "" && s.Device != from.Agent
}

func networkOf(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	bits := 24
	if a.Is6() && !a.Is4In6() {
		bits = 48
	}
	p, err := a.Unmap().Prefix(bits)
	if err != nil {
		return address
	}
	return p.String()
}

// MoveSession notes from where a session is used now, and tells its owner.
func (d *Directory) MoveSession(ctx context.Context, tx *db.Tx, s Session, from Source) error {
	row, err := store.GetSession(ctx, tx, s.Account, s.ID)
	if errors.Is(err, db.ErrNoRows) {
		return nil // it has just ended
	}
	if err != nil {
		return err
	}
	row.Address, row.Device = d.sealAddress(row.Hash, from.Network), from.Agent
	if err := store.PutSession(ctx, tx, row); err != nil {
		return err
	}
	return d.LogSignIn(ctx, tx, SignIn{Account: s.Account, Way: s.Way, Result: Moved, Unknown: true}, from)
}

// StartSession returns the token of a new session. Only its hash is kept.
func (d *Directory) StartSession(ctx context.Context, tx *db.Tx, account string, k SessionKind) (token string, ends db.Time, err error) {
	token, s, err := d.Start(ctx, tx, account, Opening{Kind: k})
	return token, s.Ends, err
}

// Start begins a session and returns its token, of which only the hash is kept.
// Beyond Opening.Most the oldest sessions end.
func (d *Directory) Start(ctx context.Context, tx *db.Tx, account string, o Opening) (token string, _ Session, err error) {
	if o.Lifetime <= 0 {
		o.Lifetime = SessionLength
	}
	if o.Most > 0 {
		if err := d.makeRoom(ctx, tx, account, o.Most-1); err != nil {
			return "", Session{}, err
		}
	}
	token = rand.Text() + rand.Text()
	row := store.Session{
		Hash: hash(token), ID: id.New(), Account: account, Kind: string(o.Kind), Way: string(o.Way), Device: o.From.Agent, Must: string(o.Must),
		Started: tx.Now, Ends: db.At(tx.Now.Add(o.Lifetime)), Seen: tx.Now, Fresh: tx.Now,
		Idle: o.Idle.Microseconds(), FreshFor: o.FreshFor.Microseconds(),
	}
	row.Address = d.sealAddress(row.Hash, o.From.Network)
	if err := store.AddSession(ctx, tx, row); err != nil {
		return "", Session{}, err
	}
	s, err := d.session(row)
	return token, s, err
}

// makeRoom ends the oldest sessions of an account until at most the given number
// is left.
func (d *Directory) makeRoom(ctx context.Context, tx *db.Tx, account string, most int) error {
	rows, err := store.SessionsOf(ctx, tx, account, tx.Now)
	if err != nil || len(rows) <= most {
		return err
	}
	return d.end(ctx, tx, EndedByLimit, rows[most:])
}

// OpenSession returns the session that a token opens and its account, also where
// it is locked or something must be done first: the caller looks. False where
// the token opens nothing.
func (d *Directory) OpenSession(ctx context.Context, q db.Querier, token string, k SessionKind, now db.Time) (Account, Session, bool, error) {
	if token == "" {
		return Account{}, Session{}, false, nil
	}
	row, a, err := store.LiveSession(ctx, q, hash(token), string(k), now)
	if errors.Is(err, db.ErrNoRows) {
		return Account{}, Session{}, false, nil
	}
	if err != nil {
		return Account{}, Session{}, false, err
	}
	s, err := d.session(row)
	return account(a), s, err == nil, err
}

// FindSession returns the account whose session a token opens and the session's
// id; false where it opens none, is locked, or something must be done first.
func (d *Directory) FindSession(ctx context.Context, q db.Querier, token string, k SessionKind, now db.Time) (a Account, session string, ok bool, err error) {
	a, s, ok, err := d.OpenSession(ctx, q, token, k, now)
	if err != nil || !ok || s.Locked(now) || s.Must != MustNothing {
		return Account{}, "", false, err
	}
	return a, s.ID, true, nil
}

// ListSessions returns the sessions of an account that have not ended, the
// newest first; locked ones as well. There are few.
func (d *Directory) ListSessions(ctx context.Context, q db.Querier, account string, now db.Time) ([]Session, error) {
	rows, err := store.SessionsOf(ctx, q, account, now)
	if err != nil {
		return nil, err
	}
	all := make([]Session, len(rows))
	for i, row := range rows {
		if all[i], err = d.session(row); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// seenEvery is how exactly the last use of a session is kept: a write for each
// request would cost more than it tells.
const seenEvery = time.Minute

// SeenLongAgo reports whether the use of a session is worth noting.
func (s Session) SeenLongAgo(now db.Time) bool { return now.Sub(s.Seen.Time) >= seenEvery }

// Touch notes that a session was used just now.
func (d *Directory) Touch(ctx context.Context, tx *db.Tx, session string) error {
	return store.SeenSession(ctx, tx, session)
}

// ErrSessionGone means that a session has ended in the meantime.
var ErrSessionGone = errs.New(errs.Unauthenticated, "identity.session_gone")

// Renew gives a session a new token after the person has proved anew who it is,
// or what it may do has changed; the old token opens nothing any more. It
// unlocks the session. Way "" keeps the way.
func (d *Directory) Renew(ctx context.Context, tx *db.Tx, account, session string, w Way, m Must) (token string, err error) {
	row, err := store.GetSession(ctx, tx, account, session)
	if errors.Is(err, db.ErrNoRows) || err == nil && !row.Ends.After(tx.Now.Time) {
		return "", ErrSessionGone
	}
	if err != nil {
		return "", err
	}
	address, err := d.openAddress(row)
	if err != nil {
		return "", err
	}
	token = rand.Text() + rand.Text()
	row.Hash = hash(token)
	row.Address, row.Must, row.Seen, row.Fresh = d.sealAddress(row.Hash, address), string(m), tx.Now, tx.Now
	if w != "" {
		row.Way = string(w)
	}
	return token, store.PutSession(ctx, tx, row)
}

// Prove notes that the person of a session has proved anew who it is; the token
// stays. For programs, which cannot be given another one.
func (d *Directory) Prove(ctx context.Context, tx *db.Tx, account, session string) error {
	row, err := store.GetSession(ctx, tx, account, session)
	if errors.Is(err, db.ErrNoRows) {
		return ErrSessionGone
	}
	if err != nil {
		return err
	}
	row.Seen, row.Fresh = tx.Now, tx.Now
	return store.PutSession(ctx, tx, row)
}

const sessions = "identity_sessions"

func (d *Directory) sealAddress(row, address string) string {
	return d.keys.SealText(sessions, "address", row, address)
}

func (d *Directory) openAddress(row store.Session) (string, error) {
	return d.keys.OpenText(sessions, "address", row.Hash, row.Address)
}

func (d *Directory) session(row store.Session) (Session, error) {
	address, err := d.openAddress(row)
	return Session{
		ID: row.ID, Account: row.Account, Kind: SessionKind(row.Kind), Way: Way(row.Way), Device: row.Device, Address: address, Must: Must(row.Must),
		Started: row.Started, Ends: row.Ends, Seen: row.Seen, Fresh: row.Fresh,
		Idle: time.Duration(row.Idle) * time.Microsecond, FreshFor: time.Duration(row.FreshFor) * time.Microsecond,
	}, err
}
