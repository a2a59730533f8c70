// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/x509"
	"errors"
	"sync"
	"time"

	"tinhso.vn/internal/modules/systems/systemsmod"
	"tinhso.vn/internal/platform/fetch"
)

const (
	hookTimeout = 15 * time.Second
	hookAnswer  = 64 << 10 // bytes that are read of an answer, which nobody looks at
	hookSenders = 2        // messages on their way at once
)

// hookSender returns what sends changes of registers to systems. Addresses inside the
// house are refused whatever name leads to them, but for the networks that the
// operator has named.
func (p *Program) hookSender() func(ctx context.Context, address string, body []byte, header map[string]string) (int, error) {
	if p.DB == nil {
		return nil // only the list of what there is
	}
	inside, _ := p.Config.Webhooks.Networks() // Config.Check has read them
	client := sync.OnceValues(func() (*fetch.Client, error) {
		o := fetch.Options{Timeout: hookTimeout, Limit: hookAnswer, Inside: inside}
		if p.Config.Webhooks.Roots == "" {
			return fetch.New(o), nil
		}
		more, err := certificatesIn(p.Config.Webhooks.Roots)
		if err != nil {
			return nil, err
		}
		if o.Roots, err = x509.SystemCertPool(); err != nil {
			return nil, err
		}
		for _, one := range more {
			o.Roots.AddCert(one)
		}
		return fetch.New(o), nil
	})
	return func(ctx context.Context, address string, body []byte, header map[string]string) (int, error) {
		sends, err := client()
		if err != nil {
			return 0, err
		}
		a, err := sends.Call(ctx, fetch.Question{URL: address, Body: body, Type: "application/json", Header: header})
		if errors.Is(err, fetch.ErrAddress) {
			return 0, systemsmod.ErrForbiddenAddress
		}
		if errors.Is(err, fetch.ErrTooLarge) {
			err = nil // it was taken, and has much to say
		}
		return a.Status, err
	}
}
