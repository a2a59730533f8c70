// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of dossiers: one file per use case. It knows no
// HTTP, no SQL and no pages.
package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/pdf"
)

// Deps is everything the use cases need, by name and without defaults.
type Deps struct {
	DB         *db.DB
	Keys       *crypt.Keys
	Directory  *identity.Directory
	Procedures procedures.Finder
	Files      *files.Store
	Calendar   func(unit string) *calendar.Calendar // the working time of a unit
	Signers    Signers
	// Signatures checks the signatures of a document, against those who are believed.
	Signatures func(ctx context.Context, document []byte) (signing.Report, error)
	Posts      Posts
	OnDuty     OnDuty            // who is on duty in a unit; nil: nobody keeps rosters
	Vault      dossiers.Vault    // papers of people; nil: there are none
	Stands     access.Stands     // who may act for whom; nil: nobody for anybody
	Claims     Claims            // numbers that come with another name; nil: the name does not matter
	Register   Register          // nil: everybody signs with Signers
	Requests   *requests.Service // of signatures by keys elsewhere
	Card       string            // where the program of a card listens on people's own computers; empty: cards do not sign here
	Stamp      signing.Stamper   // nil: signatures without time stamp
	Evidence   signing.Collector // nil: documents without evidence (PAdES B-LT)
	Fonts      pdf.Fonts         // of papers: a serif like Times New Roman
	Mark       string            // printed across each paper; papers.Simulated in a demonstration
	Messages   Messenger         // nil: nobody is told
	// MayTell reports whether a person agrees to messages that need not be sent. Nil: everybody.
	MayTell func(ctx context.Context, q db.Querier, person string) (bool, error)
	// Restricted reports since when data of a person is to be left alone; zero: it is not. Nil: nobody's is.
	Restricted func(ctx context.Context, q db.Querier, person string) (db.Time, error)
	// Died returns the day on which a person has died, YYYY-MM-DD; false where no death
	// is confirmed. Nil: nobody knows of deaths.
	Died func(ctx context.Context, q db.Querier, person string) (day string, dead bool, err error)
	// Deaths returns those of some people whose death is confirmed: for lists. Nil: nobody knows of deaths.
	Deaths  func(ctx context.Context, q db.Querier, people []string) (map[string]dossiers.Death, error)
	Address string // where people reach the site, for links on paper: "https://dichvucong.example.vn"
	// KeptUntil says up to which day a draft is kept that was saved then; false: for
	// ever. Nil: for ever.
	KeptUntil func(ctx context.Context, saved db.Time) (until db.Time, ends bool, err error)
	Flow      *workflow.Engine // moves cases; nil: one of its own, without service tasks
	// Areas is the table of communes by which addresses are asked; nil: an address
	// names a unit of the province.
	Areas   *geo.Atlas
	MaxFile int64 // bytes of one file that is handed in; 0: 20 MB
	// Changed is told, in the transaction, that a dossier was added or changed: the
	// search looks at it again. Nil: nobody is.
	Changed func(ctx context.Context, tx *db.Tx, id dossiers.ID) error
	// Moved is told in place of Changed of a dossier that comes from an older system or
	// goes back to it: the search looks at it, systems outside are not told. Nil: nobody is.
	Moved store.Told
}

// Signers knows who holds which key. Asking it is slow: it is asked outside
// transactions.
type Signers interface {
	// PersonSigner returns the key of an official.
	PersonSigner(ctx context.Context, account string) (signing.Signer, error)
	// SealSigner returns the seal of an agency.
	SealSigner(ctx context.Context, unit orgs.ID) (signing.Signer, error)
}

// Register is the register of certificates.
type Register interface {
	// Find returns the certificate that somebody signs with now, and false where
	// there is none. The signer is nil where the key is elsewhere.
	Find(ctx context.Context, q db.Querier, h keystore.Holder) (keystore.Certificate, signing.Signer, bool, error)
	// User is whom the provider of a certificate asks, as it knows them.
	User(ctx context.Context, q db.Querier, c keystore.Certificate, account string) (string, error)
}

// Posts says what stands above the name of who signs: "PHÓ CHỦ TỊCH". Empty
// where nobody has said.
type Posts interface {
	Post(ctx context.Context, q db.Querier, account string) (string, error)
}

// OnDuty returns the accounts of those who are on duty in a unit at a moment.
type OnDuty func(ctx context.Context, q db.Querier, unit orgs.ID, at db.Time) ([]string, error)

// Service runs the use cases.
type Service struct {
	Deps
	store store.Store
	flow  *workflow.Engine
	forms *formCache
	seals *sealCache

	figures figures
	merged  mergers
	quiet   *Service // writes what comes from elsewhere: it tells Moved
}

// New returns a service.
func New(d Deps) *Service {
	if d.Flow == nil {
		d.Flow = &workflow.Engine{Calendar: d.Calendar}
	}
	s := &Service{Deps: d, store: store.New(d.Keys, marked(oneByOne(d.Changed))), forms: newFormCache(), seals: newSealCache(), flow: d.Flow}
	s.quiet = &Service{Deps: d, store: store.New(d.Keys, marked(d.Moved)), forms: s.forms, seals: s.seals, flow: d.Flow}
	return s
}

var _ dossiers.Finder = (*Service)(nil)

// PageSize is how many rows a list returns at most.
const PageSize = 50

// Page is a part of a list. Next is given back to get the part after it; empty
// at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// press returns what papers are printed with.
func (s *Service) press(at time.Time) papers.Press {
	return papers.Press{Fonts: s.Fonts, Made: at, Zone: calendar.Zone(), Mark: s.Mark}
}
