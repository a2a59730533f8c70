// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/signing/devkeys"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/accounts/accountsmod"
	"tinhso.vn/internal/modules/console/consolemod"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/modules/proofs/proofsmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/web"
)

// Parts is every module, by name, and what some of them offer to the program.
type Parts struct {
	Procedures module.Module
	Catalogue  proceduresmod.Catalogue
	Dossiers   module.Module
	Accounts   module.Module
	Proofs     module.Module
	Console    module.Module
	kernel     module.Module // jobs of kernel packages
	flows      *workflow.Engine
}

// All returns the modules in the order in which they start.
func (p Parts) All() []module.Module {
	return []module.Module{p.kernel, p.Procedures, p.Dossiers, p.Accounts, p.Proofs, p.Console}
}

// modules builds every module. What one needs of another passes through here.
func (p *Program) modules(cal *calendar.Calendar, fonts pdf.Fonts, demo []DemoAccount) (parts Parts) {
	notifier := notify.New(p.DB, p.Keys, newGateway(p.Config.SMS))
	parts.flows = &workflow.Engine{Calendar: func(string) *calendar.Calendar { return cal }, Handlers: map[string]workflow.Handler{}}
	parts.kernel = module.Module{Name: "kernel", Jobs: map[jobs.Kind]jobs.Handler{notify.JobSend: notifier.Send}}
	maps.Copy(parts.kernel.Jobs, parts.flows.Jobs(p.DB))

	var work dossiersmod.Offers // the home page counts what is built below
	parts.Procedures, parts.Catalogue = proceduresmod.New(proceduresmod.Deps{
		DB: p.DB, Doors: proceduresmod.Doors{File: "/nop-ho-so/", Track: "/tra-cuu", Mine: "/ho-so"},
		Figures: func(ctx context.Context) (proceduresmod.Figures, error) { return work.Figures(ctx) },
	})

	signers := devkeys.New(filepath.Join(p.Config.Keys, "signing"), p.DB, p.People)
	dossiers := dossiersmod.Deps{Catalogue: parts.Catalogue, Work: dossiersmod.Work{
		DB: p.DB, Keys: p.Keys, Directory: p.People, Procedures: parts.Catalogue, Files: p.Files,
		Calendar: func(string) *calendar.Calendar { return cal },
		Signers:  signers,
		Posts:    posts{p.DB}, Fonts: fonts, Messages: notifier, Address: p.Config.PublicURL,
	}}
	if p.Province.Demo {
		dossiers.Mark = papers.Simulated
	}
	parts.Dossiers, work = dossiersmod.New(dossiers)

	accounts := accountsmod.Deps{DB: p.DB, People: p.People, Secure: p.Config.Secure()}
	for _, a := range demo {
		accounts.Demo = append(accounts.Demo, accountsmod.Demo(a))
	}
	parts.Accounts = accountsmod.New(accounts)

	// The authority of development is the only one there is, and so the only root.
	parts.Proofs = proofsmod.New(proofsmod.Deps{DB: p.DB, Keys: p.Keys, Log: p.LogKey, Roots: signers.Roots, Simulated: true})

	parts.Console = consolemod.New(consolemod.Deps{
		DB: p.DB, People: p.People, Keeper: p.Registers, Version: p.Version, Free: p.blobs.Free,
		Events: auditEvents(parts.kernel, parts.Procedures, parts.Dossiers, parts.Accounts),
	})
	for _, m := range parts.All() {
		maps.Copy(parts.flows.Handlers, m.Tasks)
	}
	return parts
}

// permissions returns all that actors can be allowed to do: what kernel packages
// declare, and every module.
func permissions(mods []module.Module) []identity.Permission {
	known := []identity.Permission{registers.PermView, registers.PermEdit}
	for _, m := range mods {
		known = append(known, m.Permissions...)
	}
	return known
}

// auditEvents returns what kernel packages and modules write in the audit log.
func auditEvents(mods ...module.Module) []audit.Event {
	known := []audit.Event{
		registers.AuditApplied, registers.AuditCreated, registers.AuditChanged, registers.AuditHidden,
		registers.AuditRead, registers.AuditListed,
	}
	for _, m := range mods {
		known = append(known, m.AuditEvents...)
	}
	return known
}

// skeleton is the modules without anything to work on: enough to list what they bring.
func (p *Program) skeleton() Parts { return (&Program{}).modules(nil, pdf.Fonts{}, nil) }

// posts says what stands above the name of who signs: the line of who signs for
// somebody else, then the title.
type posts struct{ db *db.DB }

// Post implements dossiersmod's Posts.
func (p posts) Post(ctx context.Context, q db.Querier, account string) (string, error) {
	held, err := access.ListPosts(ctx, q, account, p.db.Now())
	if err != nil || len(held) == 0 {
		return "", err
	}
	return strings.TrimSpace(held[0].SignsAs + "\n" + held[0].Title.VI), nil
}

// paperFonts reads the serif of official papers from what make web has built.
func paperFonts() (f pdf.Fonts, err error) {
	for name, to := range map[string]*[]byte{"Regular": &f.Regular, "Bold": &f.Bold, "Italic": &f.Italic, "BoldItalic": &f.BoldItalic} {
		if *to, err = fs.ReadFile(web.Dist, "dist/pdf/Tinos-"+name+".ttf"); err != nil {
			return f, fmt.Errorf("the fonts of papers are missing: run make web: %w", err)
		}
	}
	return f, nil
}
