// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"tinhso.vn/internal/modules/quality/qualitymod"
	"tinhso.vn/internal/modules/systems/systemsmod"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// followers tells the catalogue of databases which systems follow registers.
func (p *Program) followers(gate systemsmod.Gate) func(context.Context, string) ([]qualitymod.Follower, error) {
	return func(ctx context.Context, month string) (all []qualitymod.Follower, err error) {
		first, err := time.ParseInLocation("2006-01", month, clock.Vietnam())
		if err != nil {
			return nil, err
		}
		found, err := gate.Following(ctx, db.At(first))
		for _, f := range found {
			all = append(all, qualitymod.Follower{Register: f.Register, System: f.System, Sent: f.Sent})
		}
		return all, err
	}
}
