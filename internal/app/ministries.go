// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"cmp"
	"fmt"
	"os"

	"tinhso.vn/internal/kernel/axis"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/mirrors/mirrorsmod"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/ministry"
)

// ministries are the agencies in whose systems some dossiers are worked on.
func (p *Program) ministries() (all []mirrorsmod.Ministry) {
	line := axis.New(axis.Settings(p.Config.Axis))
	for _, m := range p.Config.Ministries {
		secrets, _ := ministrySecrets(m) // Open has refused one that cannot be read
		all = append(all, mirrorsmod.Ministry{
			Code: m.Code, ID: m.ID, Name: i18n.Text{VI: m.Name, EN: cmp.Or(m.NameEN, m.Name)}, Civil: m.Statuses == config.CivilStatusStatuses, Secrets: secrets,
			Address: line.Address(m.ID), Call: line.Call(m.ID),
		})
	}
	return all
}

// ministrySecrets reads the secrets with which a ministry signs its calls.
func ministrySecrets(m config.Ministry) (all [][]byte, err error) {
	if m.Secret != "" {
		all = append(all, []byte(m.Secret))
	}
	for _, file := range m.SecretFiles {
		raw, err := os.ReadFile(file) //nolint:gosec // the operator names it
		if err != nil {
			return nil, fmt.Errorf("read the secret of %s: %w", m.ID, err)
		}
		raw = bytes.TrimSpace(raw)
		if len(raw) < config.MinSecret {
			return nil, fmt.Errorf("the secret of %s in %s is shorter than %d bytes", m.ID, file, config.MinSecret)
		}
		all = append(all, raw)
	}
	return all, nil
}

// demoMinistries are the systems that are played in a demonstration: civil status, and
// registration of business households.
func demoMinistries() (all []config.Ministry) {
	for _, s := range ministry.Systems() {
		m := config.Ministry{Code: s.Code, ID: s.ID, Name: s.Name, NameEN: s.NameEN, Secret: s.Secret}
		if s.Civil {
			m.Statuses = config.CivilStatusStatuses
		}
		all = append(all, m)
	}
	return all
}
