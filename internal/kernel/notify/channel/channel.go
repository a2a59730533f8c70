// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package channel speaks to the gateways that carry notices outside: short
// messages, Zalo ZNS, mail and the push services of browsers. It keeps nothing
// and decides nothing about who is told.
package channel

import (
	"time"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/fetch"
)

// patience is how long a gateway may take: it is shorter than the lease of a job.
const patience = 15 * time.Second

// asker asks addresses that the operator has written down.
func asker() *fetch.Client {
	return fetch.New(fetch.Options{Timeout: patience, Limit: 64 << 10, Configured: true})
}

func refuse(why notify.Reason, err error) error { return &notify.RefusedError{Reason: why, Err: err} }
