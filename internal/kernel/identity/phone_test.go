// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"errors"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestWhoMayUseThePhone(t *testing.T) {
	t.Parallel()
	rules := identity.Rules{
		{Phone: identity.PhoneAlone}, {Roles: []string{"clerk"}, Phone: identity.PhoneProof}, {Roles: []string{"auditor"}, Phone: identity.PhoneRefused}, {Roles: []string{"clerk"}},
	}
	for _, tt := range []struct {
		rules identity.Rules
		roles []string
		want  identity.PhoneRule
	}{
		{rules, []string{"citizen"}, identity.PhoneAlone},
		{rules, []string{"clerk"}, identity.PhoneProof},
		{rules, []string{"clerk", "auditor"}, identity.PhoneRefused},
		{nil, nil, identity.PhoneRefused},
		{rules[1:], []string{"citizen"}, identity.PhoneRefused},
	} {
		if got := tt.rules.For(tt.roles...).Phone; got != tt.want {
			t.Errorf("%v: %s, want %s", tt.roles, got, tt.want)
		}
	}
	for _, tt := range []struct {
		a, b string
		same bool
	}{{"0900000001", "+84 900 000 001", true}, {"0900000001", "0900.000.001", true}, {"0900000001", "0900000002", false}, {"", "", false}} {
		if identity.SamePhone(tt.a, tt.b) != tt.same {
			t.Errorf("%q and %q", tt.a, tt.b)
		}
	}
}

func TestACodeByPhone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		mai := account(t, d, people, "mai")
		begin := func(account string) (token, code string) {
			write(t, d, func(tx *db.Tx) (err error) { token, code, err = people.BeginPhone(ctx, tx, account); return err })
			return token, code
		}
		check := func(token, code string) (whose string, ok bool, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error {
				now, right, err := people.CheckPhone(ctx, tx, token, code)
				whose, ok = now, right
				return err
			})
			return whose, ok, err
		}
		token, code := begin(mai.ID)
		if _, ok, err := check(token, "x"+code); ok || err != nil {
			t.Errorf("a wrong code: %v %v", ok, err)
		}
		if whose, ok, err := check(token, code[:3]+" "+code[3:]); !ok || err != nil || whose != mai.ID {
			t.Errorf("the code: %v %v", ok, err)
		}
		for range identity.StepTries {
			_, _, _ = check(token, "000")
		}
		if _, ok, err := check(token, code); ok || !errors.Is(err, identity.ErrStepGone) {
			t.Errorf("after too many wrong ones: %v %v", ok, err)
		}
		if token, code := begin(""); code != "" {
			if _, ok, err := check(token, code); ok || err != nil {
				t.Errorf("a code of nobody: %v %v", ok, err)
			}
		}
		token, code = begin(mai.ID)
		c.Advance(identity.StepLength + time.Second)
		if _, ok, err := check(token, code); ok || !errors.Is(err, identity.ErrStepGone) {
			t.Errorf("too late: %v %v", ok, err)
		}
		sent := 0
		for range 10 {
			write(t, d, func(tx *db.Tx) error {
				ok, err := people.MayCode(ctx, tx, mai.ID)
				if ok {
					sent++
				}
				return err
			})
		}
		if sent != identity.PhoneCodes {
			t.Errorf("%d codes in an hour", sent)
		}
	})
}
