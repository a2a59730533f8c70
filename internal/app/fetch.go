// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/fetch"
)

// fetchTimeout is how long a list of revoked certificates may take.
const fetchTimeout = 30 * time.Second

// newFetch returns what reads lists of revoked certificates from outside; nil
// where nothing may be fetched. Addresses inside the house are refused whatever
// name leads to them, but for the networks that the operator has named.
func newFetch(c config.Lists) func(ctx context.Context, address string, most int64) ([]byte, error) {
	if !c.Fetch {
		return nil
	}
	private, _ := c.Networks() // Config.Check has read them
	return func(ctx context.Context, address string, most int64) ([]byte, error) {
		return fetch.New(fetch.Options{Timeout: fetchTimeout, Limit: most, Inside: private}).Ask(ctx, fetch.Question{URL: address})
	}
}
