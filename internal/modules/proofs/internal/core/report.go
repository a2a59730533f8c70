// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"crypto/subtle"
	"encoding/json"

	"tinhso.vn/internal/modules/proofs"
)

// Write returns a report as people keep it, and a seal by which this server
// knows it again.
func (s *Service) Write(rep proofs.Report) (text, seal string, err error) {
	b, err := json.MarshalIndent(rep, "", "  ")
	text = string(b) + "\n"
	return text, s.Seal(text), err
}

// Recognise refuses a report that this server has not written: nothing is kept,
// so a page sends it back to be downloaded.
func (s *Service) Recognise(text, seal string) error {
	if text == "" || subtle.ConstantTimeCompare([]byte(s.Seal(text)), []byte(seal)) != 1 {
		return proofs.ErrNotOurs
	}
	return nil
}
