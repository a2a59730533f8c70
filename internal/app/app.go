// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package app puts the program together: the one place that knows every module.
// Read it from top to bottom to see what depends on what.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/once"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/local"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/signing/revocation"
	"tinhso.vn/internal/kernel/signing/tsa"
	"tinhso.vn/internal/kernel/vault"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/blob/bucket"
	"tinhso.vn/internal/platform/clamd"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/preview"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/web"
)

// Program is everything that runs, put together.
type Program struct {
	Config    config.Config
	Version   string
	DB        *db.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Province  province.Settings
	People    *identity.Directory
	Keys      *crypt.Keys
	Files     *files.Store
	Registers *registers.Keeper
	Signer    *audit.Signer
	LogKey    *audit.Verifier // the public half of Signer
	Vault     *vault.Vault
	Refusals  *refusals.Log
	Site      *page.Site
	Parts     Parts

	blobs  blob.Store
	folder *blob.Folder
	bucket *bucket.Store  // nil: there is none
	wrap   crypt.Provider // nil while the keys still lie in clear

	auditWrap crypt.Provider // the same but for a move that was cut off

	trusted trusting
	areas   *geo.Atlas
	ending  chan struct{} // closed when the server stops: what stands open for long ends
	hasty   bool          // nothing waits for the disk: what is written can be made again
	probes  probes        // which systems outside answer

	openAPI    func() ([]byte, error) // the description of the API, once Handler has made it
	operations http.Handler           // serves the API
}

// reserve is how much space stays free for the database when files come in.
const reserve = 64 << 20

// Migrations returns the schema of the whole program.
func Migrations(mods []module.Module) []db.Migrations {
	all := []db.Migrations{
		province.Migrations(), orgs.Migrations(), geo.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(),
		jobs.Migrations(), events.Migrations(), sequence.Migrations(), law.Migrations(), files.Migrations(),
		workflow.Migrations(), notify.Migrations(), registers.Migrations(), vault.Migrations(), refusals.Migrations(), keystore.Migrations(),
		requests.Migrations(), once.Migrations(), search.Migrations(), connectors.Migrations(),
	}
	for _, m := range mods {
		if m.Migrations.Files != nil {
			all = append(all, m.Migrations)
		}
	}
	return all
}

// Open connects to the database, brings its schema up to date and puts the
// program together. The province must have been applied before (Apply).
func Open(ctx context.Context, c config.Config, version string, log *slog.Logger, demo []DemoAccount) (p *Program, err error) {
	return openAt(ctx, c, version, log, demo, nil)
}

// openAt is Open on a clock of its own; nil takes that of the province.
func openAt(ctx context.Context, c config.Config, version string, log *slog.Logger, demo []DemoAccount, own clock.Clock) (p *Program, err error) {
	return (&Program{Config: c, Version: version, Log: log}).open(ctx, demo, own)
}

// open does the work of openAt for a program that is not put together yet.
func (p *Program) open(ctx context.Context, demo []DemoAccount, own clock.Clock) (_ *Program, err error) {
	p.ending = make(chan struct{})
	opened := p // p is nil where an error is returned
	defer func() {
		if err != nil {
			_ = opened.Close() // the first error says more
		}
	}()
	if err := p.connect(ctx); err != nil {
		return nil, err
	}
	if _, err := db.Migrate(ctx, p.DB, Migrations(p.skeleton().All())...); err != nil {
		return nil, err
	}
	if err := vault.UseIndex(ctx, p.DB, p.Keys); err != nil {
		return nil, err
	}
	if p.Province, err = province.Get(ctx, p.DB); err != nil {
		return nil, err
	}
	if shift := p.Province.Shift(); own == nil && shift != 0 { // a province of the past: everything from here on is then
		own = clock.Offset(shift)
	}
	if own != nil {
		if err := p.DB.Close(); err != nil {
			return nil, err
		}
		p.Clock = own
		if p.DB, err = p.database(); err != nil {
			return nil, err
		}
	}
	assets, err := layout.NewAssets(web.Dist, assetsPath)
	if err != nil {
		return nil, err
	}
	if _, err := calendar.New(p.Province.Calendar); err != nil {
		return nil, fmt.Errorf("the calendar of the province: %w", err)
	}
	fonts, err := paperFonts()
	if err != nil {
		return nil, err
	}
	if p.trusted, err = p.trust(); err != nil {
		return nil, err
	}
	for _, m := range p.Config.Ministries {
		if _, err := ministrySecrets(m); err != nil {
			return nil, err
		}
	}
	if err := readSecrets(&p.Config.SignOn); err != nil {
		return nil, err
	}
	if _, err := p.configuredGateway(nil); err != nil {
		return nil, err
	}
	rules, err := identity.ListRules(ctx, p.DB)
	if err != nil {
		return nil, err
	}
	p.People.UseCost(rules.Cost())
	p.areas = geo.NewAtlas(p.DB)
	p.Vault, p.Refusals = vault.New(p.DB, p.Keys, p.sealed), refusals.New(p.DB, p.Keys)
	p.Parts = p.modules(fonts, demo)
	if err := errors.Join(p.Parts.Sign.Open(permissions(p.Parts.All())), p.Parts.Helps.Open(ctx)); err != nil {
		return nil, err
	}
	if err := errors.Join(p.Parts.Calendars.Refresh(ctx), p.trustDemo(ctx)); err != nil {
		return nil, err
	}
	p.Site, err = p.site(assets)
	return p, err
}

// connect opens keys, database and blob store.
func (p *Program) connect(ctx context.Context) (err error) {
	c := p.Config
	if err := c.PrepareData(); err != nil {
		return err
	}
	if p.Clock == nil {
		p.Clock = clock.System{}
	}
	if p.DB, err = p.database(); err != nil {
		return err
	}
	if err := p.DB.Ping(ctx); err != nil {
		return err
	}
	used, err := db.Used(ctx, p.DB)
	if err != nil {
		return err
	}
	if err := p.openKeys(!used); err != nil { // new keys beside old data would open none of it
		return err
	}
	if p.folder, p.bucket, err = stores(c, p.hasty); err != nil {
		return err
	}
	p.blobs = p.folder
	switch {
	case p.bucket != nil && c.Files.Store == "s3":
		p.blobs = blob.Either{First: p.bucket, Other: p.folder}
	case p.bucket != nil:
		p.blobs = blob.Either{First: p.folder, Other: p.bucket}
	}
	p.People = identity.NewDirectory(p.Keys)
	p.Files = files.New(p.blobs, p.Keys).With(intake(c))
	p.Registers = registers.NewKeeper(p.Keys)
	return nil
}

// database opens the database of the program on its clock.
func (p *Program) database() (*db.DB, error) {
	if p.hasty {
		return db.OpenUnsafe(p.Config.Database, p.Clock)
	}
	return db.Open(p.Config.Database, p.Clock)
}

// sealed returns every place of the database that holds sealed texts.
func (p *Program) sealed(ctx context.Context, q db.Querier) ([]crypt.Sealed, error) {
	all := slices.Concat(identity.Sealed(), files.Sealed(), notify.Sealed(), keystore.Sealed(), requests.Sealed(), once.Sealed(), connectors.Sealed())
	for _, m := range p.skeleton().All() {
		all = append(all, m.Sealed...)
	}
	books, err := p.Registers.Sealed(ctx, q)
	return append(all, books...), err
}

// stores opens the folder of files, and the bucket where there is one.
func stores(c config.Config, hasty bool) (*blob.Folder, *bucket.Store, error) {
	open := blob.Open
	if hasty {
		open = blob.OpenUnsafe
	}
	folder, err := open(filepath.Join(c.Data, "files"), reserve)
	if err != nil || !c.Files.Bucketed() {
		return folder, nil, err
	}
	f := c.Files
	b, err := bucket.New(bucket.Options{
		Endpoint: f.Endpoint, Bucket: f.Bucket, Region: f.Region, Prefix: f.Prefix, AccessKey: f.AccessKey, SecretKey: f.SecretKey, PathStyle: f.PathStyle,
	}, folder)
	return folder, b, err
}

// scannerPatience is how long the virus scanner may be silent. It reads a file
// of 20 MB in a second or two, and longer while it loads its signatures.
const scannerPatience = 30 * time.Second

// intake says what is done about files that come in.
func intake(c config.Config) files.Options {
	o := files.Options{Quota: files.Quota{AccountDay: int64(c.Quota.AccountDay) << 20, Subject: int64(c.Quota.Subject) << 20}}
	if c.Clamd != "" {
		o.Scanner = clamd.New(c.Clamd, scannerPatience)
	}
	if self, err := os.Executable(); err == nil && c.Files.Previews {
		o.Previewer = preview.Runner{Command: []string{self, previewName}}
	}
	return o
}

// Close ends all connections.
func (p *Program) Close() error {
	var err error
	if p.DB != nil {
		err = p.DB.Close()
	}
	if p.blobs != nil {
		err = errors.Join(err, p.blobs.Close())
	}
	return err
}

// site gathers what all pages share.
func (p *Program) site(assets *layout.Assets) (*page.Site, error) {
	sources, err := locales(p.Parts.All())
	if err != nil {
		return nil, err
	}
	catalogue, err := i18n.Load(sources...)
	if err != nil {
		return nil, err
	}
	s := &page.Site{
		Search:   "/tim",
		Province: p.Province.Name, Banner: p.Province.Banner, Demo: p.Province.Demo, Secure: p.Config.Secure(), Assets: assets, Catalogue: catalogue,
		Unit: unitNames(p.DB), Notices: p.Parts.Helps.Notices, Links: everywhere, Acting: p.actingFor, Ways: actingWays(), Bell: page.Bell{Path: notify.InboxPath, Count: p.Parts.Bell.Count},
	}
	for _, m := range p.Parts.All() {
		s.Menu = append(s.Menu, m.Menu...)
	}
	page.SortMenu(s.Menu)
	return s, nil
}

// locales returns the messages of the kernel and of every module.
func locales(mods []module.Module) (sources []fs.FS, err error) {
	for _, of := range []func() (fs.FS, error){page.Locales, files.Locales, notify.Locales, workflow.Locales, law.Locales, geo.Locales, decisions.Locales, registers.Locales, keystore.Locales, requests.Locales, tsa.Locales, revocation.Locales, local.Locales, connectors.Locales, kernelForms} {
		source, err := of()
		if err != nil {
			return nil, err
		}
		sources = append(sources, source)
	}
	for _, m := range mods {
		if m.Locales != nil {
			sources = append(sources, m.Locales)
		}
	}
	return sources, nil
}

// nameTTL is how long the name of a unit is remembered: they change once in years.
const nameTTL = time.Minute
