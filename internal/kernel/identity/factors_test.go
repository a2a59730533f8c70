// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"encoding/base32"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// The values of appendix B of RFC 6238, of which six digits are used.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := identity.Code([]byte("12345678901234567890"), time.Unix(at, 0)); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

// phone is an authenticator of a person, with a clock that may be wrong.
type phone struct {
	t      *testing.T
	d      *db.DB
	people *identity.Directory
	secret []byte
	mai    string
}

func newPhone(t *testing.T, d *db.DB, people *identity.Directory) phone {
	t.Helper()
	p := phone{t: t, d: d, people: people, mai: account(t, d, people, "mai").ID}
	write(t, d, func(tx *db.Tx) error {
		text, err := people.BeginTOTP(t.Context(), tx, p.mai)
		p.secret, _ = base32.StdEncoding.DecodeString(text)
		return err
	})
	return p
}

func (p phone) code(late time.Duration) string { return identity.Code(p.secret, p.d.Now().Add(-late)) }

func (p phone) check(code string, confirmed bool) (refused *errs.Error) {
	p.t.Helper()
	write(p.t, p.d, func(tx *db.Tx) (err error) {
		refused, err = p.people.CheckTOTP(p.t.Context(), tx, p.mai, code, confirmed)
		return err
	})
	return refused
}

func TestTheCodeOfAPhone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		p := newPhone(t, d, people)
		if f, err := people.ListFactors(t.Context(), d, p.mai); f.Any() || err != nil {
			t.Errorf("a secret that nobody has confirmed counts: %v", err)
		}
		if got := p.check(p.code(0), true); !errors.Is(got, identity.ErrWrongCode) {
			t.Errorf("a code before the secret was confirmed: %v", got)
		}
		if got := p.check(p.code(0), false); got != nil {
			t.Fatalf("confirming: %v", got)
		}
		if f, err := people.ListFactors(t.Context(), d, p.mai); !f.TOTP || !f.Any() || err != nil {
			t.Errorf("confirmed: %+v, %v", f, err)
		}
		if got := p.check(p.code(0), true); !errors.Is(got, identity.ErrUsedCode) {
			t.Errorf("the same code again: %v", got)
		}
		c.Advance(2 * time.Minute)
		if got := p.check(p.code(30*time.Second), true); got != nil {
			t.Errorf("a clock one step behind: %v", got)
		}
		if got := p.check(p.code(61*time.Second), true); !errors.Is(got, identity.ErrClock) {
			t.Errorf("a clock a minute behind: %v", got)
		}
		behind := p.check(p.code(10*time.Minute), true)
		if !errors.Is(behind, identity.ErrClock) || behind.Args["minutes"] != 10 {
			t.Errorf("a clock ten minutes behind: %v", behind)
		}
		if ahead := p.check(p.code(-10*time.Minute), true); !errors.Is(ahead, identity.ErrClock) {
			t.Errorf("our clock ten minutes behind: %v", ahead)
		}
		right := p.code(0)
		if got := p.check(right[:3]+" "+right[3:], true); got != nil {
			t.Errorf("typed in two groups: %v", got)
		}
		c.Advance(-10 * time.Minute) // the clock of the server goes back: what counted then does not count again, all else does
		if got := p.check(right, true); got == nil {
			t.Error("a code of before the clock went back counted again")
		}
		if got := p.check(p.code(0), true); got != nil {
			t.Errorf("after the clock went back: %v", got)
		}
		for _, wrong := range []string{"", "000000", "abcdef", right + "1"} {
			if got := p.check(wrong, true); got == nil {
				t.Errorf("%q counted", wrong)
			}
		}
		write(t, d, func(tx *db.Tx) error {
			if _, err := people.BeginTOTP(t.Context(), tx, p.mai); !errors.Is(err, identity.ErrTOTPThere) {
				t.Errorf("a second secret: %v", err)
			}
			_, err := people.RemoveTOTP(t.Context(), tx, p.mai)
			return err
		})
		var kept string
		if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM identity_totp`).Scan(&kept); err != nil || kept != "0" {
			t.Errorf("%s secrets left, %v", kept, err)
		}
	})
}

// Two tabs send the same code at once: one of them is let in.
func TestACodeCountsOnceInARace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, _ *dbtest.Clock) {
		p := newPhone(t, d, people)
		code := p.code(0)
		var in atomic.Int64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if p.check(code, false) == nil {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Errorf("it counted %d times", in.Load())
		}
	})
}

func TestSecretsAreSealed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, _ *dbtest.Clock) {
		p := newPhone(t, d, people)
		text := base32.StdEncoding.EncodeToString(p.secret)
		shown, err := people.WaitingTOTP(t.Context(), d, p.mai)
		if err != nil || shown != text {
			t.Errorf("shown again: %v", err)
		}
		var kept string
		if err := d.QueryRow(t.Context(), `SELECT secret_sealed FROM identity_totp`).Scan(&kept); err != nil || strings.Contains(kept, text) {
			t.Errorf("kept in clear, %v", err)
		}
		if at := identity.TOTPAddress("Tỉnh An Giang", "mai.lan", text); !strings.HasPrefix(at, "otpauth://totp/T%E1%BB%89nh%20An%20Giang:mai.lan?") || strings.Contains(at, "+") {
			t.Error(at)
		}
	})
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, _ *dbtest.Clock) {
		ctx := t.Context()
		mai, lan := account(t, d, people, "mai").ID, account(t, d, people, "lan").ID
		var before, codes []string
		write(t, d, func(tx *db.Tx) (err error) {
			if before, err = people.MakeRecoveryCodes(ctx, tx, mai); err != nil {
				return err
			}
			codes, err = people.MakeRecoveryCodes(ctx, tx, mai)
			return err
		})
		use := func(who, code string) (ok bool) {
			write(t, d, func(tx *db.Tx) (err error) { ok, err = people.UseRecoveryCode(ctx, tx, who, code); return err })
			return ok
		}
		if len(codes) != identity.RecoveryCodes || use(mai, before[0]) || use(lan, codes[0]) || use(mai, "") {
			t.Error("a code of before, or of somebody else, counted")
		}
		if !use(mai, " "+strings.ToLower(strings.ReplaceAll(codes[0], "-", " "))) || use(mai, codes[0]) {
			t.Error("a code counts once, however it is typed")
		}
		if f, err := people.ListFactors(ctx, d, mai); f.Codes != 9 || f.Any() || err != nil {
			t.Errorf("%+v, %v", f, err)
		}
	})
}

func TestPasskeysAreKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		mai, lan := account(t, d, people, "mai").ID, account(t, d, people, "lan").ID
		var key string
		write(t, d, func(tx *db.Tx) (err error) {
			key, err = people.AddPasskey(ctx, tx, identity.Passkey{Account: mai, Credential: "c1", Name: " Máy ở  quầy ", Data: "public key"})
			return err
		})
		do := func(f func(tx *db.Tx) error) error { return d.Write(ctx, f) }
		if err := do(func(tx *db.Tx) error {
			_, err := people.AddPasskey(ctx, tx, identity.Passkey{Account: lan, Credential: "c1", Name: "x"})
			return err
		}); !errors.Is(err, identity.ErrPasskeyTaken) {
			t.Errorf("the same key for somebody else: %v", err)
		}
		p, err := people.FindPasskey(ctx, d, "c1")
		if err != nil || p.ID != key || p.Name != "Máy ở quầy" || p.Data != "public key" || p.Account != mai {
			t.Errorf("%+v, %v", p, err)
		}
		if err := do(func(tx *db.Tx) error { return people.RemovePasskey(ctx, tx, lan, key) }); !errors.Is(err, identity.ErrPasskeyUnknown) {
			t.Errorf("somebody else removed it: %v", err)
		}
		write(t, d, func(tx *db.Tx) error { return people.RemovePasskey(ctx, tx, mai, key) })
		if _, err := people.FindPasskey(ctx, d, "c1"); !errors.Is(err, identity.ErrPasskeyUnknown) {
			t.Errorf("a removed key is found: %v", err)
		}
		if f, _ := people.ListFactors(ctx, d, mai); f.Any() {
			t.Error("a removed key is a factor")
		}
		write(t, d, func(tx *db.Tx) error { return people.RestorePasskey(ctx, tx, mai, key) })
		if _, err := people.FindPasskey(ctx, d, "c1"); err != nil {
			t.Errorf("it did not come back: %v", err)
		}
		write(t, d, func(tx *db.Tx) error { return people.RemovePasskey(ctx, tx, mai, key) })
		c.Advance(identity.UndoPasskey + time.Second)
		write(t, d, func(tx *db.Tx) error { return people.Forget(ctx, tx) })
		if err := do(func(tx *db.Tx) error { return people.RestorePasskey(ctx, tx, mai, key) }); !errors.Is(err, identity.ErrPasskeyUnknown) {
			t.Errorf("it came back after a day: %v", err)
		}
	})
}

func TestStepsAreTakenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		begin := func() (token string) {
			write(t, d, func(tx *db.Tx) (err error) {
				token, err = people.BeginStep(ctx, tx, identity.StepCode, "mai", "data")
				return err
			})
			return token
		}
		get := func(k identity.StepKind, token string) error {
			s, err := people.GetStep(ctx, d, k, token, d.Now())
			if err == nil && (s.Account != "mai" || s.Data != "data") {
				t.Errorf("%+v", s)
			}
			return err
		}
		token := begin()
		if get(identity.StepCode, token) != nil || get(identity.StepPasskey, token) == nil {
			t.Error("a step is not found, or as another kind")
		}
		write(t, d, func(tx *db.Tx) error { return people.TakeStep(ctx, tx, token) })
		if err := d.Write(ctx, func(tx *db.Tx) error { return people.TakeStep(ctx, tx, token) }); !errors.Is(err, identity.ErrStepGone) {
			t.Errorf("taken twice: %v", err)
		}
		token = begin()
		for range identity.StepTries {
			if err := get(identity.StepCode, token); err != nil {
				t.Error(err)
			}
			write(t, d, func(tx *db.Tx) error { return people.TryStep(ctx, tx, token) })
		}
		if err := get(identity.StepCode, token); !errors.Is(err, identity.ErrStepGone) {
			t.Errorf("tried too often: %v", err)
		}
		token = begin()
		c.Advance(identity.StepLength)
		if err := get(identity.StepCode, token); !errors.Is(err, identity.ErrStepGone) {
			t.Errorf("too old: %v", err)
		}
	})
}

func TestTwoLetSomebodyInAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		mai, one, two := account(t, d, people, "mai").ID, account(t, d, people, "one").ID, account(t, d, people, "two").ID
		ask := func() (request string) {
			write(t, d, func(tx *db.Tx) (err error) {
				request, err = people.AskRecovery(ctx, tx, mai, one, "mất điện thoại")
				return err
			})
			return request
		}
		approve := func(request, by string) (code string, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error { c, err := people.ApproveRecovery(ctx, tx, request, by); code = c; return err })
			return code, err
		}
		use := func(code string) (ok bool) {
			write(t, d, func(tx *db.Tx) (err error) { ok, err = people.UseRecovery(ctx, tx, mai, code); return err })
			return ok
		}
		first := ask()
		if err := d.Write(ctx, func(tx *db.Tx) error { _, err := people.AskRecovery(ctx, tx, mai, two, "x"); return err }); !errors.Is(err, identity.ErrRecoveryOpen) {
			t.Errorf("asked twice: %v", err)
		}
		for _, by := range []string{one, mai} {
			if _, err := approve(first, by); !errors.Is(err, identity.ErrRecoverySame) {
				t.Errorf("approved by %s: %v", by, err)
			}
		}
		code, err := approve(first, two)
		if err != nil || use("AAAA-BBBB-CCCC-DDDD") || !use(strings.ToLower(code)) || use(code) {
			t.Errorf("the code: %v", err)
		}
		second := ask()
		if code, err = approve(second, two); err != nil {
			t.Fatal(err)
		}
		c.Advance(identity.RecoveryCode)
		if use(code) {
			t.Error("the code counts after its time")
		}
		third := ask()
		if code, err = approve(third, two); err != nil {
			t.Fatal(err)
		}
		for range identity.StepTries {
			use("AAAA-BBBB-CCCC-DDDD")
		}
		if use(code) {
			t.Error("the code counts after too many wrong ones")
		}
		fourth := ask()
		write(t, d, func(tx *db.Tx) error { return people.WithdrawRecovery(ctx, tx, fourth) })
		if _, err := approve(fourth, two); !errors.Is(err, identity.ErrRecoveryState) {
			t.Errorf("approved after it was withdrawn: %v", err)
		}
		if list, err := people.ListRecoveries(ctx, d, "", 10); err != nil || len(list) != 4 || list[0].ID != fourth || list[3].State(d.Now()) != identity.RecoveryUsed || list[2].State(d.Now()) != identity.RecoveryLate {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestTheSignInLog(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		mai, lan := account(t, d, people, "mai").ID, account(t, d, people, "lan").ID
		from := identity.Source{Network: "198.51.100.7", Agent: "Chrome, Windows"}
		for i := range 5 {
			write(t, d, func(tx *db.Tx) error {
				return people.LogSignIn(ctx, tx, identity.SignIn{Account: mai, Way: identity.ByPassword, Result: identity.SignedIn, Unknown: i == 2}, from)
			})
			c.Advance(time.Minute)
		}
		page, err := people.ListSignIns(ctx, d, mai, "", 3)
		if err != nil || len(page) != 3 || page[0].Address != from.Network || page[0].Device != from.Agent {
			t.Fatalf("%+v, %v", page, err)
		}
		if rest, _ := people.ListSignIns(ctx, d, mai, page[2].ID, 3); len(rest) != 2 {
			t.Errorf("the next page: %+v", rest)
		}
		if other, _ := people.ListSignIns(ctx, d, lan, "", 3); len(other) != 0 {
			t.Errorf("of somebody else: %+v", other)
		}
		unknown, err := people.NewDevices(ctx, d, mai)
		if err != nil || len(unknown) != 1 || unknown[0].ID != page[2].ID {
			t.Errorf("%+v, %v", unknown, err)
		}
		write(t, d, func(tx *db.Tx) error { return people.KnowDevices(ctx, tx, mai, unknown[0].ID) })
		if unknown, _ = people.NewDevices(ctx, d, mai); len(unknown) != 0 {
			t.Errorf("still: %+v", unknown)
		}
		c.Advance(identity.SignInsKept)
		write(t, d, func(tx *db.Tx) error { return people.Forget(ctx, tx) })
		if left, _ := people.ListSignIns(ctx, d, mai, "", 9); len(left) != 0 {
			t.Errorf("%d are kept for ever", len(left))
		}
	})
}
