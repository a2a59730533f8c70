// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows dossiers: to citizens one thing on a page, to officials
// dense lists and one page for each case. It decides nothing: what may be done
// and what is wrong with an input comes from core.
package site

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// Options is what the pages need besides the service.
type Options struct {
	Procedures procedures.Finder
	Catalogue  Catalogue      // for the counter
	Panels     func() []Panel // what other modules show beside a dossier; nil: nothing
	Card       string         // where the program of a card listens on people's own computers; empty: nowhere
}

// Panel is what another module shows of a dossier on its page; mine: to who owns or
// sent it. nil: it has nothing to show.
type Panel func(ctx context.Context, p page.Page, dossier string, mine bool) (templ.Component, error)

type site struct {
	svc Service
	Options
}

// panels are what the other modules show of a dossier.
func (s site) panels(ctx context.Context, p page.Page, id dossiers.ID, mine bool) (all []templ.Component, err error) {
	if s.Options.Panels == nil {
		return nil, nil
	}
	for _, one := range s.Options.Panels() {
		c, err := one(ctx, p, string(id), mine)
		if err != nil {
			return nil, err
		}
		if c != nil {
			all = append(all, c)
		}
	}
	return all, nil
}

// Routes returns the pages.
func Routes(svc Service, o Options) []web.Route {
	s := site{svc, o}
	maxUpload := 8*svc.Largest() + 1<<20 // one sending of papers is several files at once
	need := func(ps ...identity.Permission) web.Access {
		names := make([]string, len(ps))
		for i, p := range ps {
			names[i] = string(p)
		}
		return web.Needs(names...)
	}
	submit, own, accept := need(dossiers.PermSubmit), need(dossiers.PermOwn), need(dossiers.PermAccept)
	seeing := []identity.Permission{
		dossiers.PermView, dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver,
	}
	office, reading := need(seeing...), need(append(seeing, dossiers.PermOwn)...)
	get := func(path string, a web.Access, h web.Handler) web.Route {
		return web.Route{Pattern: "GET " + path, Access: a, Handle: h}
	}
	post := func(path string, a web.Access, h web.Handler) web.Route {
		return web.Route{Pattern: "POST " + path, Access: a, Handle: h}
	}
	papers := post("/nhap/{draft}/giay-to", submit, s.savePapers)
	papers.MaxBody = maxUpload
	asking := need(dossiers.PermAccept, dossiers.PermProcess)
	showing, proof := post("/ho-so/{id}/"+paidStop, own, s.paid(false)), post("/xu-ly/{id}/nhan-chung-tu", asking, s.paid(true))
	showing.MaxBody, proof.MaxBody = maxUpload, maxUpload
	supply := post("/ho-so/{id}/bo-sung", own, s.supplied)
	supply.MaxBody = maxUpload
	take := post("/xu-ly/{id}/nhan-bo-sung", asking, s.takeIn)
	take.MaxBody = maxUpload
	signing := need(dossiers.PermSign, dossiers.PermProcess, dossiers.PermIssue)
	part := web.Route{Pattern: "PATCH /tai-len/{upload}", Access: submit, Handle: s.told(s.appendUpload), MaxBody: svc.Largest() + 1<<20}
	handIn := post("/ky/cho/{request}/nop", signing, s.handedIn)
	handIn.MaxBody = maxHanded
	hands := need(dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver)
	consulting, advise, assign := need(dossiers.PermProcess, dossiers.PermSign), need(dossiers.PermAdvise), need(dossiers.PermAssign)
	answer := post(askedPath+"/{opinion}", advise, s.answer)
	answer.MaxBody = svc.Largest() + 1<<20
	many := need(dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver, dossiers.PermAssign)
	retracting := need(dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue)
	track := get("/tra-cuu", web.Public(), s.track)
	track.Door = web.Narrow
	trackOwn := post("/tra-cuu", web.Public(), s.trackOwn)
	trackOwn.Door = web.Narrow
	remind := get("/tra-cuu/lich.ics", web.Public(), s.reminder)
	remind.Door = web.Narrow
	answering := need(dossiers.PermAnswer)
	answerCall, sendCall := post(hotlinePath, answering, s.answerCall), post(hotlinePath+"/tin-nhan", answering, s.sendCall)
	answerCall.Door, sendCall.Door = web.Narrow, web.Narrow
	return append(slices.Concat(ledgerRoutes(s, accept), mirrorRoutes(s, office), templateRoutes(s, need)), []web.Route{
		get(quayPath+"/{procedure}", accept, s.wholeForm), post(quayPath+"/{procedure}", accept, s.takeWhole), post(quayPath+"/{procedure}/kho", accept, s.lookAtQuay),
		get(hotlinePath, answering, s.hotline), answerCall, sendCall,
		get("/nop-ho-so/{procedure}", web.Public(), s.start), post("/nop-ho-so/{procedure}", submit, s.begin),
		get("/nhap/{draft}", submit, s.resume),
		get("/nhap/{draft}/nguoi-nop", submit, s.parties), post("/nhap/{draft}/nguoi-nop", submit, s.saveParties),
		get("/nhap/{draft}/"+caseStop, submit, s.chooseCase), post("/nhap/{draft}/"+caseStop, submit, s.saveCase),
		get("/xu-ly/{id}/"+caseStop, asking, s.otherCase), post("/xu-ly/{id}/"+caseStop, asking, s.changeCase),
		get("/nhap/{draft}/giay-to", submit, s.papers), papers,
		get("/nhap/{draft}/giay-to/{file}", submit, s.draftFile), get("/nhap/{draft}/giay-to/{file}/anh", submit, s.draftPicture),
		get("/nhap/{draft}/giay-to/{file}/bien-nhan.txt", submit, s.fileReceipt),
		post("/tai-len", submit, s.told(s.startUpload)), part,
		{Pattern: "HEAD /tai-len/{upload}", Access: submit, Handle: s.told(s.uploadOffset)},
		{Pattern: "DELETE /tai-len/{upload}", Access: submit, Handle: s.told(s.dropUpload)},
		get("/nhap/{draft}/kiem-tra", submit, s.check), post("/nhap/{draft}/kiem-tra", submit, s.submit),
		get("/nhap/{draft}/xoa", submit, s.discard), post("/nhap/{draft}/xoa", submit, s.discarded),
		get("/nhap/{draft}/to-khai.pdf", submit, s.printDraft),
		get("/nhap/{draft}/{step}", submit, s.step), post("/nhap/{draft}/{step}", submit, s.saveStep),

		get("/ho-so", own, s.mine), get("/ho-so/{id}", own, s.dossier), get("/ho-so/{id}/da-gui", own, s.sent),
		get("/ho-so/{id}/rut", own, s.withdraw), post("/ho-so/{id}/rut", own, s.withdrawn),
		get("/ho-so/{id}/ai-da-xem", own, s.readings),
		get("/ho-so/{id}/giay-tiep-nhan.pdf", reading, s.receipt), get("/ho-so/{id}/ket-qua.pdf", reading, s.result),
		get("/ho-so/{id}/phieu-tu-choi.pdf", reading, s.slip), get("/ho-so/{id}/giay-to/{file}", reading, s.paper),
		get("/ho-so/{id}/giay-to/{file}/xem", reading, s.view), get("/ho-so/{id}/giay-to/{file}/anh/{page}", reading, s.picture),
		get("/ho-so/{id}/bo-sung", own, s.supply), supply, get("/ho-so/{id}/phieu-bo-sung.pdf", reading, s.supplementSlip),
		track, trackOwn, remind,

		get("/xu-ly/{id}/bo-sung", asking, s.ask), post("/xu-ly/{id}/bo-sung", asking, s.asked), post("/xu-ly/{id}/bo-sung/xem-truoc.pdf", asking, s.askPreview),
		get("/xu-ly/{id}/nhan-bo-sung", asking, s.taking), take,
		get("/xu-ly/{id}/"+demandStop, need(dossiers.PermProcess), s.demand), post("/xu-ly/{id}/"+demandStop, need(dossiers.PermProcess), s.demanded),
		get("/xu-ly/{id}/nhan-chung-tu", asking, s.showPaid(true)), proof, get("/ho-so/{id}/"+paidStop, own, s.showPaid(false)), showing,
		get("/viec", office, s.desk), get(viewsPath, office, s.viewsPage), post(viewsPath, office, s.saveView), post(viewsPath+"/mo-dau", office, s.openWith),
		post(viewsPath+"/{view}", office, s.changeView), post(viewsPath+"/{view}/xoa", office, s.removeView),
		get("/tim-ho-so", office, s.find),
		get("/tiep-nhan", accept, s.inbox), get("/tiep-nhan/quay", accept, s.counter), get("/tiep-nhan/{id}/xong", accept, s.received),
		get(mailPath, accept, s.mail), post("/tiep-nhan/{id}/gui-giay", accept, s.sendLetter),
		get("/xu-ly/{id}", office, s.open), get("/xu-ly/{id}/du-thao.pdf", office, s.preview),
		post("/xu-ly/{id}/tiep-nhan", accept, s.accept), post("/xu-ly/{id}/tu-choi", accept, s.refuse),
		post("/xu-ly/{id}/nhan-viec", office, s.claim), post("/xu-ly/{id}/xong-buoc", office, s.finish),
		post("/xu-ly/{id}/du-thao", need(dossiers.PermProcess), s.draft), post("/xu-ly/{id}/trinh-ky", need(dossiers.PermProcess), s.toSign),
		post("/xu-ly/{id}/ky", need(dossiers.PermSign), s.sign).Proved(20 * time.Minute), post("/xu-ly/{id}/tra-lai", office, s.giveBack),
		post("/xu-ly/{id}/cap-so", need(dossiers.PermIssue), s.issue), post("/xu-ly/{id}/tra-ket-qua", need(dossiers.PermDeliver), s.deliver),
		get("/ky/cho/{request}", signing, s.waiting), post("/ky/cho/{request}/huy", signing, s.cancelSigning),
		get("/ky/cho/{request}/the", signing, s.told(s.cardState)), post("/ky/cho/{request}/the", signing, s.told(s.cardBegins)),
		get("/ky/cho/{request}/tay", signing, s.byHand), handIn,
		get("/xu-ly/{id}/gia-han", need(dossiers.PermProcess), s.motion("gia-han")), post("/xu-ly/{id}/gia-han", need(dossiers.PermProcess), s.moved("gia-han")),
		get("/xu-ly/{id}/dung", need(dossiers.PermProcess), s.motion("dung")), post("/xu-ly/{id}/dung", need(dossiers.PermProcess), s.moved("dung")),
		get(motionsPath, need(dossiers.PermSign), s.motions), post("/xu-ly/{id}/de-nghi/{motion}", need(dossiers.PermSign), s.decided),
		post("/xu-ly/{id}/de-nghi/{motion}/rut", need(dossiers.PermProcess), s.motionDropped),
		get("/xu-ly/{id}/thu-hoi", retracting, s.retract), post("/xu-ly/{id}/thu-hoi", retracting, s.retracted),
		post("/xu-ly/{id}/thu-hoi/{revocation}", need(dossiers.PermSign), s.revocationDecided), post("/xu-ly/{id}/thu-hoi/{revocation}/rut", retracting, s.revocationDropped),
		get("/ho-so/{id}/thu-hoi/{revocation}/ket-qua.pdf", reading, s.revokedFile),
		get("/ho-so/{id}/xin-loi.pdf", reading, s.paperOf("xin-loi.pdf", svc.ApologySlip)), get("/ho-so/{id}/thong-bao-dung.pdf", reading, s.paperOf("thong-bao-dung.pdf", svc.StopSlip)),
		get("/xu-ly/{id}/phieu-kiem-soat.pdf", office, s.paperOf("phieu-kiem-soat.pdf", svc.ControlSlip)),
		get(lettersPath, signing, s.letters), post(lettersPath+"/{letter}/ky-nhay", need(dossiers.PermProcess), s.doLetter(core.LetterInitial)),
		post(lettersPath+"/{letter}/ky", need(dossiers.PermSign), s.doLetter(core.LetterSign)).Proved(20 * time.Minute), post(lettersPath+"/{letter}/cap-so", need(dossiers.PermIssue), s.doLetter(core.LetterIssue)),
		get(phrasesPath, asking, s.phrases), post(phrasesPath, asking, s.savePhrase), post(phrasesPath+"/{phrase}/xoa", asking, s.removePhrase),
		get("/xu-ly/{id}/"+transferStop, asking, s.transferForm), post("/xu-ly/{id}/"+transferStop, asking, s.transferred),
		get(transfersPath, asking, s.transfers), get(transfersPath+"/{transfer}", asking, s.transfer), get(transfersPath+"/{transfer}/phieu-giao-nhan.pdf", asking, s.transferSlip),
		post(transfersPath+"/{transfer}/nhan", accept, s.receiveTransfer()), post(transfersPath+"/{transfer}/tra-lai", accept, s.sendTransferBack()),
		post(transfersPath+"/{transfer}/rut", asking, s.dropTransfer()),
		get(holdsPath, need(dossiers.PermHold, dossiers.PermRelease), s.holds), post(holdsPath, need(dossiers.PermHold), s.placeHold),
		post(holdsPath+"/{id}/{hold}", need(dossiers.PermRelease), s.liftHold),
		get("/xu-ly/{id}/xin-y-kien", consulting, s.consultForm), post("/xu-ly/{id}/xin-y-kien", consulting, s.consult),
		post("/xu-ly/{id}/y-kien/{opinion}/dong", consulting, s.closeOpinion), post("/xu-ly/{id}/tra-viec", office, s.release),
		get(askedPath, advise, s.asks), get(askedPath+"/{opinion}", advise, s.askedCase), answer, get(askedPath+"/{opinion}/tep", office, s.opinionFile),
		get(assignPath, assign, s.unitWork), post(assignPath, assign, s.assign), get(assignPath+"/chon", assign, s.choose), post(assignPath+"/chon", assign, s.choose),
		post(manyPath, many, s.plan), post(manyPath+"/lam", many, s.doMany), get(keysPath, office, s.keys),
		get(exportPath, office, s.export).Proved(10 * time.Minute), get(boardPath, assign, s.board),
		get("/xu-ly/{id}/"+heirStop, asking, s.succession), post("/xu-ly/{id}/"+heirStop, asking, s.succeed),
		get(paperPath, hands, s.paperLists), post(paperPath, hands, s.movePaper), get(paperPath+"/phieu/{slip}", hands, s.paperSlip),
		get(rulesPath, assign, s.rules), post(rulesPath, assign, s.saveRule), post(rulesPath+"/{rule}/xoa", assign, s.removeRule), get(rulesPath+"/lich-su", assign, s.ruleHistory),
		get("/xu-ly/{id}/song-song", office, s.beside), post("/xu-ly/{id}/ghi-chu", office, s.addNote),
		post("/ky/xem", need(dossiers.PermSign), s.previewSign).Proved(15 * time.Minute),
		get("/ky", need(dossiers.PermSign), s.signing).Proved(10 * time.Minute), post("/ky", need(dossiers.PermSign), s.signMany).Proved(20 * time.Minute),
	}...)
}

// Menu returns the entries of both menus.
func Menu(svc Service) []module.MenuItem {
	seeing := []identity.Permission{dossiers.PermView}
	return []module.MenuItem{
		{Side: module.Citizens, Order: 20, Label: "dossiers.page.menu.track", Path: "/tra-cuu"},
		{Side: module.Citizens, Order: 30, Label: "dossiers.page.menu.mine", Path: "/ho-so", Permissions: []identity.Permission{dossiers.PermOwn}},
		{Side: module.Officials, Order: 10, Label: "dossiers.page.menu.work", Path: "/viec", Permissions: seeing, Count: svc.CountDesk},
		{Side: module.Officials, Order: 20, Label: "dossiers.page.menu.inbox", Path: "/tiep-nhan", Permissions: []identity.Permission{dossiers.PermAccept}, Count: svc.CountInbox},
		{Side: module.Officials, Order: 21, Label: "dossiers.page.menu.transfers", Path: transfersPath, Permissions: []identity.Permission{dossiers.PermAccept}, Count: svc.CountTransfers},
		{Side: module.Officials, Order: 22, Label: "dossiers.page.mirrors.title", Path: mirrorsPath, Permissions: seeing},
		{Side: module.Officials, Order: 21, Label: "dossiers.page.ledger.title", Path: ledgerPath, Permissions: []identity.Permission{dossiers.PermAccept}},
		{Side: module.Officials, Order: 22, Label: "dossiers.page.menu.hotline", Path: hotlinePath, Permissions: []identity.Permission{dossiers.PermAnswer}},
		{Side: module.Officials, Order: 33, Label: "dossiers.page.custody.title", Path: paperPath, Permissions: []identity.Permission{dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver}},
		{Side: module.Officials, Order: 34, Label: "dossiers.page.menu.phrases", Path: phrasesPath, Permissions: []identity.Permission{dossiers.PermAccept, dossiers.PermProcess}},
		{Side: module.Officials, Order: 34, Label: "dossiers.page.template.title", Path: templatesPath, Permissions: []identity.Permission{dossiers.PermTemplates, dossiers.PermTemplatesApprove}},
		{Side: module.Officials, Order: 35, Label: "dossiers.page.menu.holds", Path: holdsPath, Permissions: []identity.Permission{dossiers.PermHold, dossiers.PermRelease}},
		{Side: module.Officials, Order: 31, Label: "dossiers.page.menu.asked", Path: askedPath, Permissions: []identity.Permission{dossiers.PermAdvise}, Count: svc.CountAsked},
		{Side: module.Officials, Order: 32, Label: "dossiers.page.menu.assign", Path: assignPath, Permissions: []identity.Permission{dossiers.PermAssign}},
		{Side: module.Officials, Order: 30, Label: "dossiers.page.menu.motions", Path: motionsPath, Permissions: []identity.Permission{dossiers.PermSign}, Count: svc.CountMotions},
		{Side: module.Officials, Order: 30, Label: "dossiers.page.letter.title", Path: lettersPath, Permissions: []identity.Permission{dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue}},
		{Side: module.Officials, Order: 30, Label: "dossiers.page.menu.sign", Path: "/ky", Permissions: []identity.Permission{dossiers.PermSign}},
	}
}

// idOf returns the dossier or draft that a path names.
func idOf(r *http.Request, name string) (dossiers.ID, error) {
	return dossiers.ParseID(r.PathValue(name))
}

func at(parts ...string) string {
	var path strings.Builder
	for _, p := range parts {
		path.WriteString("/" + url.PathEscape(p))
	}
	return path.String()
}

// formOf reads a form that a browser sent.
func formOf(r *http.Request) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		return nil, web.ErrMalformed.Because(err)
	}
	return r.PostForm, nil
}

// purpose says why the actor reads a dossier here: officials to work on it.
func purpose(p page.Page) access.Purpose {
	if p.Actor.Official() {
		return access.Handling
	}
	return access.Own
}

// show renders a page; with problems its title says so and its status is 422,
// where nothing else is said.
func show(w http.ResponseWriter, r *http.Request, v page.View, wrong *problem) error {
	p := page.From(r.Context())
	if wrong != nil {
		v.Title = p.T("dossiers.page.error_title", "title", v.Title)
		v.Status = wrong.Status
	}
	return p.Render(w, r, v)
}

// problem is what is wrong with what was sent, in words.
type problem struct {
	Status int
	Items  []ui.ErrorItem
	fields map[string]string
}

// wrongWith explains an error that the person can do something about; others
// are the page of an error. Without fields it is about the control called main.
func wrongWith(r *http.Request, err error, main string) (*problem, error) {
	told := web.Problem(err)
	switch told.Status {
	case http.StatusUnprocessableEntity, http.StatusConflict, http.StatusRequestEntityTooLarge:
	default:
		return nil, err
	}
	p := page.From(r.Context())
	p.Site.Explain(r, told)
	out := &problem{Status: told.Status, fields: p.Errors(told.Fields)}
	if len(told.Fields) == 0 {
		out.add(main, told.Detail)
		return out, nil
	}
	for _, f := range told.Fields {
		out.Items = append(out.Items, ui.ErrorItem{Text: f.Detail, Href: "#" + f.Name})
	}
	return out, nil
}

// named puts the name of its control before each line of the summary.
func (w *problem) named(label func(name string) string) *problem {
	for i, item := range w.Items {
		if name, found := strings.CutPrefix(item.Href, "#"); found {
			if text := label(name); text != "" {
				w.Items[i].Text = text + ": " + item.Text
			}
		}
	}
	return w
}

func invalid() *problem { return &problem{Status: http.StatusUnprocessableEntity} }

func (w *problem) add(name, text string) {
	if w.fields == nil {
		w.fields = map[string]string{}
	}
	if w.fields[name] == "" {
		w.fields[name] = text
	}
	item := ui.ErrorItem{Text: text}
	if name != "" {
		item.Href = "#" + name
	}
	w.Items = append(w.Items, item)
}

// of returns the message that stands beside a control.
func (w *problem) of(p page.Page, name string) *ui.ErrorMessage {
	if w == nil || w.fields[name] == "" {
		return nil
	}
	return &ui.ErrorMessage{Text: w.fields[name], VisuallyHiddenText: p.T("dossiers.page.error")}
}

// summary shows what is wrong, above everything else.
func (w *problem) summary(p page.Page) templ.Component {
	if w == nil || len(w.Items) == 0 {
		return templ.NopComponent
	}
	title, more := p.T("dossiers.page.error_summary"), ""
	if w.Status == http.StatusConflict {
		title, more = p.T("dossiers.page.conflict"), p.T("dossiers.page.conflict_text")
	}
	return ui.ErrorSummary(ui.ErrorSummaryParams{TitleText: title, DescriptionText: more, ErrorList: w.Items})
}

func back(p page.Page, href string) templ.Component {
	return ui.BackLink(ui.BackLinkParams{Text: p.T("dossiers.page.back"), Href: href})
}
