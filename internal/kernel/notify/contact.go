// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"net/mail"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ContactKind is a kind of address of somebody.
type ContactKind string

// The kinds.
const (
	Phone   ContactKind = "phone"
	Address ContactKind = "mail"
)

// Contact is an address of an account, or one that is being proven.
type Contact struct {
	Kind      ContactKind
	Address   string // empty while the first is being proven
	Pending   string // to which a code was sent; empty: none
	CodeUntil db.Time
	ProvenAt  db.Time
	BouncedAt db.Time // mail to it came back
}

// Proven reports whether somebody has shown that they read what is sent there.
func (c Contact) Proven() bool { return !c.ProvenAt.IsZero() }

// Broken reports whether mail to it came back since it was proven.
func (c Contact) Broken() bool { return !c.BouncedAt.IsZero() }

// Bounds of proving.
const (
	CodeLength  = 10 * time.Minute
	codeTries   = 5
	codesAnHour = 5
)

// EventCode is the event of the code that proves a contact, EventBounced that of
// mail which came back.
const (
	EventCode    = "notices.code"
	EventBounced = "notices.bounced"
	EventDigest  = "notices.digest"
	EventTest    = "notices.test"
)

// Kinds are what this package tells of itself.
func Kinds() []Kind {
	return []Kind{{EventCode, []string{"code"}}, {EventBounced, nil}, {EventDigest, []string{"n", "list"}}, {EventTest, nil}}
}

// What can go wrong with contacts.
var (
	ErrTooMany  = errs.New(errs.TooMany, "notify.too_many_codes")
	ErrCodeGone = errs.New(errs.Conflict, "notify.code_gone") // too old, or tried too often
)

const contacts = "notify_contacts"

// ParsePhone returns a Vietnamese mobile number as ten digits; false where it is none.
func ParsePhone(typed string) (string, bool) {
	var b strings.Builder
	for _, c := range typed {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case strings.ContainsRune(" .-()", c):
		case c == '+' && b.Len() == 0:
		default:
			return "", false
		}
	}
	digits := b.String()
	if rest, ok := strings.CutPrefix(digits, "84"); ok && len(rest) == 9 {
		digits = "0" + rest
	}
	return digits, len(digits) == 10 && digits[0] == '0' && digits[1] >= '3'
}

// ParseAddress returns an address of mail; false where it is none.
func ParseAddress(typed string) (string, bool) {
	a, err := mail.ParseAddress(strings.TrimSpace(typed))
	if err != nil || a.Name != "" || len(a.Address) > 254 || strings.ContainsAny(a.Address, "\r\n") {
		return "", false
	}
	_, domain, _ := strings.Cut(a.Address, "@")
	return a.Address, strings.Contains(domain, ".")
}

// ListContacts returns what an account has proven or is proving.
func (n *Notifier) ListContacts(ctx context.Context, q db.Querier, account string) ([]Contact, error) {
	return db.All(ctx, q, func(r db.Row) (c Contact, err error) {
		var sealed, pending string
		if err := r.Scan(&c.Kind, &sealed, &pending, &c.CodeUntil, &c.ProvenAt, &c.BouncedAt); err != nil {
			return c, err
		}
		row := account + "/" + string(c.Kind)
		if c.Address, err = n.keys.OpenText(contacts, "address", row, sealed); err != nil {
			return c, err
		}
		c.Pending, err = n.keys.OpenText(contacts, "pending", row, pending)
		return c, err
	}, `SELECT kind, address, pending, code_until, proven_at, bounced_at FROM notify_contacts WHERE account_id = $1 ORDER BY kind`, account)
}

// BeginContact sends a code to an address that somebody says is theirs. What was
// proven before stays until the new one is.
func (n *Notifier) BeginContact(ctx context.Context, tx *db.Tx, account string, k ContactKind, to string) error {
	channel := SMS
	if k == Address {
		channel = Mail
	}
	if _, there := n.Lines[channel]; !there {
		return ErrNoChannel
	}
	rule, found, err := FindRule(ctx, tx, EventCode)
	if err != nil || !found {
		return err
	}
	number, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return err
	}
	code := fmt.Sprintf("%06d", number.Int64())
	row := account + "/" + string(k)
	// One statement counts and keeps, so that two requests at once send no more codes than one after the other.
	done, err := tx.Exec(ctx, `INSERT INTO notify_contacts (account_id, kind, address, address_ix, pending, code, code_until, tries, codes, codes_since)
		VALUES ($1, $2, '', '', $3, $4, $5, 0, 1, $6)
		ON CONFLICT (account_id, kind) DO UPDATE SET pending = excluded.pending, code = excluded.code, code_until = excluded.code_until, tries = 0,
			codes = CASE WHEN notify_contacts.codes_since > $7 THEN notify_contacts.codes + 1 ELSE 1 END,
			codes_since = CASE WHEN notify_contacts.codes_since > $7 THEN notify_contacts.codes_since ELSE excluded.codes_since END
		WHERE notify_contacts.codes < $8 OR notify_contacts.codes_since IS NULL OR notify_contacts.codes_since <= $7`,
		account, string(k), n.keys.SealText(contacts, "pending", row, to), n.keys.Index("contact code", row+"/"+code), db.At(tx.Now.Add(CodeLength)), tx.Now,
		db.At(tx.Now.Add(-time.Hour)), codesAnHour)
	if err != nil {
		return err
	}
	if done == 0 {
		return ErrTooMany
	}
	choices, err := GetChoices(ctx, tx, account)
	if err != nil {
		return err
	}
	said, ok := rule.Say(channel, choices.Language, false, map[string]i18n.Text{"code": Plain(code)})
	if !ok {
		return ErrNoChannel
	}
	err = n.put(ctx, tx, message{
		event: EventCode, account: account, about: account, state: Waiting, lang: string(choices.Language), expires: db.At(tx.Now.Add(CodeLength)),
		step: step{Channel: channel, To: to, Title: said.Title, Text: said.Text},
	})
	return err
}

// ErrNoChannel means that nothing can be sent there from here.
var ErrNoChannel = errs.New(errs.Conflict, "notify.no_channel")

// ProveContact takes the code that somebody has read. It reports false for a
// wrong one, which counts; ErrCodeGone where none is waited for.
func (n *Notifier) ProveContact(ctx context.Context, tx *db.Tx, account string, k ContactKind, code string) (ok bool, err error) {
	row := account + "/" + string(k)
	var want, pending string
	var until db.Time
	var tried int
	err = tx.QueryRow(ctx, `SELECT code, pending, code_until, tries FROM notify_contacts WHERE account_id = $1 AND kind = $2`+tx.ForUpdate(), account, string(k)).Scan(&want, &pending, &until, &tried)
	if err != nil || want == "" || tried >= codeTries || !tx.Now.Before(until.Time) {
		return false, ErrCodeGone
	}
	if subtle.ConstantTimeCompare([]byte(n.keys.Index("contact code", row+"/"+strings.TrimSpace(code))), []byte(want)) != 1 {
		_, err := tx.Exec(ctx, `UPDATE notify_contacts SET tries = tries + 1 WHERE account_id = $1 AND kind = $2`, account, string(k))
		return false, err
	}
	to, err := n.keys.OpenText(contacts, "pending", row, pending)
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `UPDATE notify_contacts SET address = $3, address_ix = $4, proven_at = $5, bounced_at = NULL, pending = '', code = '', code_until = NULL, tries = 0
		WHERE account_id = $1 AND kind = $2`, account, string(k), n.keys.SealText(contacts, "address", row, to), n.keys.Index("contact", to), tx.Now)
	return err == nil, err
}

// RemoveContact forgets an address of an account; false where there is none.
func (n *Notifier) RemoveContact(ctx context.Context, tx *db.Tx, account string, k ContactKind) (bool, error) {
	done, err := tx.Exec(ctx, `DELETE FROM notify_contacts WHERE account_id = $1 AND kind = $2`, account, string(k))
	return done > 0, err
}

// bounced notes that mail to an address comes back, for everybody who has it,
// and tells the owner of the message by the bell.
func (n *Notifier) bounced(ctx context.Context, tx *db.Tx, m message) error {
	ix := n.keys.Index("contact", m.step.To)
	if _, err := tx.Exec(ctx, `UPDATE notify_contacts SET bounced_at = $3 WHERE kind = $1 AND address_ix = $2 AND bounced_at IS NULL`, string(Address), ix, tx.Now); err != nil {
		return err
	}
	if m.account == "" || m.event == EventCode {
		return nil
	}
	row := m.account + "/" + string(Address)
	if _, err := tx.Exec(ctx, `INSERT INTO notify_contacts (account_id, kind, address, address_ix, bounced_at, pending, code, tries, codes)
		VALUES ($1, $2, $3, $4, $5, '', '', 0, 0) ON CONFLICT (account_id, kind) DO NOTHING`,
		m.account, string(Address), n.keys.SealText(contacts, "address", row, m.step.To), ix, tx.Now); err != nil {
		return err
	}
	return n.Tell(ctx, tx, Notice{Event: EventBounced, About: m.account, Key: m.id, Link: SettingsPath, To: To{Account: m.account}})
}

// SettingsPath is where people choose how they are told.
const SettingsPath = "/thong-bao/cai-dat"
