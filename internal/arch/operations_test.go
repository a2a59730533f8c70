// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pagesOnly are use cases without an operation of the API, each with its reason.
var pagesOnly = map[string]string{
	"books.Relations":            "a page puts them beside the record; GET /api/v1/registers/{register}/records finds them by the reference",
	"certificates.CountSoon":     "the menu counts; GET /api/v1/certificates/board has it",
	"certificates.Units":         "what a form offers; an API has GET /api/v1/units",
	"console.CountDead":          "the menu counts; GET /api/v1/jobs/dead lists",
	"dossiers.ExportLedger":      "a file for a sheet program; GET /api/v1/ledger has the rows",
	"dossiers.LedgerPaper":       "a paper to print; GET /api/v1/ledger has the rows",
	"digitising.AddScan":         "a form sends a whole file; an API sends parts: POST /api/v1/uploads, then POST /api/v1/digitising/batches/{batch}/scans",
	"digitising.OpenPage":        "the picture beside the fields of the form; an API reads the sealed copy from the vault",
	"digitising.Separator":       "a sheet that people print",
	"holdings.AddBackfile":       "a job asks it after a seal: POST /api/v1/digitising/batches/{batch}/papers/{paper}/sign",
	"lifeevents.Beside":          "what the page of the dossier shows; GET /api/v1/me/life-events/{dossier} and GET /api/v1/life-events/{dossier} tell it",
	"lifeevents.CountStuck":      "the menu counts; GET /api/v1/life-events lists",
	"dossiers.GiveBack":          "moving asks it: POST /api/v1/moving/waves/{wave}/units/{unit}/leaving",
	"dossiers.KeepFile":          "moving asks it: POST /api/v1/moving/waves/{wave}/runs",
	"dossiers.MovePersons":       "moving asks it: POST /api/v1/moving/waves/{wave}/runs",
	"dossiers.TakeOver":          "moving asks it: POST /api/v1/moving/waves/{wave}/runs",
	"dossiers.Mirror":            "what another system says: POST /goi-vao/{partner} of connections",
	"dossiers.HandToSystem":      "by a decision: POST /api/v1/route-flips/{procedure}/{day} of mirrors",
	"dossiers.TakeBack":          "by a decision: POST /api/v1/route-flips/{procedure}/{day} of mirrors",
	"authoring.CompareHeaded":    "moving asks it: POST /api/v1/moving/sources/{source}/catalogue",
	"personnel.BringList":        "moving asks it: POST /api/v1/moving/sources/{source}/lists/{table}",
	"personnel.TryList":          "moving asks it: POST /api/v1/moving/sources/{source}/lists/{table}",
	"moving.CopyTo":              "the command line writes a folder: tinhso import copy",
	"moving.Export":              "a file for people; GET /api/v1/moving/comparisons/{comparison} has the rows",
	"moving.ExportCounts":        "a file for people; GET /api/v1/moving/comparisons/{comparison}/counts has the rows",
	"dossiers.TakeArrived":       "the national portal brings it: POST /api/v1/national-portal/dossiers",
	"dossiers.HandInCard":        "the form of who signs by hand; a program posts to the address of POST /api/v1/signings/{request}/card",
	"dossiers.Arrived":           "post asks it: POST /api/v1/post/parcels/{parcel}/delivered",
	"dossiers.CameBack":          "post asks it: POST /api/v1/post/parcels/{parcel}/back",
	"dossiers.Hand":              "post asks it: POST /api/v1/post/lists",
	"post.Paper":                 "a paper to print; GET /api/v1/post/lists/{list} has the rows",
	"payments.ClosingPaper":      "a paper to print; GET /api/v1/payments/closings/{closing} has the rows",
	"payments.ClosingRows":       "a file for a sheet program; GET /api/v1/payments/closings/{closing} has the rows",
	"payments.ExportReceipts":    "a file for people; GET /api/v1/payments/receipts has the rows",
	"payments.ShareRows":         "a file for a sheet program; GET /api/v1/payments/shares has the rows",
	"post.PostageRows":           "a file for a sheet program; GET /api/v1/post/postage has the rows",
	"payments.TakeOutside":       "for adapters; POST /api/v1/national-portal/payments is the door of the portal",
	"payments.OpenReceipt":       "the document that people keep; GET /api/v1/payments/receipts/{receipt}/check says what it says",
	"appointments.ExportWaits":   "a file for people; GET /api/v1/appointments/waits has the numbers",
	"oversight.CountAlerts":      "the menu counts; GET /api/v1/alerts says how many there are in each state",
	"satisfaction.ExportReport":  "a file for people; GET /api/v1/satisfaction has the figures",
	"signon.Ask":                 "a person is asked in a browser, and answers there",
	"signon.AskDevice":           "the code of a device is typed by a person, on a page",
	"signon.Agree":               "a person agrees in a browser: a program must not",
	"signon.Refuse":              "as signon.Agree",
	"signon.Leave":               "OpenID Connect says how a client asks for it: GET /oauth2/logout",
	"statistics.ExportBoard":     "a file for people; GET /api/v1/statistics has the numbers",
	"statistics.ExportReport":    "a file for people; GET /api/v1/reports/{report} has the rows",
	"signon.LeaveThere":          "a browser is led on to a provider of SAML: programs have no session there",
	"signon.SignOut":             "an API has DELETE /api/v1/sessions/current",
	"systems.Units":              "what a form offers; an API has GET /api/v1/units",
	"books.Form":                 "what a form offers; an API has GET /api/v1/registers and /api/v1/units",
	"books.Titles":               "what a page offers; an API has GET /api/v1/registers",
	"books.CountWaiting":         "the count beside an entry of the menu; an API has the counts of GET /api/v1/registers/{register}/proposals",
	"books.MayImport":            "asked before a page offers a form; POST /api/v1/registers/{register}/imports says it itself",
	"books.Referred":             "the name beside a reference; an API reads the record that it points to",
	"books.Book":                 "what a page offers; an API has GET /api/v1/registers",
	"books.NameOf":               "what a page calls a code; an API reads the catalogue",
	"books.NamesOf":              "what a page calls many codes; an API reads the catalogue",
	"books.Picks":                "what a form offers; an API lists the catalogue",
	"books.Uploads":              "what a form that is shown again already has; an API was told the id of each",
	"personnel.CountEmergencies": "the menu counts; GET /api/v1/emergencies lists",
	"personnel.CountGrants":      "the menu counts; GET /api/v1/role-grants lists",
	"personnel.CountHandovers":   "the menu counts; GET /api/v1/handovers lists",
	"personnel.CountReviews":     "the menu counts; GET /api/v1/rights-reviews has the numbers",
	"personnel.CountSwaps":       "the menu counts; GET /api/v1/duty/mine lists",
	"privacy.CountBreaches":      "the menu counts; GET /api/v1/privacy/breaches lists",
	"privacy.CountRequests":      "the menu counts; GET /api/v1/privacy/requests has the number",
	"persons.CountChecking":      "the menu counts; GET /api/v1/representations/checking lists",
	"persons.CountClaims":        "the menu counts; GET /api/v1/person-claims lists",
	"persons.CountRequests":      "the menu counts; GET /api/v1/representation-requests lists",
	"persons.CountMerges":        "the menu counts; GET /api/v1/person-merges lists",
	"persons.ClaimNumber":        "other modules ask it as persons come",
	"persons.Standing":           "other modules ask it at every act",
	"authoring.TableOf":          "a link between two pages; GET /api/v1/catalogue-tables says which change was made of a table",
	"authoring.SaveTrialStep":    "one page of a form; a program answers all of it with PUT /api/v1/changes/{change}/trials/{trial}/answers",
	"authoring.CountWaiting":     "the menu counts; GET /api/v1/changes lists by state",
	"dossiers.PaperSlip":         "a sheet to be signed by hand; GET /api/v1/paper has what is on it",
	"dossiers.ListIncoming":      "the vault asks it; GET /api/v1/vault/incoming/{dossier}",
	"dossiers.OpenIncoming":      "the vault asks it; GET /api/v1/dossiers/{id}/files/{file}",
	"holdings.ListFor":           "dossiers ask it; GET /api/v1/drafts/{id}/vault",
	"holdings.ListOutside":       "the national portal asks it: POST /api/v1/national-portal/vault",
	"holdings.OpenOutside":       "as holdings.ListOutside: POST /api/v1/national-portal/vault/file",
	"holdings.OpenFor":           "dossiers ask it; POST /api/v1/drafts/{id}/papers/{paper}/vault",
	"holdings.Use":               "as holdings.OpenFor",
	"holdings.Confirm":           "dossiers ask it as one is sent",
	"notices.CountFailed":        "the menu counts; GET /api/v1/messages lists",
	"support.CardsFor":           "sheets to print, a page each",
	"support.Gate":               "asked at the entrance of every route",
	"support.Waiting":            "the number beside an entry of the menu",
}

// Whatever a person can do in a page, another system can do as well.
func TestUseCasesHaveOperations(t *testing.T) {
	t.Parallel()
	missing := unserved(t, tree(t))
	for _, name := range missing {
		if pagesOnly[name] == "" {
			t.Errorf("the use case %s has no operation in internal/api (or a reason in pagesOnly)", name)
		}
	}
	for name := range pagesOnly {
		if !slices.Contains(missing, name) {
			t.Errorf("pagesOnly names %s for nothing", name)
		}
	}

	core := file{"internal/modules/fees/internal/core/pay.go", `package core
		func (s *Service) Pay(ctx context.Context, actor identity.Actor, id fees.ID) error { return nil }
		func (s *Service) Sweep(ctx context.Context, body []byte) error { return nil }
		func (s *Service) pay(ctx context.Context, actor identity.Actor) error { return nil }`}
	api := func(text string) file { return file{"internal/modules/fees/internal/api/api.go", text} }
	for _, tt := range []struct {
		text, want string
	}{
		{"package api\nfunc f() { o.svc.Pay(ctx, actor, id) }", ""},
		{"package api\nfunc f() { o.svc.PayAll(ctx, actor, id) }", "fees.Pay"},
		{"package api\n// o.svc.Pay(ctx)", "fees.Pay"},
	} {
		if got := strings.Join(unserved(t, []file{core, api(tt.text)}), " "); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

var modulePart = regexp.MustCompile(`^internal/modules/([a-z0-9]+)/internal/(core|api)/[^/]+\.go$`)

// unserved returns the use cases, "module.Method", that no operation calls. A
// use case is an exported method of a Service that takes an actor.
func unserved(t *testing.T, files []file) []string {
	t.Helper()
	useCases, called := map[string]bool{}, map[string]bool{}
	for _, f := range files {
		m := modulePart.FindStringSubmatch(f.name)
		if m == nil || strings.HasSuffix(f.name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.name, f.text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if m[2] == "core" && n.Recv != nil && n.Name.IsExported() && takesActor(n.Type) {
					useCases[m[1]+"."+n.Name.Name] = true
				}
			case *ast.SelectorExpr:
				if m[2] == "api" {
					called[m[1]+"."+n.Sel.Name] = true
				}
			}
			return true
		})
	}
	maps.DeleteFunc(useCases, func(name string, _ bool) bool { return called[name] })
	return slices.Sorted(maps.Keys(useCases))
}

func takesActor(f *ast.FuncType) bool {
	return slices.ContainsFunc(f.Params.List, func(p *ast.Field) bool {
		s, ok := p.Type.(*ast.SelectorExpr)
		return ok && s.Sel.Name == "Actor"
	})
}
