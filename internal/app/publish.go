// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"

	"tinhso.vn/internal/kernel/audit"
)

// publisher takes the newest checkpoint of the audit log to each place of the
// configuration, and again where it did not arrive. Every server does so for
// its own places: a checkpoint that comes twice is kept once.
func (p *Program) publisher() func(context.Context) (bool, error) {
	places, seen := map[string]audit.Publisher{}, map[string]int64{}
	for _, path := range p.Config.Checkpoints {
		places[path] = audit.FilePublisher{Path: path}
	}
	return func(ctx context.Context) (bool, error) {
		if len(places) == 0 {
			return false, nil
		}
		newest, err := audit.ListCheckpoints(ctx, p.DB, 0, 1)
		if err != nil || len(newest) == 0 {
			return false, err
		}
		for path, place := range places {
			if seen[path] == newest[0].Size {
				continue
			}
			if e := place.Publish(ctx, newest[0]); e != nil {
				err = errors.Join(err, fmt.Errorf("checkpoints at %s: %w", path, e))
				continue
			}
			seen[path] = newest[0].Size
		}
		return false, err
	}
}
