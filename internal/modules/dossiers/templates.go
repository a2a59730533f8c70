// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// TemplateKind says what is written by a Word document of the province.
type TemplateKind string

// What can be written by one: the result of a procedure, and the forms 01 to 06.
const (
	ForResult  TemplateKind = "result"
	ForReceipt TemplateKind = "form01"
	ForRequest TemplateKind = "form02"
	ForRefused TemplateKind = "form03"
	ForApology TemplateKind = "form04"
	ForStop    TemplateKind = "form05"
	ForControl TemplateKind = "form06"
)

// TemplateKinds returns all of them.
func TemplateKinds() []TemplateKind {
	return []TemplateKind{ForResult, ForReceipt, ForRequest, ForRefused, ForApology, ForStop, ForControl}
}

// Known reports whether a kind that came from outside is one.
func (k TemplateKind) Known() bool { return slices.Contains(TemplateKinds(), k) }

// TemplateState says how far a version of a template is.
type TemplateState string

// The states of a version.
const (
	TemplateWaiting  TemplateState = "waiting"  // for the second person
	TemplateApproved TemplateState = "approved" // it is used from its day on
	TemplateDeclined TemplateState = "declined"
	TemplateEnded    TemplateState = "ended" // it is used no more, and nothing takes its place
)

// What officials can be allowed to do with templates: one writes, another approves.
const (
	PermTemplates        identity.Permission = "dossiers.templates"
	PermTemplatesApprove identity.Permission = "dossiers.templates_approve"
)

// What is written in the audit trail about templates and what is written by them.
const (
	AuditTemplateAdded    audit.Event = "dossiers.template_added" // "ID sha256:HEX"
	AuditTemplateApproved audit.Event = "dossiers.template_approved"
	AuditTemplateDeclined audit.Event = "dossiers.template_declined"
	AuditTemplateEnded    audit.Event = "dossiers.template_ended"
	AuditWordsAdded       audit.Event = "dossiers.word_draft_added" // "ID sha256:HEX"
	AuditWordsDropped     audit.Event = "dossiers.word_draft_dropped"
)

func templateEvents() []audit.Event {
	return []audit.Event{AuditTemplateAdded, AuditTemplateApproved, AuditTemplateDeclined, AuditTemplateEnded, AuditWordsAdded, AuditWordsDropped}
}

// What can go wrong with templates.
var (
	ErrNoTemplate        = errs.New(errs.NotFound, "dossiers.no_template")
	ErrTemplateMeanwhile = errs.New(errs.Conflict, "dossiers.template_meanwhile") // somebody else has just added or decided; who, when where they are known
	ErrTemplateOwn       = errs.New(errs.Forbidden, "dossiers.template_own")      // nobody approves what they have added
	ErrTemplateOver      = errs.New(errs.Conflict, "dossiers.template_over")      // it is decided already: who, when
	ErrNoWords           = errs.New(errs.NotFound, "dossiers.no_word_template")   // there is no template for the result of the dossier
	ErrWordsPlaces       = errs.New(errs.Invalid, "dossiers.word_places")         // names: the places that the document lacks
)
