// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo

import (
	"testing"

	"tinhso.vn/internal/kernel/i18n/i18ntest"
)

func TestEveryCodeHasAMessage(t *testing.T) {
	t.Parallel()
	i18ntest.Words(t, Locales, "geo")
}
