// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"archive/zip"
	"bytes"
	"encoding/asn1"
	"slices"
	"strings"

	"tinhso.vn/internal/modules/proofs"
)

// headSize is how much of a file tells what it is.
const headSize = 1024

// recognise says what a file is by its content, never by its name; the error
// says what it is instead of a document that can be checked.
func recognise(document []byte) (proofs.Kind, error) {
	head := string(document[:min(len(document), headSize)])
	begins := func(magics ...string) bool {
		return slices.ContainsFunc(magics, func(m string) bool { return strings.HasPrefix(head, m) })
	}
	switch {
	case begins("%PDF-"):
		return proofs.PDF, nil
	case begins("\x89PNG", "\xff\xd8\xff", "GIF8", "II*\x00", "MM\x00*", "BM", "RIFF") || (len(head) > 12 && head[4:8] == "ftyp"):
		return "", proofs.ErrPicture
	case begins("\xd0\xcf\x11\xe0", "{\\rtf"):
		return "", proofs.ErrOffice
	case begins("PK\x03\x04"):
		return "", archived(document)
	case begins("Rar!", "7z\xbc\xaf", "\x1f\x8b"):
		return "", proofs.ErrArchive
	case signedData(document), begins("-----BEGIN PKCS7", "-----BEGIN CMS"):
		return "", proofs.ErrDetached
	}
	text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(head, "\ufeff"), " \t\r\n"))
	switch {
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"):
		return "", proofs.ErrWebPage
	case strings.HasPrefix(text, "<"), begins("\xfe\xff\x00<", "\xff\xfe<\x00"):
		return proofs.XML, nil
	case strings.HasPrefix(text, "{"):
		return proofs.Statement, nil
	}
	return "", proofs.ErrNotPDF
}

// archived tells documents of word processors from other archives: nothing is
// unpacked, names are enough.
func archived(document []byte) error {
	z, err := zip.NewReader(bytes.NewReader(document), int64(len(document)))
	if err != nil {
		return proofs.ErrArchive
	}
	for _, f := range z.File {
		if f.Name == "[Content_Types].xml" || f.Name == "META-INF/manifest.xml" {
			return proofs.ErrOffice
		}
	}
	return proofs.ErrArchive
}

// signedData reports whether a file is a CMS, as .p7s and .p7m are.
func signedData(document []byte) bool {
	var outer struct {
		Type asn1.ObjectIdentifier
		Rest asn1.RawValue `asn1:"optional"`
	}
	_, err := asn1.Unmarshal(document, &outer)
	return err == nil && strings.HasPrefix(outer.Type.String(), "1.2.840.113549.1.7.")
}
