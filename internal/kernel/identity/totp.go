// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238: what every authenticator computes; as a MAC it is not broken
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Codes of six digits, a new one every half minute (RFC 6238).
const (
	totpPeriod = 30 * time.Second
	totpLength = 20 // bytes of the secret
	totpFar    = 30 // steps within which a wrong clock is recognised: a quarter of an hour
)

// What can be wrong with a code.
var (
	ErrWrongCode = errs.New(errs.Invalid, "identity.wrong_code")
	ErrUsedCode  = errs.New(errs.Invalid, "identity.used_code")
	ErrClock     = errs.New(errs.Invalid, "identity.clock") // args: minutes by which the clocks differ
	ErrTOTPThere = errs.New(errs.Conflict, "identity.totp_there")
)

func totpCode(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, step) // a MAC takes everything
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff%1_000_000)
}

// BeginTOTP gives an account a new secret and returns it as an authenticator
// takes it, in base 32. It counts from the first right code on. ErrTOTPThere
// where there is one that counts.
func (d *Directory) BeginTOTP(ctx context.Context, tx *db.Tx, account string) (secret string, err error) {
	raw := make([]byte, totpLength)
	_, _ = rand.Read(raw) // never fails since Go 1.24
	secret = base32.StdEncoding.EncodeToString(raw)
	ok, err := store.PutTOTP(ctx, tx, account, d.keys.SealText(totps, "secret", account, secret))
	if err == nil && !ok {
		err = ErrTOTPThere
	}
	return secret, err
}

// WaitingTOTP returns a secret that has been shown and not confirmed; "" where
// there is none.
func (d *Directory) WaitingTOTP(ctx context.Context, q db.Querier, account string) (string, error) {
	t, err := store.GetTOTP(ctx, q, account)
	if errors.Is(err, db.ErrNoRows) || err == nil && !t.Confirmed.IsZero() {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return d.keys.OpenText(totps, "secret", account, t.Secret)
}

// TOTPAddress is what the QR code of a secret says.
func TOTPAddress(issuer, login, secret string) string {
	q := url.Values{"secret": {secret}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/" + url.PathEscape(issuer) + ":" + url.PathEscape(login) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// CheckTOTP looks at a code. What is wrong with it is returned as refused: the
// caller counts the try in the same transaction. A code of the step before and
// of the one after counts, for clocks that are not exact; none counts twice. The
// first code confirms the secret: with confirmed only one that was is looked at.
func (d *Directory) CheckTOTP(ctx context.Context, tx *db.Tx, account, code string, confirmed bool) (refused *errs.Error, err error) {
	t, err := store.GetTOTP(ctx, tx, account)
	if errors.Is(err, db.ErrNoRows) || err == nil && confirmed && t.Confirmed.IsZero() {
		return ErrWrongCode, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := d.keys.OpenText(totps, "secret", account, t.Secret)
	if err != nil {
		return nil, err
	}
	secret, err := base32.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	code = strings.Join(strings.Fields(code), "")
	now, found := tx.Now.Unix()/int64(totpPeriod/time.Second), int64(0)
	for off := int64(-totpFar); off <= totpFar; off++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(secret, now+off)), []byte(code)) == 1 && (found == 0 || abs(off) < abs(found-now)) {
			found = now + off
		}
	}
	switch off := found - now; {
	case found == 0:
		return ErrWrongCode, nil
	case abs(off) > 1:
		return ErrClock.With("minutes", int((abs(off)+1)/2)), nil
	}
	once, err := store.UseTOTPStep(ctx, tx, account, found)
	if err != nil {
		return nil, err
	}
	if !once {
		return ErrUsedCode, nil
	}
	return nil, store.UsedTOTP(ctx, tx, account)
}

// RemoveTOTP forgets the secret of an account and reports whether there was one.
func (d *Directory) RemoveTOTP(ctx context.Context, tx *db.Tx, account string) (bool, error) {
	return store.DropTOTP(ctx, tx, account)
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
