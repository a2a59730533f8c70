// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package errs_test

import (
	"errors"
	"io"
	"testing"

	"tinhso.vn/internal/platform/errs"
)

var errTaken = errs.New(errs.Conflict, "x.taken")

func TestAnErrorKeepsItsMeaningThroughWrapping(t *testing.T) {
	t.Parallel()
	use := func() (err error) {
		defer errs.Wrap(&err, "take %d", 7)
		return errTaken.With("who", "Lan").Because(io.EOF)
	}
	err := use()
	if !errors.Is(err, errTaken) || !errors.Is(err, io.EOF) || errs.KindOf(err) != errs.Conflict {
		t.Errorf("lost in wrapping: %v", err)
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Args["who"] != "Lan" || len(errTaken.Args) != 0 {
		t.Errorf("got %+v; the declared error has %v", e, errTaken.Args)
	}
	if errors.Is(err, errs.New(errs.Conflict, "x.other")) {
		t.Error("two codes are the same error")
	}
}

func TestAPlainErrorIsInternal(t *testing.T) {
	t.Parallel()
	if k := errs.KindOf(io.EOF); k != errs.Internal {
		t.Errorf("got kind %d", k)
	}
	if err := errs.BadInput(nil); err != nil {
		t.Errorf("no problems, but %v", err)
	}
}
