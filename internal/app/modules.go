// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/x509"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/notify/channel"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/devkeys"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/accounts/accountsmod"
	"tinhso.vn/internal/modules/apidocs/apidocsmod"
	"tinhso.vn/internal/modules/appointments/appointmentsmod"
	"tinhso.vn/internal/modules/areas/areasmod"
	"tinhso.vn/internal/modules/authoring/authoringmod"
	"tinhso.vn/internal/modules/books/booksmod"
	"tinhso.vn/internal/modules/certificates/certificatesmod"
	"tinhso.vn/internal/modules/connections/connectionsmod"
	"tinhso.vn/internal/modules/console/consolemod"
	"tinhso.vn/internal/modules/digitising/digitisingmod"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/finder/findermod"
	"tinhso.vn/internal/modules/holdings/holdingsmod"
	"tinhso.vn/internal/modules/lawbook/lawbookmod"
	"tinhso.vn/internal/modules/lifeevents/lifeeventsmod"
	"tinhso.vn/internal/modules/lookups/lookupsmod"
	"tinhso.vn/internal/modules/mirrors/mirrorsmod"
	"tinhso.vn/internal/modules/moving/movingmod"
	"tinhso.vn/internal/modules/nationalportal/nationalportalmod"
	"tinhso.vn/internal/modules/notices/noticesmod"
	"tinhso.vn/internal/modules/oversight/oversightmod"
	"tinhso.vn/internal/modules/payments/paymentsmod"
	"tinhso.vn/internal/modules/personnel/personnelmod"
	"tinhso.vn/internal/modules/persons/personsmod"
	"tinhso.vn/internal/modules/portal/portalmod"
	"tinhso.vn/internal/modules/post/postmod"
	"tinhso.vn/internal/modules/privacy/privacymod"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/modules/processes/processesmod"
	"tinhso.vn/internal/modules/proofs/proofsmod"
	"tinhso.vn/internal/modules/quality/qualitymod"
	"tinhso.vn/internal/modules/retention/retentionmod"
	"tinhso.vn/internal/modules/satisfaction/satisfactionmod"
	"tinhso.vn/internal/modules/scores/scoresmod"
	"tinhso.vn/internal/modules/security/securitymod"
	"tinhso.vn/internal/modules/signon/signonmod"
	"tinhso.vn/internal/modules/statistics/statisticsmod"
	"tinhso.vn/internal/modules/support/supportmod"
	"tinhso.vn/internal/modules/systems/systemsmod"
	"tinhso.vn/internal/modules/worktime/worktimemod"
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
	Trust      proofsmod.Offers
	Lawbook    module.Module
	Worktime   module.Module
	Calendars  worktimemod.Calendars
	Console    module.Module
	Books      module.Module
	Quality    module.Module
	Measurer   qualitymod.Measurer
	Statistics module.Module
	Figures    statisticsmod.Offers // counts dossiers
	scores     module.Module
	Criteria   scoresmod.Sets // by which units are scored
	Security   module.Module
	Oversight  module.Module
	Watcher    oversightmod.Watcher // evaluates what was read
	Retention  module.Module
	Rules      retentionmod.Rules // how long things are kept
	Privacy    module.Module
	Rights     privacymod.Offers // consents, restrictions, archives of people
	kernel     module.Module     // jobs of kernel packages
	flows      *workflow.Engine
	Requests   *requests.Service

	Certificates module.Module
	Authoring    module.Module
	SignOn       module.Module
	Sign         signonmod.Offers
	Processes    module.Module
	Personnel    module.Module
	Staff        personnelmod.Offers // looks at posts that have ended, reviews, units
	Areas        module.Module
	Persons      module.Module
	holdings     module.Module
	digitising   module.Module
	lookups      module.Module
	Lookups      lookupsmod.Offers // databases of other agencies that officials may ask
	linked       module.Module
	Linked       lifeeventsmod.Offers // declarations that several agencies deal with
	payments     module.Module
	post         module.Module
	Sent         postmod.Offers     // what people get by post
	Paid         paymentsmod.Offers // what people had to pay
	Vault        holdingsmod.Offers // papers of people
	Acting       personsmod.Offers  // who acts for whom
	systems      module.Module
	Systems      systemsmod.Gate // lets programs of other agencies in
	docs         module.Module
	Index        *search.Index // what modules let people find
	finder       module.Module
	Finder       findermod.Offers // forgets old questions
	support      module.Module
	Helps        supportmod.Offers // announcements, maintenance, what works

	connections module.Module
	national    module.Module // the National Public Service Portal
	mirrors     module.Module // dossiers in systems of ministries
	moving      module.Module
	Moves       movingmod.Commands // what an older system leaves
	Hub         *connectors.Hub    // of partners outside

	appointments module.Module
	Visits       appointmentsmod.Offers // appointments and halls
	satisfaction module.Module

	portal  module.Module
	Notices module.Module
	notify  *notify.Notifier
	day     func(ctx context.Context, after string) (next string, err error) // tells officials of their day
	Bell    noticesmod.Offers                                                // counts what somebody has not read
}

// All returns the modules in the order in which they start.
func (p Parts) All() []module.Module {
	return []module.Module{
		p.kernel, p.Procedures, p.Dossiers, p.Accounts, p.Proofs, p.Lawbook, p.Worktime, p.Console, p.Books, p.Quality, p.Security, p.Oversight, p.Certificates,
		p.Retention, p.systems, p.docs, p.support, p.SignOn, p.Processes, p.Personnel, p.Authoring, p.Privacy, p.Persons, p.finder, p.Notices, p.Areas, p.portal, p.holdings, p.Statistics, p.scores, p.digitising, p.payments, p.post, p.connections, p.national, p.mirrors, p.linked, p.lookups, p.appointments, p.satisfaction, p.moving,
	}
}

// modules builds every module. What one needs of another passes through here.
func (p *Program) modules(fonts pdf.Fonts, demo []DemoAccount) (parts Parts) {
	notifier := p.newNotifier(func() notify.Works { return parts.Calendars.For("") })
	parts.notify = notifier
	parts.flows = &workflow.Engine{Handlers: map[string]workflow.Handler{}}
	provider := p.newSmartCA()
	parts.Requests = p.newRequests(provider)
	parts.kernel = module.Module{
		Name: "kernel", Notices: notify.Kinds(), Jobs: map[jobs.Kind]jobs.Handler{requests.JobAsk: parts.Requests.Ask}, Routes: append(p.notices(parts.Requests), slices.Concat(p.cardDoors(parts.Requests), p.reportDoors(notifier))...),
	}
	maps.Copy(parts.kernel.Jobs, parts.flows.Jobs(p.DB))
	maps.Copy(parts.kernel.Jobs, notifier.Jobs())

	var work dossiersmod.Offers // the home page counts what is built below
	press := proceduresmod.Press{Fonts: fonts}
	if p.Province.Demo {
		press.Mark = papers.Simulated
	}
	parts.Index = p.newIndex()
	parts.Procedures, parts.Catalogue = proceduresmod.New(proceduresmod.Deps{
		DB: p.DB, Finds: findProcedures(parts.Index), Doors: proceduresmod.Doors{File: "/nop-ho-so/", Track: "/tra-cuu", Mine: "/ho-so", Law: "/van-ban-phap-luat/", Map: "/ban-do?gan=", Help: "/tro-giup/nop-ho-so", Book: "/dat-lich", National: "https://dichvucong.gov.vn/"},
		Calendar:  func(unit string) *calendar.Calendar { return parts.Calendars.For(unit) },
		Press:     press,
		Figures:   func(ctx context.Context) (proceduresmod.Figures, error) { return work.Figures(ctx) },
		Approvals: p.approvals,
	})

	parts.Worktime, parts.Calendars = worktimemod.New(worktimemod.Deps{
		DB: p.DB, People: names{p.DB, p.People}, Base: p.Province.Calendar, Units: p.Province.Units,
	})
	parts.flows.Calendar = parts.Calendars.For
	service := p.devKeys()
	parts.Proofs, parts.Trust = proofsmod.New(proofsmod.Deps{
		DB: p.DB, Keys: p.Keys, Log: p.LogKey, Fetch: newFetch(p.Config.Lists), Version: "tinhso " + p.Version, Demo: p.Province.Demo, Fonts: fonts,
		Address: p.Config.PublicURL,
		Signer: func(ctx context.Context) (signing.Signer, error) {
			return service.ServiceSigner(ctx, "verification", "Trang kiểm tra văn bản ký số - "+p.Province.Name.VI)
		},
		Name: func(ctx context.Context, account string) string {
			a, _ := p.People.GetAccount(ctx, p.DB, account) // a part of the program has none
			return a.Name
		},
		Issued: func(ctx context.Context, sha string) (string, time.Time, string, bool, error) {
			return work.IssuedFile(ctx, sha)
		},
		Revoked: func(ctx context.Context, sha string) (time.Time, string, bool, error) {
			return work.IsRevoked(ctx, sha)
		},
	})
	parts.Persons, parts.Acting = personsmod.New(p.persons(parts.Catalogue, func() dossiersmod.Offers { return work }, func() signonmod.Offers { return parts.Sign }, func() privacymod.Offers { return parts.Rights }, func() holdingsmod.Offers { return parts.Vault }, func() paymentsmod.Offers { return parts.Paid }, func() postmod.Offers { return parts.Sent }))
	parts.holdings, parts.Vault = holdingsmod.New(holdingsmod.Deps{
		DB: p.DB, Keys: p.Keys, People: p.People, Files: p.Files, Sheaf: sheaf{func() dossiersmod.Offers { return work }}, Codes: sheaf{func() dossiersmod.Offers { return work }},
		Stands: parts.Acting, Signatures: parts.Trust.Check, Name: names{p.DB, p.People}.Name, Address: p.Config.PublicURL,
		Agreed: func(ctx context.Context, q db.Querier, person string) (bool, error) {
			return vaultShown(ctx, q, parts.Rights, person)
		},
	})
	parts.digitising = digitisingmod.New(digitisingmod.Deps{
		DB: p.DB, Keys: p.Keys, Files: p.Files, Vault: parts.Vault, Scanner: scanner(), Reader: reader(), Seal: p.sealOf, Signatures: parts.Trust.Check, Stamp: p.trusted.stamp,
		Name: names{p.DB, p.People}.Name, Fonts: fonts, Mark: press.Mark,
	}, int64(p.Config.Files.Largest)<<20)
	if p.Registers != nil { // a skeleton has none
		p.Registers.Represented(parts.Acting)
	}
	var national nationalportalmod.Follower // told of dossiers that are built below
	dossiers := dossiersmod.Deps{Catalogue: parts.Catalogue, Died: personsmod.EventDiedV1, Panels: func() []dossiersmod.Panel { return []dossiersmod.Panel{parts.Linked.Panel, parts.Lookups.Panel} }, Work: dossiersmod.Work{
		DB: p.DB, Keys: p.Keys, Directory: p.People, Procedures: parts.Catalogue, Files: p.Files,
		Calendar: parts.Calendars.For, Flow: parts.flows,
		Signers: p.trusted.signers, Signatures: parts.Trust.Check, Stamp: p.trusted.stamp, Evidence: p.trusted.evidence,
		Register: registered{p.DB, p.trusted.register, newRemoteKeys(p.DB, p.People, provider, p.Config.Signing.SmartCA)}, Requests: parts.Requests, Card: p.Config.Signing.Local.Use(),
		Vault: parts.Vault, Posts: posts{p.DB}, OnDuty: parts.onDuty, Stands: parts.Acting, Claims: parts.Acting, Fonts: fonts, Messages: notifier, Address: p.Config.PublicURL,
		MaxFile: int64(p.Config.Files.Largest) << 20, Changed: dossierFollowed(func() []follower { return []follower{national, parts.Linked} }), Moved: dossiersMoved, Areas: p.areas,
		KeptUntil: func(ctx context.Context, saved db.Time) (db.Time, bool, error) {
			return parts.Rules.DraftUntil(ctx, saved)
		},
		MayTell: func(ctx context.Context, q db.Querier, person string) (bool, error) {
			return parts.Rights.Given(ctx, q, person, purposeProgress)
		},
		Restricted: func(ctx context.Context, q db.Querier, person string) (db.Time, error) {
			return parts.Rights.Restricted(ctx, q, person)
		},
		Died: parts.Acting.Died, Deaths: deathsOf(parts.Acting),
	}}
	if p.Province.Demo {
		dossiers.Mark = papers.Simulated
	}
	parts.Dossiers, work = dossiersmod.New(dossiers)
	parts.day = work.TellDay
	parts.Hub = connectors.New(p.DB, p.Keys)
	parts.payments, parts.Paid = paymentsmod.New(p.payments(fonts, press.Mark, work, &parts))
	parts.appointments, parts.Visits = appointmentsmod.New(appointmentsmod.Deps{
		DB: p.DB, Keys: p.Keys, Procedures: parts.Catalogue, Fields: parts.Catalogue.Fields, Calendar: func(unit string) *calendar.Calendar { return parts.Calendars.For(unit) },
		Messages: notifier, Address: p.Config.PublicURL, Ending: p.ending,
	})
	var said satisfactionmod.Offers
	parts.satisfaction, said = satisfactionmod.New(satisfactionmod.Deps{DB: p.DB, Keys: p.Keys, Dossiers: work, Procedures: parts.Catalogue, Messages: notifier, Address: p.Config.PublicURL, Fewest: p.Config.Satisfaction.PublishFewest})
	parts.national, national = nationalportalmod.New(nationalportalmod.Deps{
		DB: p.DB, Hub: parts.Hub, Settings: nationalportalmod.Settings(p.Config.NationalPortal), Out: work, In: work, Cases: work, Issued: work, Money: parts.Paid, Papers: parts.Vault, Procedures: parts.Catalogue, Address: p.Config.PublicURL,
		SignIn: p.portalSignIn(),
	})
	parts.mirrors = mirrorsmod.New(mirrorsmod.Deps{
		DB: p.DB, Hub: parts.Hub, Dossiers: work, Procedures: parts.Catalogue, Ministries: p.ministries(), Name: names{p.DB, p.People}.Name,
	})
	parts.post, parts.Sent = postmod.New(postmod.Deps{
		DB: p.DB, Keys: p.Keys, Hub: parts.Hub, Settings: postmod.Settings{URL: p.Config.Post.URL, Token: p.Config.Post.Token, Postage: p.Config.Post.Postage, Source: p.Config.Post.PostageSource}, Dossiers: work, Stands: parts.Acting, Name: names{p.DB, p.People}.Name, Fonts: fonts, Mark: press.Mark,
	})
	parts.linked, parts.Linked = lifeeventsmod.New(lifeeventsmod.Deps{
		DB: p.DB, Keys: p.Keys, Hub: parts.Hub, Dossiers: work, Stands: parts.Acting, Calendar: parts.Calendars.For, Name: names{p.DB, p.People}.Name,
	})
	p.declareAgencies(parts.Hub, parts.Linked)
	parts.lookups, parts.Lookups = lookupsmod.New(lookupsmod.Deps{DB: p.DB, Keys: p.Keys, Hub: parts.Hub, Dossiers: work, Name: names{p.DB, p.People}.Name, PerHour: lookupsPerHour})
	parts.connections = connectionsmod.New(connectionsmod.Deps{DB: p.DB, Hub: parts.Hub, Dossiers: work, Name: names{p.DB, p.People}.Name, Notices: notifier})
	parts.Statistics, parts.Figures = statisticsmod.New(statisticsmod.Deps{DB: p.DB, Counter: work, Province: p.Province.Name, Fonts: fonts, Mark: press.Mark})
	parts.flows.Moved = map[string]func(context.Context, *db.Tx, workflow.Moved) error{"dossier": work.CaseMoved}

	accounts := accountsmod.Deps{
		DB: p.DB, People: p.People, Log: p.Refusals, Secure: p.Config.Secure(), Name: p.Province.Name.VI, Address: p.Config.PublicURL, Messages: notifier,
		Lenient: p.Province.Demo,
	}
	for _, a := range demo {
		accounts.Demo = append(accounts.Demo, accountsmod.Demo(a))
	}
	parts.SignOn, parts.Sign = signonmod.New(p.signOn())
	accounts.Outside, accounts.Elsewhere = outsideOf(parts.Sign), parts.Sign.LeaveThere
	parts.Accounts = accountsmod.New(accounts)

	parts.Security = securitymod.New(securitymod.Deps{DB: p.DB, People: p.People, Keys: p.Keys, Vault: p.Vault, Log: p.Refusals})

	parts.Oversight, parts.Watcher = oversightmod.New(oversightmod.Deps{
		DB: p.DB, People: p.People, Dossiers: work, Calendar: parts.Calendars.For,
	})

	parts.Retention, parts.Rules = retentionmod.New(retentionmod.Deps{DB: p.DB, Keeper: work, Told: told{p.DB, p.Registers, parts.Sent}, Name: names{p.DB, p.People}.Name})

	parts.Privacy, parts.Rights = privacymod.New(p.privacy(fonts, notifier, work, parts.Calendars, parts.Rules))

	var away processesmod.Offers // one list of who is away, whoever asks
	parts.Processes, away = processesmod.New(processesmod.Deps{
		DB: p.DB, Flows: parts.flows, Catalogue: &flowUses{catalogue: parts.Catalogue, work: work},
		Followers: map[string]processesmod.Follower{"dossier": work}, Codes: work, Dossiers: work, Name: names{p.DB, p.People}.Name,
	})

	parts.Personnel, parts.Staff = personnelmod.New(personnelmod.Deps{
		DB: p.DB, Keys: p.Keys, People: p.People, Hands: hands{work}, Cases: caseFinder{work}, Messages: notifier, Absences: absences{away}, Fonts: fonts, Lenient: p.Province.Demo,
		Known: func() []identity.Permission { return permissions(p.Parts.All()) }, Formerly: p.formerly,
	})
	parts.Certificates = certificatesmod.New(certificatesmod.Deps{DB: p.DB, People: p.People, Register: p.trusted.register, Messages: notifier})

	parts.systems, parts.Systems = systemsmod.New(systemsmod.Deps{
		DB: p.DB, People: p.People, Keys: p.Keys, Keeper: p.Registers, Send: p.hookSender(), Messages: notifier,
	})

	parts.docs = apidocsmod.New(apidocsmod.Deps{
		Document: func() ([]byte, error) { return p.openAPI() }, API: func() http.Handler { return p.operations }, Address: p.Config.PublicURL, Registers: p.registerTitles, Register: p.registerAPI,
	})

	parts.support, parts.Helps = supportmod.New(supportmod.Deps{
		DB: p.DB, Probes: p.lookouts(), Pages: sync.OnceValue(p.pagePaths), Site: func() *page.Site { return p.Site }, Name: names{p.DB, p.People}.Name,
	})

	parts.Lawbook = lawbookmod.New(lawbookmod.Deps{
		DB: p.DB, Citers: []lawbookmod.Citer{citedByProcedures(parts.Catalogue), citedByHolidays(p.Province.Calendar), citedByRetention(parts.Rules)},
	})

	parts.Areas = areasmod.New(areasmod.Deps{DB: p.DB, Atlas: p.areas, Name: names{p.DB, p.People}.Name, Tiles: p.Config.Map.Tiles, Boundaries: p.Config.Map.Boundaries})

	parts.portal = portalmod.New(portalmod.Deps{Privacy: "/du-lieu-ca-nhan", Hotlines: p.hotlines})

	writing := p.authoring(fonts)
	writing.Rehearsal = authoringmod.Rehearsal{Version: proceduresmod.VersionOf, Cases: work, Catalogue: parts.Catalogue, Calendar: parts.Calendars.For}
	writing.Published = parts.Catalogue.Published
	parts.Authoring = authoringmod.New(writing, booksmod.Preview)
	parts.moving, parts.Moves = movingmod.New(movingmod.Deps{
		DB: p.DB, Keys: p.Keys, Dossiers: work, Procedures: parts.Catalogue, Codes: parts.Catalogue, Folder: filepath.Join(p.Config.Data, movingFolder), Name: names{p.DB, p.People}.Name,
		System: movingmod.System(p.Config.OlderSystem), Notices: notifier, Catalogues: authoringmod.NewOffers(writing), Lists: parts.Staff,
	})

	parts.Books = booksmod.New(booksmod.Deps{
		DB: p.DB, People: p.People, Keeper: p.Registers, Notify: notifier, Areas: p.areas, Files: p.Files,
		Press: booksmod.Press{Fonts: fonts, Mark: press.Mark, Address: p.Config.PublicURL},
	})
	parts.Quality, parts.Measurer = qualitymod.New(qualitymod.Deps{DB: p.DB, Keeper: p.Registers, Followers: p.followers(parts.Systems)})
	parts.scores, parts.Criteria = scoresmod.New(scoresmod.Deps{DB: p.DB, Dossiers: work, Catalogue: parts.Catalogue, Beside: scoresmod.Beside{
		Decisions: decisionsOnTime(authoringmod.NewOffers(writing)), Money: parts.Paid, Ratings: ratings(said), PayOnline: p.paysOnline(),
	}})
	parts.Console = consolemod.New(consolemod.Deps{
		DB: p.DB, People: p.People, Version: p.Version, Free: p.free, Codes: work,
		Events: auditEvents(parts.All()...), Settings: consolemod.Settings{All: p.Config.Settings(), Outside: p.outside()},
		Parts: p.parts, Simulators: p.simulators(),
	})
	parts.finder, parts.Finder = findermod.New(findermod.Deps{DB: p.DB, Keys: p.Keys, Index: parts.Index})
	parts.Notices, parts.Bell = noticesmod.New(noticesmod.Deps{
		DB: p.DB, Notify: notifier, KnownService: func(endpoint string) bool { return channel.KnownService(p.Config.Push.Services, endpoint) },
	})
	for _, m := range parts.All() {
		maps.Copy(parts.flows.Handlers, m.Tasks)
		parts.Index.Declare(m.Search...)
	}
	return parts
}

// devKeys returns the keys of development: the only signers there are so far.
func (p *Program) devKeys() *devkeys.Keys {
	return devkeys.New(filepath.Join(p.Config.Keys, signingKeys), p.DB, p.People)
}

// trustDemo puts the authorities of a demonstration on the trust list: its own,
// and those of the simulated provider of signatures and of the simulated cards.
func (p *Program) trustDemo(ctx context.Context) error {
	if !p.Province.Demo {
		return nil
	}
	root, err := p.devKeys().Root(ctx)
	if err != nil {
		return err
	}
	all := []*x509.Certificate{root}
	if file := p.Config.Signing.SmartCA.Roots; file != "" {
		provider, err := certificatesIn(file)
		if err != nil {
			return err
		}
		all = append(all, provider...)
	}
	if file := p.Config.Signing.Local.Roots; file != "" {
		cards, err := certificatesIn(file)
		if err != nil {
			return err
		}
		all = append(all, cards...)
	}
	for _, one := range all {
		if err := p.Parts.Trust.ListSimulated(ctx, one); err != nil {
			return err
		}
	}
	return nil
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
		registers.AuditRead, registers.AuditListed, registers.AuditTaken, registers.AuditImported, registers.AuditUndone,
		registers.AuditMerged, registers.AuditUnmerged, registers.AuditApart, registers.AuditSuspected, registers.AuditDestroyed,
		registers.AuditProposed, registers.AuditAgreed, registers.AuditDeclined, registers.AuditWithdrawn, registers.AuditMoved,
	}
	known = append(known, audit.Events()...)
	known = append(known, requests.AuditEvents()...)
	known = append(known, connectors.AuditEvents()...)
	for _, m := range mods {
		known = append(known, m.AuditEvents...)
	}
	return known
}

// skeleton is the modules without anything to work on: enough to list what they bring.
func (p *Program) skeleton() Parts { return (&Program{}).modules(pdf.Fonts{}, nil) }

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
	return f.Read()
}

// names says who an account is.
type names struct {
	db     *db.DB
	people *identity.Directory
}

// Name implements worktimemod's People: the name, or the account where it is not known.
func (n names) Name(ctx context.Context, account string) string {
	a, err := n.people.GetAccount(ctx, n.db, account)
	if err != nil {
		return account
	}
	return a.Name
}
