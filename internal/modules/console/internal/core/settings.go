// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/errs"
)

// Outside is a system outside the program that this installation speaks to.
type Outside struct {
	ID        string // sms, smtp, smartca, card, tsa, bucket, clamd
	Address   string // empty: there is none
	Simulated bool
	Faults    string // page on which it is made to misbehave; only where it is simulated
}

// Settings is how this installation is set up.
type Settings struct {
	All     []config.Setting
	Outside []Outside
}

// ShowSettings returns the configuration in force, without secrets, and the
// systems outside.
func (s *Service) ShowSettings(_ context.Context, actor identity.Actor) (_ Settings, err error) {
	defer errs.Wrap(&err, "show the configuration")

	if _, err := access.Require(actor, console.PermOperate); err != nil {
		return Settings{}, err
	}
	return s.settings, nil
}
