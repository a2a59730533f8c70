// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"

	"tinhso.vn/internal/modules/dossiers"
)

// stands is where the four machines of a dossier stand.
type stands struct {
	status                  dossiers.Status
	finance, delivery, sync dossiers.Progress
}

// check refuses what no way leads to: that would be a mistake of ours.
func (was stands) check(now Dossier) error {
	if now.Status != was.status && !was.status.MayBecome(now.Status) {
		return fmt.Errorf("no way leads from status %d to %d", was.status, now.Status)
	}
	for _, m := range []struct {
		machine  dossiers.Machine
		from, to dossiers.Progress
	}{{dossiers.Finance, was.finance, now.Finance}, {dossiers.Delivery, was.delivery, now.Delivery}, {dossiers.Sync, was.sync, now.Sync}} {
		if m.from != m.to && !m.machine.MayMove(m.from, m.to) {
			return fmt.Errorf("no way leads from %q to %q of %s", m.from, m.to, m.machine)
		}
	}
	return nil
}
