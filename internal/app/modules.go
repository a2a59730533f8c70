// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/accounts/accountsmod"
)

// Parts is every module, by name, and what some of them offer to the program.
type Parts struct {
	Accounts module.Module
}

// All returns the modules in the order in which they start.
func (p Parts) All() []module.Module { return []module.Module{p.Accounts} }

// modules builds every module. What one needs of another passes through here.
func (p *Program) modules(_ *calendar.Calendar, demo []DemoAccount) (parts Parts, err error) {
	accounts := accountsmod.Deps{DB: p.DB, People: p.People, Secure: p.Config.Secure()}
	for _, a := range demo {
		accounts.Demo = append(accounts.Demo, accountsmod.Demo(a))
	}
	parts.Accounts = accountsmod.New(accounts)
	return parts, nil
}

// skeleton is the modules without anything to work on: enough to list what they bring.
func (p *Program) skeleton() Parts {
	parts, _ := (&Program{}).modules(nil, nil)
	return parts
}
