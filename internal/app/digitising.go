// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"os"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/digitising/digitisingmod"
	"tinhso.vn/internal/platform/ocr"
	"tinhso.vn/internal/platform/preview"
)

// ocrName is the command that the server starts for each page that is recognised.
const ocrName = "ocr"

type ocrCommand struct {
	Args []string `arg:"" optional:""`
}

// Run is the process that becomes Tesseract.
func (o ocrCommand) Run(_ console) error {
	os.Exit(ocr.Child(o.Args)) // its code is what the server reads
	return nil
}

// scanner opens scans, and reader recognises their text, each in a process of this program.
func scanner() preview.Runner { return preview.Runner{Command: selfAs(previewName)} }

func reader() ocr.Engine { return ocr.Engine{Command: selfAs(ocrName)} }

// selfAs is this program with one of its hidden commands.
func selfAs(command string) []string {
	self, err := os.Executable()
	if err != nil {
		return nil // then nothing is recognised, and the page says so
	}
	return []string{self, command}
}

// sealOf is the seal of an agency, where its key is on this server.
func (p *Program) sealOf(ctx context.Context, unit orgs.ID) (signing.Signer, error) {
	c, signer, found, err := registered{p.DB, p.trusted.register, newRemoteKeys(p.DB, p.People, nil, p.Config.Signing.SmartCA)}.Find(ctx, p.DB, keystore.Holder{Unit: unit})
	switch {
	case err != nil:
		return nil, err
	case found && signer != nil:
		return signer, nil
	case found && c.Kind == keystore.Remote:
		return nil, digitisingmod.ErrElsewhere()
	}
	return p.trusted.signers.SealSigner(ctx, unit)
}
