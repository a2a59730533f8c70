// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// CardPaper is one document that the program of a card may fetch and bring back
// signed: paths of this site, which need nobody to be signed in.
type CardPaper struct {
	Paper    string // of SigningItem
	Code     string // of the dossier
	File     string // what the file is called
	Field    string // the place that is to be signed
	Document string // where it is fetched, a path
	Upload   string // where it is brought, a path
	Token    string
	Expires  db.Time
}

// StartCard lets the program of the actor's card fetch what the actor was asked
// to sign. Begun again, by another tab or after a fault, there are new paths.
func (s *Service) StartCard(ctx context.Context, actor identity.Actor, request string) (all []CardPaper, err error) {
	defer errs.Wrap(&err, "start the card for request %s", request)

	if err := mayBeAsked(actor); err != nil {
		return nil, err
	}
	q, err := s.requestOf(ctx, s.DB, actor, request)
	if err != nil {
		return nil, err
	}
	if !q.ByCard() {
		return nil, dossiers.ErrNoRequest
	}
	waiting, err := s.GetSigning(ctx, actor, request)
	if err != nil {
		return nil, err
	}
	var passes []requests.Pass
	if err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		passes, err = s.Requests.Passes(ctx, tx, actor, q.ID)
		return err
	}); err != nil {
		return nil, err
	}
	for _, pass := range passes {
		at := "/ky/the/" + pass.Token
		paper := CardPaper{
			Paper: pass.Item.Subject, File: pass.Item.Name, Field: pass.Item.Field(), Document: at + "/tai-lieu.pdf", Upload: at, Token: pass.Token,
			Expires: pass.Expires,
		}
		for _, i := range waiting.Items {
			if i.Paper() == paper.Paper && i.State == SignatureOpen {
				paper.Code = i.Code
				all = append(all, paper)
			}
		}
	}
	return all, nil
}

// HandInCard takes a file that the actor has signed by hand with the program of
// the card: what the program does by itself where the page can talk to it.
func (s *Service) HandInCard(ctx context.Context, actor identity.Actor, request, token string, file []byte) (err error) {
	defer errs.Wrap(&err, "hand in a signed file of request %s", request)

	if err := mayBeAsked(actor); err != nil {
		return err
	}
	if _, err := s.requestOf(ctx, s.DB, actor, request); err != nil {
		return err
	}
	switch belongs, err := s.Requests.Belongs(ctx, s.DB, token, requests.ID(request)); {
	case err != nil:
		return err
	case !belongs:
		return requests.ErrPass
	}
	_, err = s.Requests.Bring(ctx, token, file)
	return err
}

// forCard is what a card signs: the document with its free places. How the
// signature looks is the business of the card's program.
func forCard(w wish) signing.Prepared {
	sum := sha256.Sum256(w.base)
	return signing.Prepared{Document: w.base, Hash: sum[:], Field: w.request.Field}
}
