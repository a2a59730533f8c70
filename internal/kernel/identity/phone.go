// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
)

// PhoneRule says whether a code sent to the phone lets somebody choose a new
// password.
type PhoneRule string

// The rules, the strictest first. Where no rule speaks it is refused.
const (
	PhoneRefused PhoneRule = "refused"
	PhoneProof   PhoneRule = "second_proof" // together with an authenticator or a recovery code
	PhoneAlone   PhoneRule = "alone"        // of citizens only
)

// stricter returns the stricter of two rules; one that says nothing gives way.
func (r PhoneRule) stricter(other PhoneRule) PhoneRule {
	for _, one := range []PhoneRule{PhoneRefused, PhoneProof, PhoneAlone} {
		if r == one || other == one {
			return one
		}
	}
	return ""
}

// StepPhone is under way while somebody has been sent a code.
const StepPhone StepKind = "phone"

// How often an account is sent a code.
const (
	PhoneCodes  = 3
	PhoneWindow = time.Hour
)

// BeginPhone keeps that a code was asked for and returns it, with the token that
// goes on. For the account "" it goes on as well, and no code is ever right: whether
// there is such an account makes no difference.
func (d *Directory) BeginPhone(ctx context.Context, tx *db.Tx, account string) (token, code string, err error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", "", err
	}
	code = fmt.Sprintf("%06d", n.Int64())
	token, err = d.BeginStep(ctx, tx, StepPhone, account, code)
	return token, code, err
}

// CheckPhone returns the account whose code this is, and leaves the step to
// TakeStep; false for a wrong code, which is counted: commit it. ErrStepGone where
// it was tried too often or is too old.
func (d *Directory) CheckPhone(ctx context.Context, tx *db.Tx, token, code string) (account string, ok bool, err error) {
	step, err := d.GetStep(ctx, tx, StepPhone, token, tx.Now)
	if err != nil {
		return "", false, err
	}
	code = strings.Join(strings.Fields(code), "")
	if step.Account == "" || subtle.ConstantTimeCompare([]byte(step.Data), []byte(code)) != 1 {
		return step.Account, false, d.TryStep(ctx, tx, token)
	}
	return step.Account, true, nil
}

// MayCode reports whether an account may be sent another code now, and counts.
func (d *Directory) MayCode(ctx context.Context, tx *db.Tx, account string) (bool, error) {
	bucket := d.keys.Index("sign-in", "\x00phone\x00"+account+"\x00"+tx.Now.Truncate(PhoneWindow).UTC().Format(time.RFC3339))
	n, err := store.CountFailures(ctx, tx, bucket)
	if err != nil || n >= PhoneCodes {
		return false, err
	}
	return true, store.PutFailures(ctx, tx, bucket, false)
}

// HasPassword reports whether the account can be opened by a password at all.
func (a Account) HasPassword() bool { return a.hash != "" }

// SamePhone reports whether two phone numbers are one: 0900 000 001, +84900000001.
func SamePhone(a, b string) bool { return a != "" && plainPhone(a) == plainPhone(b) }

func plainPhone(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, s)
	if rest, ok := strings.CutPrefix(s, "+84"); ok {
		return "0" + rest
	}
	return s
}
