// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"regexp"
)

// Local is the signing program on officials' own computers, which has their card
// in it. Only their browsers speak to it.
type Local struct {
	Enabled bool   `yaml:"enabled"`
	Address string `yaml:"address"` // where it listens there: ws://127.0.0.1:8987

	Roots string `yaml:"-"` // of a demonstration: PEM file of the authority of its simulated cards
}

// Use is the address where cards are used; empty where they are not.
func (l Local) Use() string {
	if !l.Enabled {
		return ""
	}
	return l.Address
}

// check refuses what is not this computer: the address stands in the security
// policy of a page.
func (l Local) check() error {
	if l.Enabled && !regexp.MustCompile(`^wss?://(127\.0\.0\.1|localhost):[0-9]{1,5}(/[A-Za-z0-9/._-]*)?$`).MatchString(l.Address) {
		return errors.New("configuration: signing.local.address is not ws://127.0.0.1:PORT or wss://127.0.0.1:PORT")
	}
	return nil
}
