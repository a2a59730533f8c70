// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package proofs is what others may know of checking: the report of a checked
// document and what can go wrong. The work is done in internal/core; nothing
// outside this folder can import it.
package proofs

import (
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/errs"
)

// MaxSize is the largest document that is checked, in bytes.
const MaxSize = 50 << 20

// MaxFiles is how many documents are checked in one request.
const MaxFiles = 20

// What is refused.
var (
	ErrEmpty       = errs.New(errs.Invalid, "proofs.empty")
	ErrNotPDF      = errs.New(errs.Invalid, "proofs.not_pdf")
	ErrTooLarge    = errs.New(errs.TooLarge, "proofs.too_large")
	ErrInterrupted = errs.New(errs.Malformed, "proofs.interrupted")
	ErrBusy        = errs.New(errs.Unavailable, "proofs.busy")
	ErrPicture     = errs.New(errs.Invalid, "proofs.is_picture") // of a paper, perhaps: a picture proves nothing
	ErrOffice      = errs.New(errs.Invalid, "proofs.is_office")  // of a word processor or a spreadsheet
	ErrDetached    = errs.New(errs.Invalid, "proofs.is_cms")     // .p7s, .p7m: a signature beside its document, or around it
	ErrArchive     = errs.New(errs.Invalid, "proofs.is_archive") // several files in one
	ErrWebPage     = errs.New(errs.Invalid, "proofs.is_html")
	ErrNoKey       = errs.New(errs.Unavailable, "proofs.no_key") // nothing to sign reports with
	ErrMany        = errs.New(errs.Invalid, "proofs.many")       // more files than are checked at once
	ErrNoReceipt   = errs.New(errs.Invalid, "proofs.no_receipt")
	ErrNotOurs     = errs.New(errs.Invalid, "proofs.not_ours") // a report that this server has not made
)

// Verdict is the answer in one word.
type Verdict string

// The verdicts, of a document and of one signature.
const (
	Valid       Verdict = "valid"
	Unconfirmed Verdict = "unconfirmed" // as it was signed, by a key whose authority is not in the trust list
	Invalid     Verdict = "invalid"
	Unsigned    Verdict = "unsigned"
)

// Report is what a check found. Problems, reasons and changes are codes; those
// of problems are the kernel's signing.problem.*.
type Report struct {
	Format     string      `json:"format"` // ReportFormat
	Kind       Kind        `json:"kind"`
	Software   string      `json:"software"` // name and version
	Verdict    Verdict     `json:"verdict"`
	SHA256     string      `json:"sha256"` // of the file, hexadecimal
	Size       int64       `json:"size"`   // bytes
	CheckedAt  time.Time   `json:"checked_at"`
	Simulated  bool        `json:"simulated"` // a root of a demonstration is trusted: no legal value
	Revisions  int         `json:"revisions"`
	TrustList  Version     `json:"trust_list"` // by which it was judged
	Reasons    []string    `json:"reasons"`    // why the document as a whole is not valid
	Signatures []Signature `json:"signatures"`
	FreeFields []string    `json:"free_fields"`      // places without a signature
	Unsigned   []string    `json:"unsigned_parts"`   // of an XML document: what no valid signature covers
	Notes      []string    `json:"notes"`            // what else to know of the file
	Stated     *Report     `json:"stated,omitempty"` // of a Statement: what it says
	Issued     *Issued     `json:"issued,omitempty"` // the very file that this installation has issued
}

// ReportFormat names the shape of a Report.
const ReportFormat = "tinhso/verification/2"

// ReasonAfterLast says that something was added after the last signature.
const ReasonAfterLast = "proofs.reason.after_last"

// Kind is what sort of document was checked.
type Kind string

// The kinds of documents.
const (
	PDF       Kind = "pdf"
	XML       Kind = "xml"
	Statement Kind = "statement" // a report that was signed earlier (JWS)
)

// What else there is to know of a file; none of it makes a signature bad.
const (
	NoteScripts = "proofs.note.scripts"
	NoteFiles   = "proofs.note.files"
	NoteLaunch  = "proofs.note.launch"
	NoteOther   = "proofs.note.other" // a report that somebody else has signed
)

// Issued is what the installation knows of a document that it has issued: no
// more than stands in it.
type Issued struct {
	Number string    `json:"number"`
	At     time.Time `json:"issued_at"`
	Agency string    `json:"agency"`
	// RevokedAt is when the office took it back; zero: it counts.
	RevokedAt  time.Time `json:"revoked_at,omitzero"`
	ReplacedBy string    `json:"replaced_by,omitempty"` // number of the document in its place
}

// ReasonParts says that parts of an XML document are not signed.
const ReasonParts = "proofs.reason.parts"

// Signature is one signature of a document, in the order they were made.
type Signature struct {
	Verdict     Verdict            `json:"verdict"`
	Field       string             `json:"field"`
	Signer      Name               `json:"signer"` // of the certificate
	Issuer      Name               `json:"issuer"`
	Serial      string             `json:"serial,omitempty"` // of the certificate, hexadecimal
	ValidFrom   *time.Time         `json:"valid_from,omitempty"`
	ValidTo     *time.Time         `json:"valid_to,omitempty"`
	ClaimedName string             `json:"claimed_name,omitempty"` // said by the signer
	ClaimedAt   *time.Time         `json:"claimed_at,omitempty"`
	StampedAt   *time.Time         `json:"stamped_at,omitempty"` // of a trusted time stamp
	TimeStamp   bool               `json:"time_stamp"`           // not of a person: a time stamp over the document
	Level       signing.Level      `json:"level,omitempty"`
	Element     string             `json:"element,omitempty"` // of an XML document: what is signed
	Roles       []string           `json:"claimed_roles,omitempty"`
	Reason      string             `json:"reason,omitempty"`
	Location    string             `json:"location,omitempty"`
	Whole       bool               `json:"covers_whole_file"`
	Covers      int                `json:"covers_bytes"`
	Later       int                `json:"later_revisions"`
	Changes     []Change           `json:"later_changes"`
	Certifies   bool               `json:"certifies"` // the document was locked but for filling in and signing
	Intact      bool               `json:"intact"`
	Trusted     bool               `json:"trusted"`
	Revocation  signing.Revocation `json:"revocation,omitempty"`
	RevokedAt   *time.Time         `json:"revoked_at,omitempty"`
	Simulated   bool               `json:"simulated"`
	Problems    []signing.Problem  `json:"problems"`
	Fingerprint string             `json:"certificate_sha256,omitempty"`
	Chain       []Link             `json:"chain"`               // from the certificate to the authority that is believed, where it leads to one
	Authority   *Believed          `json:"authority,omitempty"` // of the trust list
}

// Link is one certificate of a chain.
type Link struct {
	Name        Name   `json:"name"`
	Serial      string `json:"serial"`
	Fingerprint string `json:"sha256"`
}

// Believed is what the trust list says of an authority.
type Believed struct {
	Fingerprint string `json:"sha256"`
	Status      Status `json:"status"`
	Uses        []Use  `json:"uses"`
}

// ProblemUnknown says that it could not be found out whether a certificate is
// revoked, although its authority publishes that.
const ProblemUnknown signing.Problem = "proofs.problem.revocation_unknown"

// Name is whom a certificate names.
type Name struct {
	Name         string `json:"name,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	Unit         string `json:"unit,omitempty"`
	Country      string `json:"country,omitempty"`
}

// Change is what later revisions did, and to how many places.
type Change struct {
	Kind   signing.ChangeKind `json:"kind"`
	Count  int                `json:"count"`
	Fields []string           `json:"fields,omitempty"`
}
